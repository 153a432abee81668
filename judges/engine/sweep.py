"""What returns work whose worker died, and rings again for what no bell was heard: the ledger's own pulse."""

from datetime import datetime
from decimal import Decimal

import structlog
from django.db import transaction

from evalplatform.common.clock import database_now
from evalplatform.common.wakeups import ring
from judges.engine.archived import stop_archived
from judges.engine.asking.retries import MOST_LOSSES, plan_successor
from judges.engine.batches.lane import ring_for_due_batches
from judges.engine.choosing.concluding import conclude_due_choices
from judges.engine.ledger.cascade_bell import ring_for_idle_cascades
from judges.engine.ledger.control import JOB, conclude_run
from judges.engine.ledger.late import WORKER_LOST
from judges.engine.ledger.leases import cancel_all_leftovers, list_waiting_shards
from judges.engine.money.budget import book_money, lock_run
from judges.engine.panels import ring_for_due_panels
from judges.engine.planning.plan import plan_attempts
from judges.models import Attempt, AttemptState, ProviderBatch, RawReply, Run, RunState, Shard

BATCH = 500

log = structlog.get_logger("judges.sweep")


def sweep_once() -> dict[str, int]:
    """One round over all projects; returns what was done, by name."""
    return {
        "archived": stop_archived(),
        "lost": return_expired_attempts(),
        "cancelled": cancel_all_leftovers(),
        "planned": sum(plan_attempts(run=run) for run in list_following()),
        "concluded": conclude_idle_runs(),
        "forgotten": delete_old_replies(),
        "rung": ring_for_waiting_runs(),
        "batches_due": ring_for_due_batches(),
        "panels": ring_for_due_panels(),
        "chosen": conclude_due_choices(),
        "cascades": ring_for_idle_cascades(),
    }


def void_leases() -> None:
    """Let go of every lease: for a single machine's start, when no worker of its predecessor can be alive."""
    now = database_now()
    Shard.objects.exclude(leased_until=None).update(leased_until=None)
    # What is at the provider in a batch is in no dead worker's hands.
    Attempt.objects.filter(state=AttemptState.LEASED, provider_batch=None).update(leased_until=now)
    ProviderBatch.objects.exclude(leased_until=None).update(leased_until=None)
    return_expired_attempts()


def return_expired_attempts() -> int:
    """Attempts whose lease ran out are lost, and tried again unless their case lost too many workers."""
    lost = 0
    expired = Attempt.objects.filter(state=AttemptState.LEASED, leased_until__lte=database_now())
    for run_id in sorted(set(expired.values_list("run_id", flat=True))):
        while batch := _return_batch(run_id):
            lost += batch
    return lost


@transaction.atomic
def _return_batch(run_id: int) -> int:
    run, now = lock_run(run_id), database_now()
    expired = list(
        Attempt.objects.select_for_update(skip_locked=True)
        .filter(run_id=run.pk, state=AttemptState.LEASED, leased_until__lte=now)
        .order_by("leased_until")[:BATCH]
    )
    for attempt in expired:
        _lose(attempt, now)
    aside = sum((attempt.estimate or Decimal(0) for attempt in expired), Decimal(0))
    book_money(run=run, spent=aside, reserved=-aside)
    return len(expired)


def _lose(attempt: Attempt, now: datetime) -> None:
    """The call may have been made and paid for: its estimate is its cost until a late answer tells better."""
    attempt.losses += 1
    is_last = attempt.losses >= MOST_LOSSES
    attempt.state = AttemptState.QUARANTINED if is_last else AttemptState.LOST
    attempt.failure, attempt.cost = WORKER_LOST, attempt.estimate
    attempt.detail = "its worker died or hung before the answer was written"
    attempt.ended_at, attempt.leased_until = now, None
    attempt.save()
    if not is_last:
        plan_successor(attempt=attempt, not_before=None).save()


def delete_old_replies() -> int:
    """Forget requests and raw replies whose days are over, some at a time; the sweep comes again."""
    old = RawReply.objects.filter(keep_until__lte=database_now()).order_by("keep_until")
    return RawReply.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).delete()[0]


def list_following() -> list[Run]:
    """Runs that take in tasks yet to come."""
    return list(
        Run.objects.filter(state=RunState.RUNNING, follow=True)
        .select_related("judge", "project")
        .order_by("pk")
    )


def conclude_idle_runs() -> int:
    """Finish runs that have nothing left; returns how many were looked at and finished."""
    open_runs = Run.objects.filter(state=RunState.RUNNING, follow=False)
    before = list(open_runs.values_list("pk", flat=True))
    for run_id in before:
        conclude_run(run_id=run_id)
    return Run.objects.filter(pk__in=before, state=RunState.FINISHED).count()


def ring_for_waiting_runs() -> int:
    """Wake a worker for every free shard of a run that has something due."""
    waiting = list(list_waiting_shards().order_by("pk").values_list("run_id", "number"))
    for run_id, number in waiting:
        ring(JOB, run_id, number)
    return len(waiting)
