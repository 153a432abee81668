import pytest

from judges.engine.pacing.breaker import Breaker


class Clock:
    """Time that moves when told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("judges.engine.pacing.breaker.time.monotonic", lambda: self.now)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.note_failure(is_probe=False)


def test_five_failures_in_a_row_open_it() -> None:
    breaker = Breaker()
    fail(breaker, 4)
    breaker.note_success()
    fail(breaker, 4)
    assert (breaker.is_open, breaker.may_ask()) == (False, True)
    fail(breaker, 1)
    assert (breaker.is_open, breaker.may_ask()) == (True, False)


def test_pauses_double_up_to_half_a_minute_and_one_call_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    breaker = Breaker()
    fail(breaker, 5)
    fail(breaker, 20)  # calls that were under way lengthen nothing
    pauses = []
    for _ in range(7):
        start = clock.now
        while not breaker.may_ask():
            clock.now += 0.5
        pauses.append(clock.now - start)
        assert breaker.note_start() is True
        assert breaker.may_ask() is False
        breaker.note_failure(is_probe=True)
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert breaker.open_for == sum(pauses)


def test_one_answer_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    breaker = Breaker()
    fail(breaker, 5)
    breaker.note_success()
    assert (breaker.is_open, breaker.open_for, breaker.may_ask(), breaker.note_start()) == (
        False,
        0,
        True,
        False,
    )


def test_it_knows_what_the_loops_before_it_met(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    breaker = Breaker(failing_for=200.0)
    assert (breaker.open_for, breaker.may_ask(), breaker.note_start()) == (200.0, True, True)
    assert breaker.may_ask() is False
    breaker.drop_probe()
    assert breaker.may_ask() is True
