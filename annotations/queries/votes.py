"""What some raters say of every task under one criterion, as votes, beside what others say."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from annotations.models import Level, Project
from annotations.queries.criteria import CriterionRow, is_preference, is_ranking
from annotations.queries.rater_groups import RaterRow
from annotations.queries.rating_rows import INDEPENDENT, RatingRow, TaskRow, read_ratings
from annotations.queries.rating_set import COMPARABLE, RatingSet, sort_out_ratings

Vote: TypeAlias = float | str
SIDES = {"first": 1.0, "second": 0.0}
NEITHER = 0.5
VOTED_ON = frozenset(COMPARABLE) - {Level.SPANS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """The votes under a criterion.

    Votes are numbers where the criterion is a preference (1 the first answer, 0 the second, one half neither) or all
    values are numbers, else names. `spoken` holds them by task and rater, `sure` the confidences stated with them,
    `labels` the plurality (of numbers the mean) of those who label, by task.
    """

    criterion: CriterionRow
    has_numbers: bool
    spoken: Mapping[int, Mapping[int, Vote]]
    sure: Mapping[int, Mapping[int, float]]
    labels: Mapping[int, Vote]

    @property
    def is_preference(self) -> bool:
        return is_preference(self.criterion)

    @property
    def can_be_learnt(self) -> bool:
        """Whether weights by least squares have a meaning."""
        return self.has_numbers


def read_ballot(
    *,
    project: Project,
    criterion: CriterionRow,
    tasks: Mapping[int, TaskRow],
    raters: Collection[RaterRow],
    labellers: Collection[RaterRow] = (),
    phases: Collection[str] = INDEPENDENT,
) -> Ballot:
    """The votes of `raters` and the labels of `labellers`; verdicts in both orders are one vote each.

    Rankings are no such votes (`read_ranked_ballot` has them): there are none under a criterion of theirs. Those count
    that were given in one of `phases`.
    """
    voters, teachers = ({rater.pk for rater in group} for group in (raters, labellers))
    rows: tuple[RatingRow, ...] = ()
    if criterion.level in VOTED_ON and not is_ranking(criterion):
        rows = read_counted(project, criterion, tasks, (*raters, *labellers), phases).rows
    has_numbers = is_preference(criterion) or all(row.code is None for row in rows)
    given: dict[int, dict[int, list[RatingRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        given[row.task][row.rater].append(row)
    spoken: dict[int, dict[int, Vote]] = {}
    sure: dict[int, dict[int, float]] = {}
    labels: dict[int, Vote] = {}
    for task, by_rater in given.items():
        votes = {rater: _read_vote(held, criterion, has_numbers) for rater, held in by_rater.items()}
        spoken[task] = {rater: vote for rater, vote in votes.items() if rater in voters}
        sure[task] = {
            rater: held[0].confidence
            for rater, held in by_rater.items()
            if rater in voters and held[0].confidence is not None
        }
        said = [vote for rater, vote in votes.items() if rater in teachers]
        label = _find_label(said, is_number=has_numbers and not is_preference(criterion))
        if label is not None:
            labels[task] = label
    return Ballot(criterion=criterion, has_numbers=has_numbers, spoken=spoken, sure=sure, labels=labels)


def read_counted(
    project: Project,
    criterion: CriterionRow,
    tasks: Mapping[int, TaskRow],
    raters: Collection[RaterRow],
    phases: Collection[str] = INDEPENDENT,
) -> RatingSet:
    """The ratings by these raters, those that count told from the others."""
    keys = {rater.pk for rater in raters}
    rows = [row for row in read_ratings(project=project, criteria=criterion.ids) if row.rater in keys]
    return sort_out_ratings(rows, criterion=criterion, raters=raters, tasks=tasks, phases=phases)


def _read_vote(rows: list[RatingRow], criterion: CriterionRow, has_numbers: bool) -> Vote:
    """A rater's vote on a task: the mean of its repeats, or where values are names the first of them."""
    if is_preference(criterion):
        return sum(SIDES.get(str(row.code), NEITHER) for row in rows) / len(rows)
    if has_numbers:
        return sum(float(row.number or 0) for row in rows) / len(rows)
    first = min(rows, key=lambda row: (row.repeat, row.annotation))
    return str(first.value)


def _find_label(said: list[Vote], *, is_number: bool) -> Vote | None:
    """What people say together; None where nobody spoke or no value leads."""
    if not said:
        return None
    if is_number:
        return sum(map(float, said)) / len(said)
    (value, most), *others = Counter(said).most_common()
    return None if others and others[0][1] == most else value
