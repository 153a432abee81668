"""Which of the tasks of its kind a judge may rate: asked here by whoever plans, foresees or shows."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from annotations.models import Task
from judges.engine.asking.recipes import get_recipe
from judges.models import Judge
from judges.protocols import PROTOCOLS
from judges.protocols.material import has_reference
from judges.queries.judged_tasks import list_fitting_tasks
from judges.queries.split import Reach

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Open tasks that fit a judge's protocol, and how many of them its split keeps from it."""

    fitting: int
    kept_from_it: int


def is_choosy(judge: Judge) -> bool:
    """Whether some tasks that fit the judge's protocol may be none for it."""
    return get_recipe(judge).needs_reference or bool(judge.split)


def pick_rateable(judge: Judge, tasks: QuerySet[Task]) -> Iterator[int]:
    """Ids of those of `tasks` that the judge may rate, in their order.

    Left out are items on the other side of its split, those that it is shown as examples, and where it needs a
    reference those without one.
    """
    needs_reference, reach = get_recipe(judge).needs_reference, Reach.of(judge)
    if not is_choosy(judge):
        yield from tasks.values_list("pk", flat=True).iterator(CHUNK)
        return
    if needs_reference:
        tasks = tasks.filter(item__reference__isnull=False)
    for pk, item, turn, reference in _read_rows(tasks, needs_reference):
        if (reach is None or reach.covers(item)) and (not needs_reference or has_reference(reference, turn)):
            yield pk


def _read_rows(tasks: QuerySet[Task], with_reference: bool) -> Iterator[tuple[int, str, int | None, object]]:
    if with_reference:
        yield from tasks.values_list("pk", "item__key", "turn", "item__reference").iterator(CHUNK)
        return
    for pk, item in tasks.values_list("pk", "item__key").iterator(CHUNK):
        yield pk, item, None, None


def find_first_task(judge: Judge) -> Task | None:
    """The first open task that the judge may rate, rated or not."""
    tasks = list_fitting_tasks(judge.project_id, PROTOCOLS[judge.protocol].kind)
    first = next(pick_rateable(judge, tasks), None)
    return None if first is None else tasks.select_related("item", "rubric", "project").get(pk=first)


def count_left_out(judge: Judge) -> LeftOut | None:
    """How many tasks the judge's split keeps from it; None where it has none."""
    reach = Reach.of(judge)
    if reach is None:
        return None
    tasks = list_fitting_tasks(judge.project_id, PROTOCOLS[judge.protocol].kind)
    keys = list(tasks.values_list("item__key", flat=True))
    return LeftOut(len(keys), sum(not reach.covers(key) for key in keys))
