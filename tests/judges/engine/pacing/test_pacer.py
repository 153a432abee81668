import asyncio
import time

import pytest

from judges.engine.pacing.pacer import PROBE_SECONDS, Pacer

OFTEN = {"x-ratelimit-limit-requests": "600"}


class Clock:
    """Time that moves when told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


def start(pacer: Pacer, running: int = 0) -> int:
    """How many calls start now, of as many as the loop likes."""
    if pacer.wants_slots(running, 1000):
        asyncio.run(pacer.reserve(running, 1000))
    started = 0
    while pacer.may_start(running + started):
        started += 1
    return started


def count_starts(pacer: Pacer, clock: Clock, seconds: float) -> int:
    """How many start in that time, where each is answered at once."""
    started = 0
    for _ in range(round(seconds / 0.01)):
        clock.now += 0.01
        started += start(pacer)
    return started


def test_it_begins_with_one_and_doubles_with_every_round_of_answers() -> None:
    pacer = Pacer(50)
    rounds = []
    for _ in range(5):
        rounds.append(start(pacer))
        for _ in range(rounds[-1]):
            pacer.learn({})
    assert rounds == [1, 8, 16, 32, 50]


def test_a_first_call_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(50)
    assert start(pacer) == 1
    clock.now += PROBE_SECONDS + 0.1
    assert start(pacer, running=1) == 7


def test_it_never_starts_more_than_its_most() -> None:
    pacer = Pacer(3)
    started = start(pacer)
    pacer.learn({})
    assert (started, start(pacer)) == (1, 3)


def test_refusals_that_come_together_halve_once_and_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(8)
    start(pacer)
    pacer.learn({})
    for _ in range(5):
        pacer.slow_down(2.0)
    assert start(pacer) == 0
    clock.now += 2.1
    assert start(pacer) == 4


def test_it_keeps_the_distance_that_headers_state(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(64)
    start(pacer)
    pacer.learn(OFTEN)
    assert 98 <= count_starts(pacer, clock, 10) <= 101


def test_a_token_limit_counts_what_answers_took(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(64)
    start(pacer)
    pacer.learn(OFTEN | {"x-ratelimit-limit-tokens": "60000"}, 200)  # 1,000 a second: five calls
    assert 48 <= count_starts(pacer, clock, 10) <= 51


def test_the_judges_own_limit_binds_from_the_first_call_and_the_tighter_one_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(64, own=(120, 0))
    assert 19 <= count_starts(pacer, clock, 10) <= 21
    pacer.learn(OFTEN)
    assert 19 <= count_starts(pacer, clock, 10) <= 21


def test_a_single_refusal_under_a_stated_limit_costs_moments_and_a_second_one_what_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(64)
    start(pacer)
    pacer.learn(OFTEN)
    count_starts(pacer, clock, 1)
    pacer.slow_down(20)
    assert count_starts(pacer, clock, 1) >= 7
    pacer.slow_down(20)
    assert count_starts(pacer, clock, 19.9) == 0
    assert count_starts(pacer, clock, 1.5) >= 8


def test_slots_that_a_busy_loop_missed_are_not_made_up_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(64)
    start(pacer)
    pacer.learn(OFTEN)
    count_starts(pacer, clock, 1)
    clock.now += 5
    assert start(pacer) <= 2
