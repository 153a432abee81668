"""What calls tell of their provider is taken to heart: by breaker, pace, patience, and by the run."""

from typing import Any  # settings

import pytest

from evalplatform.common.errors import ProviderFailure
from judges.engine.asking.results import Result
from judges.engine.asking.retries import ABANDONED, RATE_LIMITED, SLOW
from judges.engine.pacing.breaker import FAILURES_TO_OPEN, Breaker
from judges.engine.running.lessons import Lessons
from judges.providers import PAUSING, Completion


class Pacer:
    """As much of a pacer as lessons reach."""

    def __init__(self) -> None:
        self.slowed: list[float | None] = []
        self.learnt: list[tuple[Any, int]] = []

    def slow_down(self, retry_after: float | None) -> None:
        self.slowed.append(retry_after)

    def learn(self, headers: Any, tokens: int) -> None:
        self.learnt.append((headers, tokens))


def open_lessons() -> tuple[Lessons, Breaker, Pacer]:
    breaker, pacer = Breaker(), Pacer()
    return Lessons(breaker=breaker, pacer=pacer), breaker, pacer  # type: ignore[arg-type]  # a part of a pacer


def fail(reason: str = "server_error", *, retryable: bool = True, retry_after: float | None = None) -> Result:
    failure = ProviderFailure("no", reason=reason, retryable=retryable, retry_after=retry_after)
    return Result(None, failure=failure, latency=1.0)  # type: ignore[arg-type]  # lessons read no case


def test_failures_in_a_row_are_an_outage_and_no_try_is_used_up_during_it() -> None:
    lessons, breaker, _ = open_lessons()

    told = [lessons.learn(fail(), is_probe=False).is_outage for _ in range(FAILURES_TO_OPEN + 1)]

    assert told == [False] * FAILURES_TO_OPEN + [True]
    assert breaker.is_open
    assert not lessons.may_ask()


@pytest.mark.parametrize("reason", [ABANDONED, SLOW])
def test_what_we_cut_off_ourselves_is_no_outage(reason: str) -> None:
    lessons, breaker, _ = open_lessons()

    for _ in range(2 * FAILURES_TO_OPEN):
        lessons.learn(fail(reason), is_probe=False)

    assert not breaker.is_open


def test_a_limit_slows_the_pace_and_an_answer_tells_it() -> None:
    lessons, breaker, pacer = open_lessons()
    completion = Completion(
        text="A", tokens_in=100, tokens_out=10, headers={"x-ratelimit-limit-requests": "9"}
    )

    lessons.learn(fail(RATE_LIMITED, retry_after=2.5), is_probe=False)
    lessons.learn(Result(None, completion, latency=1.0), is_probe=False)  # type: ignore[arg-type]  # lessons read no case

    assert pacer.slowed == [2.5]
    assert pacer.learnt == [({"x-ratelimit-limit-requests": "9"}, 110)]
    assert not breaker.is_open


@pytest.mark.parametrize("reason", sorted(PAUSING))
def test_a_refusal_ends_the_run_with_its_reason(reason: str) -> None:
    lessons, _, _ = open_lessons()
    refused = lessons.learn(fail(reason, retryable=False), is_probe=False)

    assert lessons.is_refused
    assert reason in lessons.find_reason_to_pause([refused])


def test_a_probe_that_tells_nothing_lets_the_next_one_go() -> None:
    lessons = Lessons(breaker=Breaker(failing_for=60.0), pacer=Pacer())  # type: ignore[arg-type]  # a part of a pacer
    assert lessons.note_start()
    assert not lessons.may_ask()

    lessons.learn(fail(ABANDONED), is_probe=True)

    assert lessons.may_ask()


def test_a_long_outage_pauses_the_run_and_a_short_one_does_not(settings: Any) -> None:
    settings.EVALPLATFORM_OUTAGE_SECONDS = 300
    short, long = (
        Lessons(breaker=Breaker(failing_for=seconds), pacer=Pacer())  # type: ignore[arg-type]  # a part of a pacer
        for seconds in (200.0, 400.0)
    )

    assert short.find_reason_to_pause([fail()]) == ""
    assert "again and again" in long.find_reason_to_pause([fail()])
    assert long.find_reason_to_pause([]) == ""
