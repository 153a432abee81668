"""Tasks that nobody has begun, moved from the earlier versions of a rubric to its newest."""

from collections import Counter
from typing import Any  # rows of any model

from django.db.models import Exists, ManyToOneRel, OuterRef, Q, QuerySet

from annotations.domain.leases import HELD
from annotations.domain.tasks import task_identity
from annotations.models import Rubric, Slot, Task, TaskGeneration, TaskState, WaveTask

CHUNK = 500
PARTS = (TaskGeneration, Slot, WaveTask)  # what a task has before anybody meets it


def move_tasks(*, rubric: Rubric) -> tuple[int, int]:
    """Ask unbegun tasks of the rubric's earlier versions by this one; returns how many, and how many open ones stay.

    Call it in a transaction that holds the project. What somebody is dealt at this very moment stays.
    """
    earlier = Task.objects.filter(
        project=rubric.project_id, rubric__key=rubric.key, rubric__version__lt=rubric.version
    )
    unbegun = earlier.filter(~_is_begun(), state__in=(TaskState.OPEN, TaskState.UNDEALABLE)).order_by("pk")
    moved, after = 0, 0
    while chunk := list(unbegun.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK]):
        after = chunk[-1]
        moved += _move(rubric, list(unbegun.filter(pk__in=_hold(chunk)).select_related("item")))
    return moved, earlier.filter(state=TaskState.OPEN).count()


def _is_begun() -> Q:
    """Whether anything names the task but its parts: a lease, an answer, a call to a judge, a remark, a review."""
    begun = Q()
    for relation in Task._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model not in PARTS:
            rows: QuerySet[Any] = relation.related_model._default_manager.filter(
                **{relation.field.name: OuterRef("pk")}
            )
            begun |= Q(Exists(rows))
    return begun


def _hold(tasks: list[int]) -> list[int]:
    """Those of these tasks (ids) that this transaction alone has in hand, with all their places."""
    mine = Task.objects.filter(pk__in=tasks).order_by("pk").select_for_update(skip_locked=True)
    held = list(mine.values_list("pk", flat=True))
    places = Slot.objects.filter(task__in=held)
    free = places.exclude(state__in=HELD).order_by("pk").select_for_update(skip_locked=True)
    locked = Counter(free.values_list("task", flat=True))
    wanted = Counter(places.values_list("task", flat=True))
    return [pk for pk in held if locked[pk] == wanted[pk]]


def _move(rubric: Rubric, tasks: list[Task]) -> int:
    systems = _list_systems(tasks)
    for task in tasks:
        task.rubric = rubric
        task.identity = task_identity(
            kind=task.kind,
            item=task.item.key,
            systems=systems[task.pk],
            turn=task.turn,
            context=task.context,
            rubric=(rubric.key, rubric.version),
        )
    Task.objects.bulk_update(tasks, ["rubric", "identity"], batch_size=CHUNK)
    return len(tasks)


def _list_systems(tasks: list[Task]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {task.pk: [] for task in tasks}
    rows = TaskGeneration.objects.filter(task__in=tasks).values_list("task", "generation__system__name")
    for task, system in rows.order_by("task", "position"):
        found[task].append(system)
    return found
