"""The one way to work: whoever asks for a task, from page or API, comes through here."""

import math
from datetime import datetime

from django.db import transaction

from annotations.domain.leases import expire_assignments, lease_end
from annotations.domain.members import refuse_paused
from annotations.domain.raters import is_resting, rest_rater
from annotations.models import (
    Assignment,
    AssignmentState,
    Rater,
    Slot,
    SlotState,
    Task,
)
from annotations.queries.open_slots import START, find_next_return, list_slots_open_to
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
    held = Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE)
    live = held.order_by("created_at", "pk").first()
    if live is None:
        return None
    live.project, live.rater, live.task = rater.project, rater, _load_task(live.task_id)
    live.expires_at = lease_end(now)
    renewed = Assignment.objects.filter(pk=live.pk, token=live.token, state=AssignmentState.LIVE)
    return live if renewed.update(expires_at=live.expires_at) else None


def _deal(rater: Rater, now: datetime) -> Assignment | None:
    slot = _take_slot(rater, now)
    if slot is None and expire_assignments(now=now, project=rater.project):
        rater.project.refresh_from_db(fields=["queue_epoch"])
        slot = _take_slot(rater, now)
    if slot is None:
        if not is_resting(rater=rater, now=now):
            rest_rater(rater=rater, now=now)
        return None
    Rater.objects.filter(pk=rater.pk).update(queue_cursor=slot.rank, queue_epoch=rater.project.queue_epoch)
    return Assignment.objects.create(
        project=rater.project,
        slot=slot,
        task=_load_task(slot.task_id),
        rater=rater,
        expires_at=lease_end(now),
    )


def _load_task(task_id: int) -> Task:
    """With what its rater will be shown of it."""
    tasks = Task.objects.select_related("item", "rubric", "project")
    return tasks.prefetch_related("rubric__criteria").get(pk=task_id)


def _take_slot(rater: Rater, now: datetime) -> Slot | None:
    """Lease the next free slot above the cursor, else, unless that is known to be in vain, the first of the queue.

    The conditional update decides, on both databases; the row lock only keeps people from queueing for one slot.
    """
    is_current = rater.queue_epoch == rater.project.queue_epoch
    starts = [rater.queue_cursor] if is_current else []
    if not is_resting(rater=rater, now=now):
        starts.append(START)
    for start in starts:
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
    soonest = find_next_return(rater=rater)
    if soonest is not None:
        wait = math.ceil((soonest - now).total_seconds())
        raise Exhausted(
            "All tasks that are left are being rated by others. Some may come back.",
            retry_after=min(max(wait, SOONEST_RETRY), LATEST_RETRY),
        )
