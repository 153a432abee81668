"""Answers that came after their lease was lost: they change the bill, and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from judges.engine.asking.results import Result, find_cost
from judges.engine.ledger.leases import ShardLease
from judges.engine.money.budget import round_up
from judges.models import Attempt, AttemptState
from judges.providers import Completion

WORKER_LOST = "worker_lost"


def record_late(*, lease: ShardLease, late: Sequence[Result], now: datetime) -> Decimal:
    """Put true costs in place of the estimates that lost attempts were booked with; returns the difference."""
    if not late:
        return Decimal(0)
    by_id = {result.case.attempt_id: result for result in late}
    lost = Attempt.objects.select_for_update().filter(pk__in=by_id, token=lease.token, failure=WORKER_LOST)
    return sum((_correct(attempt, by_id[attempt.pk], now) for attempt in lost), Decimal(0))


def _correct(attempt: Attempt, result: Result, now: datetime) -> Decimal:
    completion = result.completion or Completion("")
    booked, cost = attempt.cost or Decimal(0), find_cost(result)
    if attempt.state == AttemptState.LOST:  # a case that was given up stays so
        attempt.state = AttemptState.STALE
    attempt.ended_at, attempt.cost = now, cost
    attempt.returned_model = completion.returned_model[:200]
    attempt.tokens_in, attempt.tokens_cached = completion.tokens_in, completion.tokens_cached
    attempt.returned = dict(completion.returned)
    attempt.tokens_cache_written, attempt.tokens_out = completion.tokens_cache_written, completion.tokens_out
    attempt.latency_ms = round(result.latency * 1000)
    attempt.save()
    return round_up(cost or Decimal(0)) - round_up(booked)
