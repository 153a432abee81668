"""How much people's label of a task would teach, from what judges said of it."""

import statistics
from collections.abc import Callable, Collection, Mapping
from itertools import combinations

from django.utils.translation import gettext as _

from annotations.models import Project, RaterKind, WaveRule
from annotations.queries.criteria import list_criteria
from annotations.queries.rater_groups import RaterRow, list_raters
from annotations.queries.rating_rows import TaskRow, read_tasks
from annotations.queries.votes import VOTED_ON, Ballot, Vote, read_ballot
from evalplatform.agreement.few_labels import expect_spread
from evalplatform.common.errors import Invalid

MAY_SPEAK = (RaterKind.JUDGE, RaterKind.PANEL, RaterKind.METRIC)


def weigh_tasks(
    *, project: Project, rule: WaveRule, criterion: str, judge: str, tasks: Collection[int]
) -> dict[int, float]:
    """A score of 0 or more for each of these tasks (ids); what no judge has spoken on weighs as much as the heaviest.

    `disagreement` is the share of pairs of judges, panels and metrics that differ (of numbers: their standard
    deviation), `uncertainty` one less the confidence of `judge`, `spread` how far people's labels lie from what its
    verdict foretells. Raises Invalid where there is nothing to tell that from.
    """
    if rule == WaveRule.EVEN:
        return dict.fromkeys(tasks, 1.0)
    ballot, speaker = _read(project, rule, criterion, judge)
    scores = _MEASURES[rule](ballot, speaker)
    known = [scores[task] for task in tasks if task in scores]
    if not known:
        raise Invalid.at(
            _("has said nothing that tasks could be told apart by"), field="judge" if judge else "rule"
        )
    return {task: scores.get(task, max(known)) for task in tasks}


def _read(project: Project, rule: WaveRule, criterion: str, judge: str) -> tuple[Ballot, int]:
    """What the judges said under the criterion, and which of them is meant."""
    raters = [rater for rater in list_raters(project=project) if not rater.is_simulated]
    speakers = [rater for rater in raters if rater.kind in MAY_SPEAK]
    if rule != WaveRule.DISAGREEMENT:
        speakers = [_find(speakers, judge)]
    rows = [row for row in list_criteria(project=project) if row.level in VOTED_ON]
    found = [row for row in rows if row.name == criterion or (not criterion and len(rows) == 1)]
    if not found:
        names = ", ".join(row.name for row in rows) or "none"
        raise Invalid.at(f"must be one of {names}", field="criterion")
    tasks: Mapping[int, TaskRow] = read_tasks(project=project)
    people = [rater for rater in raters if rater.kind == RaterKind.PERSON]
    ballot = read_ballot(project=project, criterion=found[0], tasks=tasks, raters=speakers, labellers=people)
    return ballot, speakers[0].pk if speakers else 0


def _find(speakers: list[RaterRow], name: str) -> RaterRow:
    for rater in speakers:
        if rater.key == name:
            return rater
    names = ", ".join(rater.key for rater in speakers) or "none"
    raise Invalid.at(f"must be one of {names}", field="judge")


def _measure_disagreement(ballot: Ballot, judge: int) -> dict[int, float]:
    return {
        task: _differ(list(votes.values()), is_number=ballot.has_numbers and not ballot.is_preference)
        for task, votes in ballot.spoken.items()
        if len(votes) > 1
    }


def _differ(votes: list[Vote], *, is_number: bool) -> float:
    if is_number:
        return statistics.pstdev(map(float, votes))
    return statistics.fmean(one != other for one, other in combinations(votes, 2))


def _measure_uncertainty(ballot: Ballot, judge: int) -> dict[int, float]:
    return {task: 1 - sure[judge] for task, sure in ballot.sure.items() if judge in sure}


def _measure_spread(ballot: Ballot, judge: int) -> dict[int, float]:
    """Over everything that the judge spoke on; before there are labels, the same for all."""
    if not ballot.has_numbers:
        raise Invalid.at("needs a criterion of preferences or numbers", field="rule")
    spoken = {task: float(votes[judge]) for task, votes in ballot.spoken.items() if judge in votes}
    labels = [_read_label(ballot, task) for task in spoken]
    return dict(zip(spoken, expect_spread(labels, list(spoken.values())).tolist(), strict=True))


def _read_label(ballot: Ballot, task: int) -> float | None:
    """In points, where it is a preference."""
    label = ballot.labels.get(task)
    return None if label is None else float(label)


_MEASURES: dict[WaveRule, Callable[[Ballot, int], dict[int, float]]] = {
    WaveRule.DISAGREEMENT: _measure_disagreement,
    WaveRule.UNCERTAINTY: _measure_uncertainty,
    WaveRule.SPREAD: _measure_spread,
}
