"""What a run's page says of limits and of what holds the run back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any  # parameters of a judge

import pytest
import redis
from django.utils import timezone

from judges.engine.asking.keys import read_key
from judges.engine.ledger.control import pause_run
from judges.engine.money.budget import set_project_budget
from judges.engine.pacing.account import open_pacer
from judges.engine.pacing.brakes import Brake, find_brake
from judges.engine.pacing.stated_limits import StatedLimits, read_stated_limits
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from judges.models import Attempt, Judge, Run, Shard
from judges.queries.standing import read_standing
from tests.factories.judging import make_field, make_judge

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"
CALLS = 4


def make_run(tasks: int = 10, **parameters: Any) -> Run:
    field = make_field(tasks=tasks)
    judge = make_judge(field.project, URL, "pair", price_in=1, price_out=2, **parameters)
    run = plan_run(project=field.project, judge=judge, wake=False)
    Shard.objects.filter(run=run).update(leased_until=timezone.now() + timedelta(minutes=1))
    Run.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    run.refresh_from_db()
    return run


def find(run: Run, limits: StatedLimits | None = None) -> Brake | None:
    run.refresh_from_db()
    return find_brake(run, read_standing(run), limits=limits, most_calls=CALLS)


def learn(judge: Judge, headers: dict[str, str], *, refused: float = 0.0) -> None:
    """As a loop does that got an answer with these headers."""
    key = read_key(judge)

    async def act() -> None:
        pacer = open_pacer(judge, key=key, calls=1)
        pacer.learn(headers)
        if refused:
            pacer.slow_down(refused)
        await pacer.reserve(0, 1)
        await pacer.close()

    asyncio.run(act())


def end(run: Run, count: int, **values: object) -> None:
    waiting = list(run.attempts.filter(state="pending").order_by("pk").values_list("pk", flat=True)[:count])
    held = {"state": "done", "ended_at": timezone.now(), "latency_ms": 900, "tokens_in": 90, "tokens_out": 10}
    Attempt.objects.filter(pk__in=waiting).update(**{**held, **values})


def test_limits_are_what_the_loops_of_the_account_learned(valkey: redis.Redis) -> None:
    judge = make_run(requests_per_minute=50).judge
    assert read_stated_limits(judge) == StatedLimits(own_requests=50)
    learn(judge, {"x-ratelimit-limit-requests": "600", "x-ratelimit-limit-tokens": "90000"})
    limits = read_stated_limits(judge)
    assert limits == StatedLimits(600, 90_000, 50, 0)
    assert (limits.binding_requests, limits.binding_tokens) == (50, 90_000)
    learn(judge, {}, refused=30)
    held = read_stated_limits(judge)
    assert held is not None
    assert held.hold == pytest.approx(30, abs=10)
    assert replace(held, hold=0) == limits


def test_a_measure_has_no_account_and_a_store_that_is_away_tells_nothing() -> None:
    run = make_run()
    longest = create_judge(project=run.project, name="longest", protocol="pair", builtin="longest")
    assert read_stated_limits(longest) is None
    assert read_stated_limits(run.judge) == StatedLimits()


def test_nothing_holds_a_run_that_goes_at_its_ease() -> None:
    run = make_run()
    assert find(run) is None
    Run.objects.update(state="finished")
    assert find(run) is None


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (StatedLimits(requests=10), Brake.REQUESTS),  # nine in the last minute
        (StatedLimits(own_requests=10, requests=500), Brake.REQUESTS),
        (StatedLimits(requests=11), None),
        (StatedLimits(tokens=1000), Brake.TOKENS),  # nine times a hundred
        (StatedLimits(tokens=1100), None),
        (StatedLimits(requests=10, hold=2.5), Brake.REFUSED),
    ],
)
def test_limits_hold_a_run_that_comes_near_them(limits: StatedLimits, found: Brake | None) -> None:
    run = make_run()
    end(run, 9)
    assert find(run, limits) == found


def test_money_pause_outage_worker_and_calls() -> None:
    run = make_run()
    first = run.attempts.order_by("pk")[0]
    Attempt.objects.filter(pk=first.pk).update(state="leased", estimate=Decimal("0.5"))
    assert find(run) is None
    set_project_budget(project=run.project, amount=Decimal("0.4"), actor=None)
    assert find(run) == Brake.BUDGET
    set_project_budget(project=run.project, amount=Decimal(10), actor=None)
    Run.objects.update(budget=Decimal(1), spent=Decimal("0.3"), reserved=Decimal("0.5"))
    assert find(run) == Brake.BUDGET
    Run.objects.update(budget=None)
    leased = list(run.attempts.order_by("pk").values_list("pk", flat=True)[:CALLS])
    Attempt.objects.filter(pk__in=leased).update(state="leased")
    assert find(run) == Brake.CALLS
    Shard.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert find(run) == Brake.WORKER
    end(run, 5, state="failed", failure="outage")
    assert find(run) == Brake.OUTAGE
    assert pause_run(run=run, reason="The budget does not cover the next call.")
    assert find(run) == Brake.BUDGET
    Run.objects.update(pause_reason="Paused by hand.")
    assert find(run) == Brake.PAUSED
