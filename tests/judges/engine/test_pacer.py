import pytest

from judges.engine.pacer import Pacer


class Clock:
    """Time that moves when told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("judges.engine.pacer.time.monotonic", lambda: self.now)


def count_starts(pacer: Pacer, running: int = 0) -> int:
    """How many calls may start now."""
    started = 0
    while pacer.may_start(running + started):
        started += 1
    return started


def test_it_begins_low_and_doubles_with_every_round_of_answers() -> None:
    pacer = Pacer(50)
    rounds = []
    for _ in range(4):
        rounds.append(count_starts(pacer))
        for _ in range(rounds[-1]):
            pacer.learn({})
    assert rounds == [8, 16, 32, 50]


def test_it_never_starts_more_than_its_most() -> None:
    assert count_starts(Pacer(3)) == 3


def test_refusals_that_come_together_halve_once_and_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(8)
    for _ in range(5):
        pacer.slow_down(2.0)
    assert count_starts(pacer) == 0
    clock.now += 2.1
    assert count_starts(pacer) == 4


def test_it_keeps_the_distance_that_headers_state(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pacer = Pacer(8)
    pacer.learn({"x-ratelimit-limit-requests": "600"})
    starts = 0
    for _ in range(100):
        clock.now += 0.1
        starts += count_starts(pacer)
    assert 99 <= starts <= 103
