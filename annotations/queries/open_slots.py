"""Places that a rater may still take."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from annotations.models import (
    OPEN_TO_ALL,
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
from annotations.queries.gates import PASSED, list_passed, passes

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
# {gate} is one gate: its places are read in their order through the index, however many lie behind other gates.
OPEN_PLACES = """
SELECT {columns} FROM annotations_slot AS slot
WHERE slot.project_id = %(project)s AND slot.state = 'free' AND slot.gate = {gate} AND slot.rank > %(above)s
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
PLACE = "slot.id, slot.task_id, slot.rank"
LOCKED = "FOR UPDATE OF slot SKIP LOCKED"
# The head of the queue of every gate that the rater passes, and of these the first. It is locked together with the
# others, for as long as the claim takes: who passes over them meanwhile looks again without a lock before giving up.
# With locks it is materialized: a planner that merges the two looks for each head twice, and may lock two.
GATED = """
WITH heads AS {kept} (SELECT ({head}) AS id FROM ({passed}) AS passed)
SELECT {columns} FROM heads JOIN annotations_slot AS slot ON slot.id = heads.id
ORDER BY slot.rank, slot.id LIMIT %(limit)s
"""
MERGED = """
SELECT slot.id, slot.task_id, slot.rank FROM ({queues}) AS slot ORDER BY slot.rank, slot.id LIMIT %(limit)s
"""
ONE_QUEUE = "SELECT * FROM ({}) AS queue"
LAST_FREE = """
SELECT MAX((
    SELECT MAX(slot.rank) FROM annotations_slot AS slot
    WHERE slot.project_id = %(project)s AND slot.state = 'free' AND slot.gate = held.number
)) FROM (
    SELECT 0 AS number UNION ALL
    SELECT gate.number FROM annotations_gate AS gate WHERE gate.project_id = %(project)s
) AS held
"""


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


def find_open_places(*, rater: Rater, above: int, limit: int) -> list[OpenPlace]:
    """The first free places of open tasks that this rater may be dealt, in queue order; reads `project`.

    They pass the task's gate, and neither hold, nor answered, nor skipped it.
    """
    if limit == 1 or not rater.project.is_gated:
        search = write_search(is_gated=rater.project.is_gated)
    else:
        queues = (OPEN_PLACES.format(columns=PLACE, gate=gate) for gate in list_passed(rater=rater))
        search = MERGED.format(queues=" UNION ALL ".join(map(ONE_QUEUE.format, queues)))
    with connection.cursor() as cursor:
        cursor.execute(search, describe_search(rater, above, limit))
        return [OpenPlace(*row) for row in cursor.fetchall()]


@cache
def write_search(*, is_gated: bool, columns: str = PLACE, locked: str = "") -> str:
    """SQL of the first places that a rater may take; of the first one alone in a project with gates.

    One statement looks at what the rater passes too: nobody loses a skill in between.
    """
    if not is_gated:
        return OPEN_PLACES.format(columns=columns, gate=OPEN_TO_ALL) + locked
    head = OPEN_PLACES.format(columns="slot.id", gate="passed.number") + locked
    return GATED.format(columns=columns, head=head, passed=PASSED, kept="MATERIALIZED" if locked else "")


def describe_search(rater: Rater, above: int, limit: int) -> dict[str, int | None]:
    """The parameters of that SQL."""
    return {
        "project": rater.project_id,
        "rater": rater.pk,
        "above": above,
        "limit": limit,
        "user": rater.user_id,
    }


def find_last_free_rank(project_id: int) -> int | None:
    """The last free place in the queue; None where there is none. Reads one index entry for each gate."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_FREE, {"project": project_id})
        [(rank,)] = cursor.fetchall()
    return None if rank is None else int(rank)


def _has_met(rater: Rater) -> Q:
    """Of a lease: whether the rater holds its task too, or has answered or skipped it."""
    met = Assignment.objects.filter(task=OuterRef("task"), rater=rater, state__in=NOT_AGAIN)
    answered = Annotation.objects.filter(task=OuterRef("task"), rater=rater, is_current=True)
    return Q(Exists(met)) | Q(Exists(answered))


def find_next_return(*, rater: Rater) -> datetime | None:
    """When the first lease of others runs out on a task that this rater may take; None where there is none.

    Begins at the leases: they are as many as there are people at work.
    """
    dealable = Task.objects.filter(passes(rater), pk=OuterRef("task"), state=TaskState.OPEN)
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
