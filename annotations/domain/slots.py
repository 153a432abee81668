"""Places for people on tasks."""

from collections import defaultdict
from collections.abc import Collection

from django.db import transaction

from annotations.domain.project_lock import lock_project
from annotations.domain.raters import wake_raters
from annotations.models import Project, Slot, Task, TaskState

CHUNK = 1_000


@transaction.atomic
def open_slots(*, project: Project, items: Collection[int] | None = None) -> int:
    """Give every open task its `overlap` places; returns how many were missing.

    Places that are there already stay as they are, whatever their state. `items` (ids) limits the work to their tasks.
    """
    # One opener at a time: two would open the same place.
    project = lock_project(project)
    opened, after = 0, 0
    tasks = Task.objects.filter(project=project, state=TaskState.OPEN).order_by("pk")
    if items is not None:
        tasks = tasks.filter(item__in=items)
    while chunk := list(tasks.filter(pk__gt=after).values_list("pk", "rank")[:CHUNK]):
        after = chunk[-1][0]
        opened += _open_chunk(project, chunk)
    if opened:
        wake_raters(project=project)
    return opened


def _open_chunk(project: Project, tasks: list[tuple[int, int]]) -> int:
    there: dict[int, set[int]] = defaultdict(set)
    known = Slot.objects.filter(task__in=[pk for pk, _ in tasks]).values_list("task_id", "number")
    for task, number in known:
        there[task].add(number)
    missing = [
        Slot(project=project, task_id=task, number=number, rank=rank)
        for task, rank in tasks
        for number in _find_missing(there[task], project.overlap)
    ]
    Slot.objects.bulk_create(missing, batch_size=CHUNK)
    return len(missing)


def _find_missing(taken: set[int], overlap: int) -> list[int]:
    """Numbers of the places that make `overlap` of them, the lowest first."""
    free = [number for number in range(1, overlap + 1) if number not in taken]
    return free[: max(overlap - len(taken), 0)]
