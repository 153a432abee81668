"""Places that a rater may still take."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Project,
    Rater,
    Slot,
    SlotState,
    Task,
    TaskState,
)

# Whose lease ran out may meet the task again; who skipped it, answered it or took an answer back may not.
NOT_AGAIN = (
    AssignmentState.LIVE,
    AssignmentState.SUBMITTED,
    AssignmentState.SKIPPED,
    AssignmentState.RETURNED,
)
START = -(2**62)  # below every rank, those of raised priorities included
MOST_TOLD = 100  # tasks; beyond it "100+" is all that a rater wants to know
MOST_READ = 1_000  # places, however many a task has


@dataclass(frozen=True, slots=True)
class WorkLeft:
    """How many tasks wait for a rater; `more`: at least so many."""

    tasks: int
    more: bool


def list_slots_open_to(*, rater: Rater) -> QuerySet[Slot]:
    """Slots of open tasks that this rater neither holds, nor answered, nor skipped.

    No joins: they would tempt a planner away from the order of the queue.
    """
    dealable = Task.objects.filter(pk=OuterRef("task"), state=TaskState.OPEN)
    return Slot.objects.filter(Exists(dealable), ~_has_met(rater), project=rater.project_id)


def _has_met(rater: Rater) -> Q:
    """Of a slot or a lease: whether the rater holds its task, or has answered or skipped it."""
    met = Assignment.objects.filter(task=OuterRef("task"), rater=rater, state__in=NOT_AGAIN)
    answered = Annotation.objects.filter(task=OuterRef("task"), rater=rater, is_current=True)
    return Q(Exists(met)) | Q(Exists(answered))


def find_next_return(*, rater: Rater) -> datetime | None:
    """When the first lease of others runs out on a task that this rater may take; None where there is none.

    Begins at the leases: they are as many as there are people at work.
    """
    dealable = Task.objects.filter(pk=OuterRef("task"), state=TaskState.OPEN)
    held = Assignment.objects.filter(Exists(dealable), project=rater.project_id, state=AssignmentState.LIVE)
    return held.exclude(_has_met(rater)).order_by("expires_at").values_list("expires_at", flat=True).first()


def has_open_slots(*, project: Project) -> bool:
    """Whether anybody could be dealt a task there."""
    return Slot.objects.filter(project=project, state=SlotState.FREE, task__state=TaskState.OPEN).exists()


def count_work_left(*, rater: Rater) -> WorkLeft:
    """Tasks with a free place ahead of the rater in the queue. What it costs does not grow with the queue."""
    project = rater.project
    cursor = rater.queue_cursor if rater.queue_epoch == project.queue_epoch else START
    ahead = list_slots_open_to(rater=rater).filter(state=SlotState.FREE, rank__gt=cursor)
    wanted = min(MOST_TOLD * project.overlap + 1, MOST_READ)
    read = list(ahead.order_by("rank", "pk").values_list("task_id", flat=True)[:wanted])
    tasks = len(set(read))
    return WorkLeft(min(tasks, MOST_TOLD), more=len(read) == wanted or tasks > MOST_TOLD)
