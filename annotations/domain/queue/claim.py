"""The one way to work: whoever asks for a task, from page or API, comes through here."""

import math
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from annotations.domain.locks.rater_lock import hold_rater
from annotations.domain.projects.members import refuse_paused
from annotations.domain.projects.steering import refuse_paused_project
from annotations.domain.queue.checks import draw_check
from annotations.domain.queue.daily_cap import has_given_all, refuse_beyond_cap
from annotations.domain.queue.leases import expire_assignments, extend_lease, find_last_rank, lease_end
from annotations.domain.queue.qualify import draw_qualification, explain_unqualified, settle_trial
from annotations.domain.queue.raters import is_resting, note_search, rest_rater
from annotations.domain.queue.take_place import take_place
from annotations.models import Assignment, AssignmentState, Project, Rater, Task
from annotations.queries.open_slots import START, find_next_return, find_open_places
from annotations.queries.submissions import holds_task
from evalplatform.common.clock import database_now
from evalplatform.common.composed import Change, composed, composed_update, insert_row
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
            return _lease(rater, check.task_id, now, repeat=check.repeat)
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


@composed
def list_live(rater: int) -> QuerySet[Assignment]:
    """Live leases in the order in which they were dealt: an undone task comes before the one after it."""
    return Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE).order_by("pk")


@composed
def list_live_locked(rater: int) -> QuerySet[Assignment]:
    """The same, held until the transaction ends."""
    live = Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE)
    return live.order_by("pk").select_for_update()


def _find_live(rater: Rater, now: datetime) -> Assignment | None:
    live = list_live.find(rater=rater.pk)
    return None if live is None else renew_live(live, rater, now)


def renew_live(live: Assignment, rater: Rater, now: datetime) -> Assignment | None:
    """A live lease of this rater from now on, with its task; None when it ended this moment."""
    live.project, live.rater, live.task = rater.project, rater, _load_task(live.task_id, rater.project)
    live.expires_at = lease_end(now)
    return live if extend_lease(pk=live.pk, token=live.token, end=live.expires_at) else None


def lease_check(rater: Rater, now: datetime, *, held: int = 0) -> Assignment | None:
    """A lease without a place, where a check is due after those held: nobody else misses anything by it."""
    check = draw_check(rater=rater, held=held)
    return None if check is None else _lease(rater, check.task_id, now, repeat=check.repeat)


def lease_above(rater: Rater, rank: int, now: datetime) -> Assignment | None:
    """A lease on the next place above this rank; moves the cursor of the rater, who is locked."""
    place = take_place(rater=rater, above=rank)
    if place is None:
        return None
    _move_cursor(rater=rater.pk, rank=place.rank, epoch=rater.project.queue_epoch)
    return _lease(rater, place.task_id, now, slot_id=place.slot_id)


def _lease(
    rater: Rater, task_id: int, now: datetime, *, slot_id: int | None = None, repeat: int = 0
) -> Assignment:
    lease = Assignment(
        project=rater.project,
        slot_id=slot_id,
        task=_load_task(task_id, rater.project),
        rater=rater,
        repeat=repeat,
        expires_at=lease_end(now),
    )
    insert_row(lease)
    return lease


@composed_update
def _move_cursor(rater: int, rank: int, epoch: int) -> Change[Rater]:
    return Change(Rater.objects.filter(pk=rater), {"queue_cursor": rank, "queue_epoch": epoch})


def _load_task(task_id: int, project: Project) -> Task:
    """With what its rater will be shown of it."""
    [task] = _find_task(pk=task_id)
    task.project = project
    return task


@composed
def _find_task(pk: int) -> QuerySet[Task]:
    return Task.objects.select_related("item", "rubric").filter(pk=pk)


def _refuse_while_others_work(rater: Rater, now: datetime) -> None:
    soonest = find_next_return(rater=rater)
    if soonest is not None:
        wait = math.ceil((soonest - now).total_seconds())
        raise Exhausted(
            "All tasks that are left are being rated by others. Some may come back.",
            retry_after=min(max(wait, SOONEST_RETRY), LATEST_RETRY),
        )
