"""Places that a rater may still take."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q

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
COARSE = 10
MOST_READ = 1_000  # places, however many a task has

# Written out, because every claim asks it: the ORM takes longer to compose it than a database to answer it. States
# are literal so that partial indexes match; no joins, which would tempt a planner away from the order of the queue.
OPEN_PLACES = """
SELECT slot.id, slot.task_id, slot.rank FROM annotations_slot AS slot
WHERE slot.project_id = %(project)s AND slot.state = 'free' AND slot.rank > %(above)s
AND EXISTS (SELECT 1 FROM annotations_task AS task WHERE task.id = slot.task_id AND task.state = 'open')
AND NOT EXISTS (
    SELECT 1 FROM annotations_assignment AS met
    WHERE met.task_id = slot.task_id AND met.rater_id = %(rater)s AND met.state <> 'expired'
) AND NOT EXISTS (
    SELECT 1 FROM annotations_annotation AS given
    WHERE given.task_id = slot.task_id AND given.rater_id = %(rater)s AND given.is_current
)
ORDER BY slot.rank, slot.id LIMIT %(limit)s
"""
LOCKED = "FOR UPDATE OF slot SKIP LOCKED"


class OpenPlace(NamedTuple):
    """A slot's id, its task's id, and its place in the queue."""

    slot_id: int
    task_id: int
    rank: int


@dataclass(frozen=True, slots=True)
class WorkLeft:
    """How many tasks wait for a rater; `more`: at least so many."""

    tasks: int
    more: bool


def find_open_places(*, rater: Rater, above: int, limit: int, lock: bool = False) -> list[OpenPlace]:
    """The first free places of open tasks that this rater neither holds, nor answered, nor skipped, in queue order.

    `lock` keeps others off them until the transaction ends, where rows can be locked; those held are passed over.
    """
    is_locked = lock and connection.features.has_select_for_update_skip_locked
    asked = {"project": rater.project_id, "rater": rater.pk, "above": above, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(OPEN_PLACES + LOCKED if is_locked else OPEN_PLACES, asked)
        return [OpenPlace(*row) for row in cursor.fetchall()]


def _has_met(rater: Rater) -> Q:
    """Of a lease: whether the rater holds its task too, or has answered or skipped it."""
    met = Assignment.objects.filter(task=OuterRef("task"), rater=rater, state__in=NOT_AGAIN)
    answered = Annotation.objects.filter(task=OuterRef("task"), rater=rater, is_current=True)
    return Q(Exists(met)) | Q(Exists(answered))


def find_next_return(*, rater: Rater) -> datetime | None:
    """When the first lease of others runs out on a task that this rater may take; None where there is none.

    Begins at the leases: they are as many as there are people at work.
    """
    dealable = Task.objects.filter(pk=OuterRef("task"), state=TaskState.OPEN)
    leases = Assignment.objects.filter(project=rater.project_id, state=AssignmentState.LIVE)
    held = leases.filter(Exists(dealable), slot__isnull=False)  # a check gives no place back
    return held.exclude(_has_met(rater)).order_by("expires_at").values_list("expires_at", flat=True).first()


def has_open_slots(*, project: Project) -> bool:
    """Whether anybody could be dealt a task there."""
    return Slot.objects.filter(project=project, state=SlotState.FREE, task__state=TaskState.OPEN).exists()


def count_work_left(*, rater: Rater) -> WorkLeft | None:
    """Tasks with a free place ahead of the rater in the queue. What it costs does not grow with the queue.

    In tens where checks are mixed in, and None below ten: a count that stood still would give a check away.
    """
    project = rater.project
    cursor = rater.queue_cursor if rater.queue_epoch == project.queue_epoch else START
    wanted = min(MOST_TOLD * project.overlap + 1, MOST_READ)
    read = find_open_places(rater=rater, above=cursor, limit=wanted)
    tasks = len({place.task_id for place in read})
    if project.gold_share or project.repeat_share:
        tasks -= tasks % COARSE
        if not tasks:
            return None
    return WorkLeft(min(tasks, MOST_TOLD), more=len(read) == wanted or tasks > MOST_TOLD)
