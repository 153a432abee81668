"""What both judges of a cascade and people have said, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotations.models import Project, RaterKind
from annotations.queries.criteria import CriterionRow, is_preference, list_criteria
from annotations.queries.rater_groups import RaterRow, list_rater_groups, list_raters
from annotations.queries.rating_rows import TaskRow, read_tasks
from annotations.queries.votes import NEITHER, VOTED_ON, Ballot, read_ballot
from evalplatform.common.errors import Invalid
from judges.engine.cascades.terms import Terms
from judges.queries.named_raters import find_labellers, find_raters
from judges.queries.rankers import list_ranking_raters

MAY_DECIDE = (RaterKind.JUDGE, RaterKind.PANEL, RaterKind.METRIC)
NEVER_SURE = "says of no verdict how sure it is: there is nothing to choose a threshold by"
RANKS = (
    "ranks answers: a cascade keeps verdicts that are right or wrong and say how sure they are, and a ranking is"
    " neither"
)
CODES = {1.0: "first", 0.0: "second", NEITHER: "tie"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Both judges' verdicts with the tasks that they are on, read once."""

    ballot: Ballot
    tasks: Mapping[int, TaskRow]
    judges: tuple[RaterRow, RaterRow]
    states: tuple[bool, bool]  # whether each says how sure it is

    def read_sure(self, task: int, place: int) -> float | None:
        """Confidence of a judge in its verdict; one that never states any is sure of whatever it decided."""
        pk = self.judges[place].pk
        vote = self.ballot.spoken.get(task, {}).get(pk)
        if vote is None:
            return None
        if self.states[place]:
            return self.ballot.sure[task].get(pk)
        return 1.0 if vote != NEITHER else None

    def is_correct(self, task: int, place: int) -> float | None:
        said, label = self.read_code(task, place), self.ballot.labels.get(task)
        right = CODES.get(float(label)) if self.ballot.is_preference and label is not None else label
        return None if said is None or right is None else float(said == right)

    def read_code(self, task: int, place: int) -> str | None:
        """What a judge decided: of a preference the side that most of its repeats are for."""
        vote = self.ballot.spoken[task].get(self.judges[place].pk)
        if vote is None or not self.ballot.is_preference:
            return None if vote is None else str(vote)
        side = float(vote)
        return CODES[NEITHER if side == NEITHER else float(side > NEITHER)]


def read_evidence(project: Project, terms: Terms) -> Evidence:
    """Everything that was said by both judges and those who label. Raises Invalid where it cannot be a cascade's."""
    everybody = list_raters(project=project)
    judges = find_both(everybody, terms)
    labellers = find_labellers(everybody, terms.labels_by)
    tasks = read_tasks(project=project)
    ballots = [
        read_ballot(project=project, criterion=row, tasks=tasks, raters=judges, labellers=labellers)
        for row in _list_candidates(project, terms.criterion)
    ]
    evidence = _weigh(_pick_ballot(ballots, judges[0]), tasks, judges)
    if not evidence.states[0]:
        raise Invalid.at(NEVER_SURE, field="cheap")
    return evidence


def read_so_far(project: Project, terms: Terms, criterion: CriterionRow) -> Evidence:
    """The same of a cascade at work, of whose judges and people none need have spoken yet."""
    everybody = list_raters(project=project)
    judges = find_both(everybody, terms)
    groups = list_rater_groups(everybody)
    tasks = read_tasks(project=project)
    ballot = read_ballot(
        project=project,
        criterion=criterion,
        tasks=tasks,
        raters=judges,
        labellers=groups.get(terms.labels_by, ()),
    )
    return _weigh(ballot, tasks, judges)


def find_named_criterion(project: Project, name: str) -> CriterionRow:
    """The criterion of a cascade's own terms. Raises Invalid where it is none any more."""
    (criterion,) = _list_candidates(project, name)
    return criterion


def find_both(everybody: Sequence[RaterRow], terms: Terms) -> tuple[RaterRow, RaterRow]:
    """The cheap judge and the dear one. Raises Invalid."""
    (cheap,) = find_raters(everybody, [terms.cheap], kinds=MAY_DECIDE, field="cheap")
    (dear,) = find_raters(everybody, [terms.dear], kinds=MAY_DECIDE, field="dear")
    if cheap.pk == dear.pk:
        raise Invalid.at("must be another judge than the cheap one", field="dear")
    ranking = set(list_ranking_raters([cheap.pk, dear.pk]))
    for judge, field in ((cheap, "cheap"), (dear, "dear")):
        if judge.pk in ranking:
            raise Invalid.at(RANKS, field=field)
    return cheap, dear


def _weigh(ballot: Ballot, tasks: Mapping[int, TaskRow], judges: tuple[RaterRow, RaterRow]) -> Evidence:
    cheap, dear = (any(judge.pk in sure for sure in ballot.sure.values()) for judge in judges)
    return Evidence(ballot=ballot, tasks=tasks, judges=judges, states=(cheap, dear))


def _list_candidates(project: Project, name: str) -> list[CriterionRow]:
    rows = [row for row in list_criteria(project=project) if row.level in VOTED_ON]
    found = [row for row in rows if not name or row.name == name]
    if not found:
        raise Invalid.at(f"must be one of {', '.join(row.name for row in rows) or 'none'}", field="criterion")
    return found


def _pick_ballot(ballots: Sequence[Ballot], cheap: RaterRow) -> Ballot:
    """The criterion that the cheap judge decides between sides or names."""
    fitting = [
        ballot
        for ballot in ballots
        if (is_preference(ballot.criterion) or not ballot.has_numbers)
        and any(cheap.pk in votes for votes in ballot.spoken.values())
    ]
    match fitting:
        case [ballot]:
            return ballot
        case []:
            raise Invalid.at("has no verdict on a criterion of preferences or names", field="cheap")
        case _:
            names = ", ".join(ballot.criterion.name for ballot in fitting)
            raise Invalid.at(f"must be one of {names}", field="criterion")
