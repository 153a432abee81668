"""Slots from the store and from the loop itself are the same; the store serves all loops and learns no key."""

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any  # settings

import pytest
import redis

from judges.engine.pacing.account import open_pacer
from judges.engine.pacing.pace import Grant, Order, OwnPace, Pace, SharedPace
from judges.models import Connection, Judge

ORDERS = [
    (Order(100), 0.0, 100),
    (Order(100, learned=(600, 0)), 0.101, 3),
    (Order(1), 0.101, 1),
    (Order(100, tokens=100, learned=(0, 60_000)), 0.101, 3),
    (Order(100, tokens=500), 0.505, 1),
    (Order(100, own=(60, 0)), 1.01, 1),
    (Order(100, own=(6000, 0)), 0.101, 3),
]


def use(make: Callable[[], Pace], act: Callable[[Pace], Awaitable[Any]]) -> Any:
    async def go() -> Any:
        pace = make()
        try:
            return await act(pace)
        finally:
            await pace.close()

    return asyncio.run(go())


async def take_all(pace: Pace) -> list[Grant]:
    return [await pace.reserve(order) for order, _, _ in ORDERS]


@pytest.mark.parametrize("is_shared", [False, True])
def test_gap_and_block_follow_the_tightest_limit_and_slots_follow_each_other(
    is_shared: bool, valkey: redis.Redis
) -> None:
    granted: list[Grant] = use(lambda: SharedPace("a") if is_shared else OwnPace(), take_all)
    assert [(round(grant.gap, 3), grant.count) for grant in granted] == [(g, n) for _, g, n in ORDERS]
    starts = [grant.start for grant in granted]
    wanted, free = [0.0], 0.0
    for grant in granted[1:]:
        wanted.append(free)
        free += grant.gap * grant.count
    assert starts == pytest.approx(wanted, abs=0.2)


@pytest.mark.parametrize("is_shared", [False, True])
def test_slots_move_once_in_a_second_by_what_calls_were_late(is_shared: bool, valkey: redis.Redis) -> None:
    async def act(pace: Pace) -> list[float]:
        orders = [Order(1, late=late, own=(30, 0)) for late in (0.0, 0.3, 0.2, 0.5, 0.0)]
        return [(await pace.reserve(order)).start for order in orders]

    starts: list[float] = use(lambda: SharedPace("a") if is_shared else OwnPace(), act)
    steps = [after - before - 2.02 for before, after in itertools.pairwise(starts)]
    assert steps == pytest.approx([0.3, 0.0, 0.2, 0.0], abs=0.09)


def test_two_loops_share_one_account_and_no_other(valkey: redis.Redis) -> None:
    async def act(first: Pace) -> tuple[Grant, Grant, Grant]:
        second, other = SharedPace("a"), SharedPace("b")
        try:
            order = Order(10, learned=(60, 0))
            return await first.reserve(order), await second.reserve(Order(10)), await other.reserve(Order(10))
        finally:
            await second.close()
            await other.close()

    first, second, other = use(lambda: SharedPace("a"), act)
    assert (first.count, second.count, other.gap) == (1, 1, 0.0)
    assert second.start == pytest.approx(first.start + 1.01, abs=0.2)


def test_a_refusal_holds_all_loops_back(valkey: redis.Redis) -> None:
    async def act(pace: Pace) -> Grant:
        await pace.reserve(Order(1, hold=30))
        return await pace.reserve(Order(1))

    assert use(lambda: SharedPace("a"), act).start == pytest.approx(30, abs=0.5)


def test_limits_are_remembered_for_minutes_and_the_key_never_gets_there(valkey: redis.Redis) -> None:
    async def act() -> None:
        connection = Connection(provider="openai", base_url="http://127.0.0.1:1/v1")
        pacer = open_pacer(Judge(model="m", connection=connection), key="sk-planted", calls=4)
        pacer.learn({"x-ratelimit-limit-requests": "600"})
        await pacer.reserve(0, 1)
        await pacer.close()

    asyncio.run(act())
    [name] = valkey.keys()
    held = repr((name, valkey.hgetall(name)))
    assert valkey.hget(name, "requests") == b"600"
    assert 0 < valkey.ttl(name) <= 600
    assert not any(secret in held for secret in ("sk-planted", "127.0.0.1"))


def test_while_the_store_is_away_a_loop_goes_on_by_itself_and_says_so(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"

    async def act(pace: Pace) -> list[Grant]:
        return [await pace.reserve(Order(10, learned=(60, 0))) for _ in range(2)]

    began = time.monotonic()
    with caplog.at_level(logging.WARNING, logger="judges.engine"):
        first, second = use(lambda: SharedPace("a"), act)
    said = [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]
    assert said == ["the pace is not shared while the store is away"]
    assert (first.count, second.count) == (1, 1)
    assert second.start == pytest.approx(first.start + 1.01, abs=0.2)
    assert time.monotonic() - began < 2
