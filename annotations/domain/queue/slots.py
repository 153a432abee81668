"""Places for people on tasks."""

from collections import defaultdict
from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from annotations.domain.locks.project_lock import lock_project
from annotations.domain.queue.raters import wake_raters
from annotations.models import Project, Slot, SlotState, Task, TaskState
from annotations.queries.waves import has_waves
from evalplatform.common.among import Among
from evalplatform.common.bulk_rows import insert_rows
from evalplatform.common.chunks import take_chunks

CHUNK = 1_000


@transaction.atomic
def open_slots(*, project: Project, items: Collection[int] | None = None) -> int:
    """Give every open task its `overlap` places; returns how many were missing.

    Places that are there already stay as they are, whatever their state; in a project that labels in waves, new
    ones wait for the next. `items` (ids) limits the work to their tasks.
    """
    # One opener at a time: two would open the same place.
    project = lock_project(project)
    opened, state = 0, _choose_state(project)
    tasks = Task.objects.filter(project=project, state=TaskState.OPEN).order_by("pk")
    if items is not None:
        tasks = tasks.filter(item__in=items)
    # One query for all, read as it is needed: ids of a large project are not held at once.
    rows = tasks.values_list("pk", "rank", "gate").iterator(chunk_size=CHUNK)
    for chunk in take_chunks(rows, CHUNK):
        opened += _open_chunk(project, chunk, project.overlap, state)
    if opened:
        wake_raters(project=project)
    return opened


@transaction.atomic
def open_places(*, project: Project, tasks: Collection[int], places: int) -> int:
    """Give each of these tasks (ids) that is open at least so many places; returns how many were missing."""
    project = lock_project(project)
    wanted, opened, state = sorted(tasks), 0, _choose_state(project)
    for start in range(0, len(wanted), CHUNK):
        found = Task.objects.filter(
            project=project, state=TaskState.OPEN, pk__in=wanted[start : start + CHUNK]
        ).order_by("pk")
        opened += _open_chunk(project, list(found.values_list("pk", "rank", "gate")), places, state)
    if opened:
        wake_raters(project=project)
    return opened


def _choose_state(project: Project) -> str:
    """Of new places: dealt at once, or with the wave that draws their task."""
    return (SlotState.WAITING if has_waves(project=project) else SlotState.FREE).value


def _open_chunk(project: Project, tasks: list[tuple[int, int, int]], places: int, state: str) -> int:
    there: dict[int, set[int]] = defaultdict(set)
    known = Slot.objects.filter(Among(F("task_id"), [pk for pk, *_ in tasks]))
    for task, number in known.values_list("task_id", "number"):
        there[task].add(number)
    missing = [
        {"project": project.pk, "task": task, "number": number, "rank": rank, "gate": gate, "state": state}
        for task, rank, gate in tasks
        for number in _find_missing(there.get(task, ()), places)
    ]
    insert_rows(Slot, ("project", "task", "number", "rank", "gate", "state"), missing)
    return len(missing)


def _find_missing(taken: Collection[int], places: int) -> list[int]:
    """Numbers of the places that make so many of them, the lowest first."""
    free = [number for number in range(1, places + 1) if number not in taken]
    return free[: max(places - len(taken), 0)]
