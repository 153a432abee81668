"""The task after the one on the screen: leased while that is read, and given back when its rater goes away."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from annotations.domain.locks.rater_lock import hold_rater
from annotations.domain.queue.claim import (
    lease_above,
    lease_check,
    list_live,
    list_live_locked,
    lock_rater,
    renew_live,
)
from annotations.domain.queue.daily_cap import has_given_all, has_reached_cap
from annotations.domain.queue.leases import end_lease
from annotations.models import Assignment, AssignmentState, Rater
from evalplatform.common.clock import database_now


def claim_ahead(*, rater: Rater, beside: UUID, now: datetime | None = None) -> Assignment | None:
    """The lease that follows the one on the screen (its id is `beside`): the next that the rater holds, or a new one.

    It must be the first that the rater holds, and they hold one more at most, whatever their pages ask for. None where
    nothing can be dealt without a search, where the day's cap is reached with what is held, while the project is
    paused, before a test is passed, and beside any other lease: whoever answers then claims as ever. Raises Denied
    for a rater who was deactivated.
    """
    if rater.project.paused_at is not None:
        return None
    now = now or database_now()
    with transaction.atomic():
        rater = lock_rater(rater)
        if rater.must_qualify:
            return None
        held = list_live(rater=rater.pk)
        if not held or held[0].public_id != beside:
            return None
        if len(held) > 1:
            return _take_over(held[1], rater, now)
        return None if _has_enough(rater, now, len(held)) else _lease(rater, now, len(held))


def _take_over(lease: Assignment, rater: Rater, now: datetime) -> Assignment | None:
    """The lease for the page that asks now: what another page says of it as it closes comes too late."""
    lease.token = uuid4()
    lease.save(update_fields=["token"])
    return renew_live(lease, rater, now)


def _has_enough(rater: Rater, now: datetime, held: int) -> bool:
    return has_reached_cap(rater=rater, now=now, held=held) or has_given_all(rater=rater, held=held)


def _lease(rater: Rater, now: datetime, held: int) -> Assignment | None:
    check = lease_check(rater, now, held=held)
    if check is not None or rater.queue_epoch != rater.project.queue_epoch:
        return check
    return lease_above(rater, rater.queue_cursor, now)


@transaction.atomic
def release_ahead(*, assignment: Assignment, token: UUID, now: datetime | None = None) -> int:
    """Give back what was dealt to a person after the task they were looking at; returns how many leases ended.

    They may meet those tasks again. `token` is that of the lease ahead: nothing ends where another page has asked for
    it since. What is on the screen stays theirs, and so does everything beside a lease that has ended. A word that
    comes too late, when they were paused or hold nothing any more, changes nothing.
    """
    now = now or database_now()
    held = list_live_locked(rater=hold_rater(assignment.rater).pk)
    later = [lease for lease in held[1:] if held[0].pk == assignment.pk]
    if token not in {lease.token for lease in later}:
        return 0
    for lease in later:
        end_lease(lease, AssignmentState.EXPIRED, now)
    return len(later)
