"""The one way to work: whoever asks for a task, from page or API, comes through here."""

import math
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, QuerySet

from annotations.domain.leases import expire_assignments, lease_end
from annotations.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Project,
    Rater,
    Slot,
    SlotState,
    TaskState,
)
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Exhausted

# Whoever expired or gave a task back may meet it again; whoever skipped or answered it may not.
NOT_AGAIN = (AssignmentState.LIVE, AssignmentState.SUBMITTED, AssignmentState.SKIPPED)
START = -1
SOONEST_RETRY, LATEST_RETRY = 5, 120


def claim_assignment(*, rater: Rater, now: datetime | None = None) -> Assignment | None:
    """The rater's live lease, or one on the next free slot; None when nothing is left for this rater.

    Raises Exhausted when only work that others hold remains: some of it may come back.
    """
    now = now or database_now()
    with transaction.atomic():
        assignment = _find_live(rater, now) or _deal(rater, now)
    if assignment is None:
        _refuse_while_others_work(rater, now)
    return assignment


def _find_live(rater: Rater, now: datetime) -> Assignment | None:
    """The oldest live lease (an undone task comes before the one dealt after it), renewed. Holds the rater's row."""
    Rater.objects.select_for_update(no_key=True).get(pk=rater.pk)  # two tabs of one rater wait for each other
    live = (
        Assignment.objects.select_related("project", "task__item", "task__rubric", "rater", "slot")
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
    project = Project.objects.get(pk=rater.project_id)
    expire_assignments(now=now, project=project)
    slot = _take_slot(rater, _read_cursor(rater, project))
    if slot is None:
        return None
    Rater.objects.filter(pk=rater.pk).update(queue_cursor=slot.rank, queue_epoch=project.queue_epoch)
    return Assignment.objects.create(
        project=project, slot=slot, task=slot.task, rater=rater, expires_at=lease_end(now)
    )


def _read_cursor(rater: Rater, project: Project) -> int:
    cursor, epoch = Rater.objects.values_list("queue_cursor", "queue_epoch").get(pk=rater.pk)
    return cursor if epoch == project.queue_epoch else START


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
        _slots_open_to(rater)
        .filter(state=SlotState.FREE, rank__gt=above)
        .select_related("task__item", "task__rubric", "task__project")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("rank", "pk")
        .first()
    )


def _slots_open_to(rater: Rater) -> QuerySet[Slot]:
    """Slots of open tasks that this rater neither holds, nor answered, nor skipped."""
    met = Assignment.objects.filter(task=OuterRef("task"), rater=rater, state__in=NOT_AGAIN)
    answered = Annotation.objects.filter(task=OuterRef("task"), rater=rater, is_current=True)
    return Slot.objects.filter(project=rater.project_id, task__state=TaskState.OPEN).exclude(
        Exists(met) | Exists(answered)
    )


def _refuse_while_others_work(rater: Rater, now: datetime) -> None:
    held = _slots_open_to(rater).filter(state=SlotState.LEASED, assignments__state=AssignmentState.LIVE)
    soonest = held.aggregate(at=Min("assignments__expires_at"))["at"]
    if soonest is not None:
        wait = math.ceil((soonest - now).total_seconds())
        raise Exhausted(
            "All tasks that are left are being rated by others. Some may come back.",
            retry_after=min(max(wait, SOONEST_RETRY), LATEST_RETRY),
        )
