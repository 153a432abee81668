"""The labels that candidates are held to, and how far each agrees with them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from annotations.models import Criterion, Level, Phase, Project
from annotations.queries.criteria import CriterionRow, list_criteria
from annotations.queries.rater_groups import list_raters
from annotations.queries.rating_rows import TaskRow, read_tasks
from annotations.queries.votes import VOTED_ON, Vote, read_ballot
from evalplatform.common.errors import Invalid
from judges.models import Judge
from judges.protocols import PROTOCOLS
from judges.protocols.label_values import find_width
from judges.queries.judged_tasks import list_fitting_tasks
from judges.queries.named_raters import find_labellers
from judges.queries.split import Reach

LEAST_ITEMS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Labelled tasks under one criterion: label by task (id)."""

    criterion: str
    labels: Mapping[int, Vote]


def read_labels(*, project: Project, judge: Judge, labels_by: str, criterion: str) -> Measured:
    """The labelled tasks that a candidate may rate. Raises Invalid where they are too few to choose by.

    `criterion` left empty is the only one that has labels.
    """
    rows = [
        row
        for row in list_criteria(project=project)
        if row.level in VOTED_ON and row.kind == PROTOCOLS[judge.protocol].kind
    ]
    if criterion and criterion not in {row.name for row in rows}:
        raise Invalid.at(f"must be one of {', '.join(row.name for row in rows) or 'none'}", field="criterion")
    teachers = find_labellers(list_raters(project=project), labels_by)
    tasks, covered = read_tasks(project=project), _list_covered(judge)
    found = []
    for row in rows:
        if not criterion or row.name == criterion:
            ballot = read_ballot(project=project, criterion=row, tasks=tasks, raters=(), labellers=teachers)
            labels = {pk: label for pk, label in ballot.labels.items() if pk in covered}
            found.append(Measured(criterion=row.name, labels=labels))
    return _pick_one([each for each in found if each.labels or criterion], tasks)


def _list_covered(judge: Judge) -> set[int]:
    """Open tasks that the candidate may rate, stored or not."""
    reach = Reach.of(judge)
    fitting = list_fitting_tasks(judge.project_id, PROTOCOLS[judge.protocol].kind)
    rows = fitting.values_list("pk", "item__key")
    return {pk for pk, item in rows if reach is None or reach.covers(item)}


def _pick_one(found: Sequence[Measured], tasks: Mapping[int, TaskRow]) -> Measured:
    if len(found) > 1:
        raise Invalid.at(f"must be one of {', '.join(each.criterion for each in found)}", field="criterion")
    items = {tasks[pk].item for each in found for pk in each.labels}
    if len(items) < LEAST_ITEMS:
        raise Invalid.at(
            f"{LEAST_ITEMS} labelled items of the split, besides the examples, are the least to choose by; there are"
            f" {len(items)}",
            field="share",
        )
    return found[0]


def score_candidates(
    *, project: Project, measured: Measured, judges: Sequence[Judge]
) -> tuple[list[list[float]], list[str]]:
    """Of each candidate the agreement with each label, in [0, 1], and the items of the tasks; tasks by their content.

    A tie is half of a side. Numbers lose their distance over the width of the scale. A verdict that is missing, for
    whatever reason, agrees with nothing.
    """
    row = next(row for row in list_criteria(project=project) if row.name == measured.criterion)
    ids = {judge.rater_id for judge in judges}
    tasks = read_tasks(project=project)
    ballot = read_ballot(
        project=project,
        criterion=row,
        tasks=tasks,
        raters=[rater for rater in list_raters(project=project) if rater.pk in ids],
        phases=(Phase.TRAINED,),
    )
    width = _find_width(row, measured.labels.values())
    order = sorted(measured.labels, key=lambda pk: tasks[pk].unit)
    scores = [
        [
            _agree(ballot.spoken.get(pk, {}).get(judge.rater_id), measured.labels[pk], row.level, width)
            for pk in order
        ]
        for judge in judges
    ]
    return scores, [tasks[pk].item for pk in order]


def _find_width(row: CriterionRow, labels: Collection[Vote]) -> float:
    if row.level == Level.PREFERENCE:
        return 1.0
    numbers = [float(label) for label in labels if not isinstance(label, str)]
    return find_width(Criterion.objects.get(pk=row.ids[-1]), numbers)


def _agree(vote: Vote | None, label: Vote, level: str, width: float) -> float:
    if vote is None:
        return 0.0
    if isinstance(vote, str) or isinstance(label, str) or level == Level.NOMINAL or not width:
        return float(vote == label)
    return max(1 - abs(vote - label) / width, 0.0)
