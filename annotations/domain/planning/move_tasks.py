"""Tasks that nobody has begun, moved from the earlier versions of a rubric to its newest."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any  # rows of any model

from django.db.models import Exists, ManyToOneRel, Model, OuterRef, Q, QuerySet

from annotations.domain.planning.tasks import task_identity
from annotations.domain.queue.leases import HELD
from annotations.models import Rubric, Slot, Task, TaskGeneration, TaskState, WaveTask

CHUNK = 500
PARTS = (TaskGeneration, Slot, WaveTask)  # what a task has before anybody meets it


def move_tasks(*, rubric: Rubric) -> int:
    """Ask unbegun tasks of the rubric's earlier versions by this one; returns how many.

    A task is begun when anything names it but its parts: a lease, an answer, a call to a judge, a remark, a review.
    Call it in a transaction that holds the project. What somebody is dealt at this very moment stays; claims end first.
    """
    unbegun = (
        list_earlier(rubric)
        .filter(~is_named_by(but=PARTS), state__in=(TaskState.OPEN, TaskState.UNDEALABLE))
        .order_by("pk")
    )
    moved, after = 0, 0
    while chunk := list(unbegun.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK]):
        after = chunk[-1]
        moved += _move(rubric, list(unbegun.filter(pk__in=hold_tasks(chunk)).select_related("item")))
    return moved


def list_earlier(rubric: Rubric) -> QuerySet[Task]:
    """Tasks of the rubric's earlier versions."""
    return Task.objects.filter(
        project=rubric.project_id, rubric__key=rubric.key, rubric__version__lt=rubric.version
    )


def is_named_by(*, but: Collection[type[Model]], app: str = "") -> Q:
    """Whether a row of any model, of this application or of all, names the task; those of `but` do not count."""
    named = Q()
    for relation in Task._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.related_model in but:
            continue
        if app in ("", relation.related_model._meta.app_label):
            rows: QuerySet[Any] = relation.related_model._default_manager.filter(
                **{relation.field.name: OuterRef("pk")}
            )
            named |= Q(Exists(rows))
    return named


def hold_tasks(tasks: list[int]) -> list[int]:
    """Those of these tasks (ids) that this transaction alone has in hand, with all their places.

    Waits for claims under way, before it holds a task that they may want: each looks at a place behind every gate that
    its rater passes, and begins one of these tasks alone.
    """
    looked_at = Slot.objects.filter(task__in=tasks).exclude(state__in=HELD).order_by("pk")
    list(looked_at.select_for_update().values_list("pk", flat=True))
    mine = Task.objects.filter(pk__in=tasks).order_by("pk").select_for_update(skip_locked=True)
    held = list(mine.values_list("pk", flat=True))
    places = Slot.objects.filter(task__in=held)
    free = places.exclude(state__in=HELD).order_by("pk").select_for_update(skip_locked=True)
    locked = Counter(free.values_list("task", flat=True))
    wanted = Counter(places.values_list("task", flat=True))
    return [pk for pk in held if locked[pk] == wanted[pk]]


def list_systems(tasks: Sequence[Task]) -> dict[int, list[str]]:
    """Names of the systems of each task (id)."""
    found: dict[int, list[str]] = {task.pk: [] for task in tasks}
    rows = TaskGeneration.objects.filter(task__in=tasks).values_list("task", "generation__system__name")
    for task, system in rows.order_by("task", "position"):
        found[task].append(system)
    return found


def name_task(task: Task, rubric: Rubric, systems: Collection[str]) -> str:
    """The identity that the task has under this version of its rubric."""
    return task_identity(
        kind=task.kind,
        item=task.item.key,
        systems=systems,
        turn=task.turn,
        context=task.context,
        rubric=(rubric.key, rubric.version),
    )


def _move(rubric: Rubric, tasks: list[Task]) -> int:
    systems = list_systems(tasks)
    for task in tasks:
        task.rubric = rubric
        task.identity = name_task(task, rubric, systems[task.pk])
    Task.objects.bulk_update(tasks, ["rubric", "identity"], batch_size=CHUNK)
    return len(tasks)
