"""Claims: who works on a run, and which attempts are in whose hands. Every change is a conditional update."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from annotations.models import TaskState
from evalplatform.common.among import Among
from evalplatform.common.clock import database_now
from judges.engine.asking.retries import SUSPECT_LOSSES
from judges.engine.money.budget import hold_run
from judges.engine.statements.prepared import choose_due, lease_attempts, lock_held
from judges.models import Attempt, AttemptState, Run, RunState, Shard

AT_ONCE = 500
MOST_COUNTED = 32_767
TRUSTED, SUSPECT = (0, SUSPECT_LOSSES - 1), (SUSPECT_LOSSES, MOST_COUNTED)  # losses, from and to


@dataclass(frozen=True, slots=True)
class ShardLease:
    """A shard of a run, held under a token that is also the token of all attempts claimed from it."""

    shard_id: int
    run_id: int
    number: int
    token: UUID


def take_shard(*, run_id: int, number: int) -> ShardLease | None:
    """Take a free shard of a running run; None when another loop holds it or there is nothing to do."""
    token, now = uuid4(), database_now()
    taken = Shard.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=now),
        run_id=run_id,
        number=number,
        run__state=RunState.RUNNING,
    ).update(token=token, leased_until=now + timedelta(seconds=settings.EVALPLATFORM_SHARD_LEASE))
    if not taken:
        return None
    shard_id = Shard.objects.values_list("id", flat=True).get(run_id=run_id, number=number)
    return ShardLease(shard_id, run_id, number, token)


def renew_leases(*, lease: ShardLease) -> bool:
    """Push back the end of the shard's lease and of its attempts'; False when the shard has been lost."""
    now = database_now()
    with transaction.atomic():
        kept = Shard.objects.filter(id=lease.shard_id, token=lease.token).update(
            leased_until=now + timedelta(seconds=settings.EVALPLATFORM_SHARD_LEASE)
        )
        list_held(lease).update(leased_until=now + timedelta(seconds=settings.EVALPLATFORM_ATTEMPT_LEASE))
    return bool(kept)


def list_waiting_shards() -> QuerySet[Shard]:
    """Free shards of running runs that have something due."""
    now = database_now()
    due = Attempt.objects.filter(
        Q(not_before=None) | Q(not_before__lte=now), run=OuterRef("run"), state=AttemptState.PENDING
    )
    return Shard.objects.filter(
        Exists(due), Q(leased_until=None) | Q(leased_until__lt=now), run__state=RunState.RUNNING
    )


def do_others_wait(run_id: int) -> bool:
    """Whether work of another run is due and nobody is at it."""
    return list_waiting_shards().exclude(run=run_id).exists()


def is_running(run_id: int) -> bool:
    """Whether the run may go on."""
    return Run.objects.filter(id=run_id, state=RunState.RUNNING).exists()


def claim_attempts(*, lease: ShardLease, limit: int, is_idle: bool = False) -> list[int]:
    """Lease up to `limit` attempts that are due, oldest first; nothing of a run that is not running.

    Suspects, cases that one more lost worker would give up, wait until nothing else is due; then an idle loop gets
    one of them, so that whatever kills the worker takes no neighbour along.
    """
    with transaction.atomic():
        if hold_run(lease.run_id) is None:
            return []
        now = database_now()
        chosen = _choose(lease, now, limit, TRUSTED)
        if not chosen and is_idle:
            chosen = _choose(lease, now, 1, SUSPECT)
        if chosen:
            until = now + timedelta(seconds=settings.EVALPLATFORM_ATTEMPT_LEASE)
            lease_attempts(attempt_ids=chosen, token=lease.token, now=now, until=until)
    return chosen


def _choose(lease: ShardLease, now: datetime, limit: int, losses: tuple[int, int]) -> list[int]:
    """The first that are due and still wanted; those on withdrawn tasks, met on the way, are cancelled."""
    while due := choose_due(run_id=lease.run_id, now=now, limit=limit, losses=losses):
        if dropped := [pk for pk, state in due if state == TaskState.WITHDRAWN]:
            _cancel(Attempt.objects.filter(Among(F("id"), dropped)))
        if wanted := [pk for pk, state in due if state != TaskState.WITHDRAWN]:
            return wanted
    return []


def _cancel(attempts: QuerySet[Attempt]) -> int:
    return attempts.filter(state=AttemptState.PENDING).update(
        state=AttemptState.CANCELLED, ended_at=database_now()
    )


def release_attempts(*, lease: ShardLease, attempt_ids: list[int]) -> set[int]:
    """Give attempts back that no call was made for; returns those that were still in this loop's hands.

    What was set aside for them is the caller's to book.
    """
    with transaction.atomic():
        wanted = list_held(lease).filter(Among(F("id"), attempt_ids)).select_for_update()
        held = set(wanted.values_list("id", flat=True))
        Attempt.objects.filter(Among(F("id"), held)).update(
            state=AttemptState.PENDING, leased_until=None, started_at=None, estimate=None
        )
        cancel_leftovers(run_id=lease.run_id)
    return held


def cancel_leftovers(*, run_id: int) -> int:
    """Cancel what waits if the run was called off.

    Two statements: PostgreSQL has been seen to read the whole queue anew for each row of one with a join.
    """
    if not Run.objects.filter(pk=run_id, state=RunState.CANCELLED).exists():
        return 0
    return _cancel(Attempt.objects.filter(run=run_id))


def cancel_all_leftovers() -> int:
    """Cancel what waits in any run that was called off, and some of what waits on withdrawn tasks."""
    waiting = Attempt.objects.filter(state=AttemptState.PENDING)
    runs = Run.objects.filter(Exists(waiting.filter(run=OuterRef("pk"))), state=RunState.CANCELLED)
    unwanted = list(waiting.filter(task__state=TaskState.WITHDRAWN).values_list("pk", flat=True)[:AT_ONCE])
    cancelled = sum(cancel_leftovers(run_id=pk) for pk in list(runs.values_list("pk", flat=True)))
    return cancelled + _cancel(Attempt.objects.filter(pk__in=unwanted))


def release_shard(*, lease: ShardLease) -> None:
    """Leave the shard free for the next loop."""
    Shard.objects.filter(id=lease.shard_id, token=lease.token).update(leased_until=None)


def list_held(lease: ShardLease) -> QuerySet[Attempt]:
    """Attempts in this loop's hands."""
    return Attempt.objects.filter(run_id=lease.run_id, state=AttemptState.LEASED, token=lease.token)


def read_set_aside(lease: ShardLease, attempt_ids: list[int]) -> dict[int, Decimal]:
    """Which of these attempts are in this loop's hands, now locked, and the money set aside for each."""
    return lock_held(run_id=lease.run_id, token=lease.token, attempt_ids=attempt_ids)


def find_next_due(run_id: int) -> datetime | None:
    """When the next pending attempt may be tried, which may lie in the past; None: none is pending."""
    pending = Attempt.objects.filter(run_id=run_id, state=AttemptState.PENDING)
    soonest = pending.order_by(F("not_before").asc(nulls_first=True)).values_list("not_before", flat=True)[:1]
    for not_before in soonest:
        return not_before or database_now()
    return None
