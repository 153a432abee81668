"""Leases of people on slots: renew, skip, expire. A slot that returns unused goes to the tail of the queue."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _

from annotations.domain.reading.legal import Illegal, clean_text
from annotations.models import (
    KNOWN,
    Assignment,
    AssignmentState,
    Project,
    Rater,
    Slot,
    SlotState,
    Task,
    TaskState,
)
from annotations.queries.open_slots import find_last_free_rank
from annotations.queries.waves import is_dealt
from evalplatform.common.clock import database_now
from evalplatform.common.composed import Change, composed_update
from evalplatform.common.errors import Conflict, Invalid

AT_ONCE = 25  # leases ended in one transaction: whoever answers one of them meanwhile waits for its end
LONGEST_REASON = 200
HELD = (SlotState.LEASED, SlotState.DONE)


def lease_end(now: datetime) -> datetime:
    """When a lease that begins or is renewed now runs out."""
    return now + timedelta(seconds=settings.EVALPLATFORM_ASSIGNMENT_LEASE)


def renew_assignment(*, assignment: Assignment, now: datetime | None = None) -> Assignment:
    """Keep a live lease for another while. Raises Conflict when it has ended."""
    end = lease_end(now or database_now())
    if not extend_lease(pk=assignment.pk, token=assignment.token, end=end):
        raise Conflict(_("This task has gone back to the queue."))
    assignment.expires_at = end
    return assignment


@composed_update
def extend_lease(pk: int, token: UUID, end: datetime) -> Change[Assignment]:
    """Keep a lease until then; none is changed where it has ended."""
    live = Assignment.objects.filter(pk=pk, token=token, state=AssignmentState.LIVE)
    return Change(live, {"expires_at": end})


def renew_ahead(*, assignment: Assignment, now: datetime | None = None) -> None:
    """Keep what was dealt to the same person after this task for as long as the task itself."""
    live = Assignment.objects.filter(rater=assignment.rater_id, state=AssignmentState.LIVE)
    live.exclude(pk=assignment.pk).update(expires_at=lease_end(now or database_now()))


@transaction.atomic
def skip_assignment(*, assignment: Assignment, reason: str, now: datetime | None = None) -> Assignment:
    """Give the task up for good, with a reason; its slot goes to somebody else. The same again changes nothing."""
    try:
        reason = clean_text(reason, what="the reason", longest=LONGEST_REASON)
    except Illegal as error:
        raise Invalid.at(str(error), field="reason") from None
    if not reason:
        raise Invalid.at(_("a reason is needed"), field="reason")
    current = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if current.state == AssignmentState.SKIPPED:
        return current
    if current.state != AssignmentState.LIVE:
        raise Conflict(_("This task is not yours to skip any more."))
    current.skip_reason = reason
    end_lease(current, AssignmentState.SKIPPED, now or database_now())
    return current


@transaction.atomic(savepoint=False)
def expire_assignments(*, now: datetime | None = None, project: Project | None = None) -> int:
    """End some of the leases that have run out, of one project or of all; returns how many."""
    now = now or database_now()
    expired = Assignment.objects.filter(state=AssignmentState.LIVE, expires_at__lte=now)
    if project is not None:
        expired = expired.filter(project=project)
    rows = list(expired.select_for_update(skip_locked=True).order_by("expires_at", "pk")[:AT_ONCE])
    for assignment in rows:
        end_lease(assignment, AssignmentState.EXPIRED, now)
    return len(rows)


def sweep_assignments(*, now: datetime | None = None) -> int:
    """End all leases that have run out, some at a time; returns how many."""
    ended = 0
    while some := expire_assignments(now=now):
        ended += some
    return ended


def end_lease(assignment: Assignment, state: AssignmentState, now: datetime) -> None:
    """Put a locked assignment into its last state and its slot, where it still holds one, back into the queue."""
    held = assignment.state in (AssignmentState.LIVE, AssignmentState.SUBMITTED)
    assignment.state = state
    assignment.ended_at = now
    assignment.save(update_fields=["state", "ended_at", "skip_reason"])
    if held and assignment.slot_id is not None:
        _return_slot(Slot.objects.filter(pk=assignment.slot_id, state__in=HELD), assignment)


def _return_slot(slot: QuerySet[Slot], assignment: Assignment) -> None:
    """To the tail, behind what nobody has met yet; of a withdrawn task or a wave that is over: nowhere.

    Of a task of raised priority: to its old place.
    """
    task = Task.objects.only("state", "priority", "project").get(pk=assignment.task_id)
    if task.state in (TaskState.WITHDRAWN, *KNOWN):
        slot.update(state=SlotState.WITHDRAWN)
    elif not is_dealt(task=task):
        slot.update(state=SlotState.WAITING)
    elif task.priority:
        slot.update(state=SlotState.FREE)
        _deal_from_start(assignment.project_id)
    else:
        slot.update(state=SlotState.FREE, rank=next_tail_rank(assignment.project_id))


def _deal_from_start(project_id: int) -> None:
    """A new epoch, so that everybody meets what returned behind their cursor.

    Not while a planner holds the project: nobody's skip waits for that. Cursors then meet it when they wrap around.
    """
    free = Project.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=project_id)
    if free.exists():
        Project.objects.filter(pk=project_id).update(queue_epoch=F("queue_epoch") + 1)


def next_tail_rank(project_id: int) -> int:
    """A rank behind everything that is queued and behind every rater's cursor."""
    return 1 + find_last_rank(project_id)


def find_last_rank(project_id: int) -> int:
    """The end of the queue: no place, task or cursor lies behind it. Each part reads an index entry or a few."""
    tails = (
        {"last": find_last_free_rank(project_id)},
        Task.objects.filter(state=TaskState.OPEN, project=project_id).aggregate(last=Max("rank")),
        Rater.objects.filter(project=project_id).aggregate(last=Max("queue_cursor")),
    )
    return max(-1 if tail["last"] is None else max(int(tail["last"]), -1) for tail in tails)
