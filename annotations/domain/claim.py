"""The one way to work: whoever asks for a task, from page or API, comes through here."""

import math
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from annotations.domain.leases import expire_assignments, lease_end
from annotations.domain.members import refuse_paused
from annotations.models import (
    Assignment,
    AssignmentState,
    Rater,
    Slot,
    SlotState,
    Task,
)
from annotations.queries.open_slots import START, list_slots_open_to
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Exhausted

SOONEST_RETRY, LATEST_RETRY = 5, 120


def claim_assignment(*, rater: Rater, now: datetime | None = None) -> Assignment | None:
    """The rater's live lease, or one on the next free slot; None when nothing is left for this rater.

    Raises Exhausted when only work that others hold remains: some of it may come back. Raises Denied for a rater
    who was deactivated.
    """
    now = now or database_now()
    with transaction.atomic():
        # Two tabs of one rater wait for each other here.
        locked = Rater.objects.select_related("project").select_for_update(no_key=True, of=("self",))
        rater = locked.get(pk=rater.pk)
        refuse_paused(rater=rater)
        assignment = _find_live(rater, now) or _deal(rater, now)
    if assignment is None:
        _refuse_while_others_work(rater, now)
    return assignment


def _find_live(rater: Rater, now: datetime) -> Assignment | None:
    """The oldest live lease, renewed: an undone task comes before the one dealt after it."""
    live = (
        Assignment.objects.select_related(
            "project", "task__item", "task__rubric", "task__project", "rater", "slot"
        )
        .filter(rater=rater, state=AssignmentState.LIVE)
        .order_by("created_at", "pk")
        .first()
    )
    if live is None:
        return None
    live.expires_at = lease_end(now)
    renewed = Assignment.objects.filter(pk=live.pk, token=live.token, state=AssignmentState.LIVE)
    return live if renewed.update(expires_at=live.expires_at) else None


def _deal(rater: Rater, now: datetime) -> Assignment | None:
    project = rater.project
    expire_assignments(now=now, project=project)
    cursor = rater.queue_cursor if rater.queue_epoch == project.queue_epoch else START
    slot = _take_slot(rater, cursor)
    if slot is None:
        return None
    Rater.objects.filter(pk=rater.pk).update(queue_cursor=slot.rank, queue_epoch=project.queue_epoch)
    task = Task.objects.select_related("item", "rubric", "project").get(pk=slot.task_id)
    return Assignment.objects.create(
        project=project, slot=slot, task=task, rater=rater, expires_at=lease_end(now)
    )


def _take_slot(rater: Rater, cursor: int) -> Slot | None:
    """Lease the next free slot above the cursor, else the first one from the start of the queue.

    The conditional update decides, on both databases; the row lock only keeps people from queueing for one slot.
    """
    for start in (cursor, START) if cursor > START else (START,):
        while slot := _find_free(rater, above=start):
            if Slot.objects.filter(pk=slot.pk, state=SlotState.FREE).update(state=SlotState.LEASED):
                return slot
    return None


def _find_free(rater: Rater, *, above: int) -> Slot | None:
    return (
        list_slots_open_to(rater=rater)
        .filter(state=SlotState.FREE, rank__gt=above)
        .select_for_update(skip_locked=True)
        .order_by("rank", "pk")
        .first()
    )


def _refuse_while_others_work(rater: Rater, now: datetime) -> None:
    held = list_slots_open_to(rater=rater).filter(
        state=SlotState.LEASED, assignments__state=AssignmentState.LIVE
    )
    soonest = held.aggregate(at=Min("assignments__expires_at"))["at"]
    if soonest is not None:
        wait = math.ceil((soonest - now).total_seconds())
        raise Exhausted(
            "All tasks that are left are being rated by others. Some may come back.",
            retry_after=min(max(wait, SOONEST_RETRY), LATEST_RETRY),
        )
