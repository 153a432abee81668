"""The one way to work: whoever asks for a task, from page or API, comes through here."""

import math
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from annotations.domain.checks import Check, draw_check
from annotations.domain.daily_cap import has_given_all, refuse_beyond_cap
from annotations.domain.leases import expire_assignments, find_last_rank, lease_end
from annotations.domain.members import refuse_paused
from annotations.domain.qualify import draw_qualification, explain_unqualified, settle_trial
from annotations.domain.rater_lock import hold_rater
from annotations.domain.raters import is_resting, note_search, rest_rater
from annotations.domain.steering import refuse_paused_project
from annotations.models import (
    Assignment,
    AssignmentState,
    Project,
    Rater,
    Slot,
    SlotState,
    Task,
)
from annotations.queries.open_slots import START, OpenPlace, find_next_return, find_open_places
from annotations.queries.submissions import holds_task
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Exhausted

SOONEST_RETRY, LATEST_RETRY = 5, 120


def claim_assignment(*, rater: Rater, now: datetime | None = None) -> Assignment | None:
    """The rater's live lease, or one on the next free slot; None when nothing is left for this rater, or they have
    answered as much as the project takes from one person.

    Raises Exhausted when only work that others hold remains, some of which may come back, while the project is
    paused, and for the rest of a day in which the rater has answered as much as the project allows.
    Raises Denied for a rater who was deactivated. Before real work come training and a test, where the project has one.
    """
    refuse_paused_project(rater.project)
    now = now or database_now()
    refuse_beyond_cap(rater=rater, now=now)
    if has_given_all(rater=rater) and not holds_task(rater=rater):
        return None
    if rater.must_qualify and not settle_trial(rater=rater, now=now):
        return _lease_qualification(rater, now)
    assignment = _deal(rater, now)
    if assignment is None and expire_assignments(now=now, project=rater.project):
        assignment = _deal(rater, now)
    if assignment is None:
        _refuse_while_others_work(rater, now)
    return assignment


def _lease_qualification(rater: Rater, now: datetime) -> Assignment:
    """The rater's live lease, or one on the next task of their training or test. Raises Denied and Exhausted."""
    with transaction.atomic():
        rater = lock_rater(rater)
        if live := _find_live(rater, now):
            return live
        check = draw_qualification(rater=rater)
        if check is not None:
            return _lease_without_place(rater, check, now)
    raise explain_unqualified(rater=rater)


def _deal(rater: Rater, now: datetime) -> Assignment | None:
    """From where the rater stands; else, unless that is known to be in vain, from the start of the queue.

    The search of a whole queue takes long where much of it has been answered: it holds no lock.
    """
    above: int | None = None
    while True:
        asking, assignment = _lease_next(rater, now, above)
        if assignment is not None or is_resting(rater=asking, now=now):
            return assignment
        end = find_last_rank(rater.project_id)  # before the search: what returns meanwhile lies behind it
        found = find_open_places(rater=asking, above=START, limit=1)
        if not found:
            rest_rater(rater=asking, end=end, now=now)
            return None
        above = found[0].rank - 1


def _lease_next(rater: Rater, now: datetime, above: int | None) -> tuple[Rater, Assignment | None]:
    """The rater as they are now, and their live lease or one on the next place above this rank, or their cursor."""
    with transaction.atomic():
        rater = lock_rater(rater)
        assignment = _find_live(rater, now)
        if assignment is None and above is None:
            assignment = lease_check(rater, now)
        if assignment is None and above is None and rater.queue_epoch == rater.project.queue_epoch:
            above = rater.queue_cursor
        if assignment is None and above is not None:
            assignment = lease_above(rater, above, now)
        if assignment is None and not is_resting(rater=rater, now=now):
            note_search(rater=rater, now=now)
    return rater, assignment


def lock_rater(rater: Rater) -> Rater:
    """The rater as they are now, with their project. Two tabs of one rater wait for each other here. Raises Denied."""
    rater = hold_rater(rater)
    refuse_paused(rater=rater)
    return rater


def list_live(rater: Rater) -> QuerySet[Assignment]:
    """Live leases in the order in which they were dealt: an undone task comes before the one after it."""
    return Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE).order_by("pk")


def _find_live(rater: Rater, now: datetime) -> Assignment | None:
    live = list_live(rater).first()
    return None if live is None else renew_live(live, rater, now)


def renew_live(live: Assignment, rater: Rater, now: datetime) -> Assignment | None:
    """A live lease of this rater from now on, with its task; None when it ended this moment."""
    live.project, live.rater, live.task = rater.project, rater, _load_task(live.task_id, rater.project)
    live.expires_at = lease_end(now)
    renewed = Assignment.objects.filter(pk=live.pk, token=live.token, state=AssignmentState.LIVE)
    return live if renewed.update(expires_at=live.expires_at) else None


def lease_check(rater: Rater, now: datetime, *, held: int = 0) -> Assignment | None:
    """A lease without a place, where a check is due after those held: nobody else misses anything by it."""
    check = draw_check(rater=rater, held=held)
    return None if check is None else _lease_without_place(rater, check, now)


def _lease_without_place(rater: Rater, check: Check, now: datetime) -> Assignment:
    return Assignment.objects.create(
        project=rater.project,
        task=_load_task(check.task_id, rater.project),
        rater=rater,
        repeat=check.repeat,
        expires_at=lease_end(now),
    )


def lease_above(rater: Rater, rank: int, now: datetime) -> Assignment | None:
    """A lease on the next place above this rank; moves the cursor of the rater, who is locked."""
    place = _take_above(rater, rank)
    if place is None:
        return None
    Rater.objects.filter(pk=rater.pk).update(queue_cursor=place.rank, queue_epoch=rater.project.queue_epoch)
    return Assignment.objects.create(
        project=rater.project,
        slot_id=place.slot_id,
        task=_load_task(place.task_id, rater.project),
        rater=rater,
        expires_at=lease_end(now),
    )


def _load_task(task_id: int, project: Project) -> Task:
    """With what its rater will be shown of it."""
    tasks = Task.objects.select_related("item", "rubric").prefetch_related("rubric__criteria")
    task = tasks.get(pk=task_id)
    task.project = project
    return task


def _take_above(rater: Rater, rank: int) -> OpenPlace | None:
    """Lease the next free slot above the rank.

    The conditional update decides, on both databases; the row lock only keeps people from queueing for one slot.
    """
    while found := find_open_places(rater=rater, above=rank, limit=1, lock=True):
        [place] = found
        if Slot.objects.filter(pk=place.slot_id, state=SlotState.FREE).update(state=SlotState.LEASED):
            return place
    return None


def _refuse_while_others_work(rater: Rater, now: datetime) -> None:
    soonest = find_next_return(rater=rater)
    if soonest is not None:
        wait = math.ceil((soonest - now).total_seconds())
        raise Exhausted(
            "All tasks that are left are being rated by others. Some may come back.",
            retry_after=min(max(wait, SOONEST_RETRY), LATEST_RETRY),
        )
