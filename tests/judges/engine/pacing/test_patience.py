"""Calls that hang are cut off by the run's own latencies, and no slow but sound provider is."""

from typing import Any  # settings

import pytest
from django.db.models import Count

from annotations.models import TaskKind
from evalplatform.common.errors import ProviderFailure
from judges.engine.asking.results import Result
from judges.engine.asking.retries import SLOW
from judges.engine.pacing.patience import ENOUGH, Patience, get_patience
from judges.engine.planning.plan import plan_run
from tests.factories.judging import make_field, make_judge, work
from tests.fakes.provider import FakeProvider


class Case:
    """As much of a case as patience looks at."""

    def __init__(self, number: int = 1) -> None:
        self.number = number


@pytest.fixture(autouse=True)
def _floor(settings: Any) -> None:
    settings.EVALPLATFORM_SHORTEST_PATIENCE = 1


def answer(patience: Patience, seconds: float, times: int) -> None:
    for _ in range(times):
        patience.learn(Result(Case(), latency=seconds))  # type: ignore[arg-type]  # a part of a case


def cut_off(patience: Patience, seconds: float) -> None:
    failure = ProviderFailure("slow", reason=SLOW, retryable=True)
    patience.learn(Result(Case(), failure=failure, latency=seconds))  # type: ignore[arg-type]  # a part of a case


def get_for(patience: Patience, number: int = 1) -> float:
    return patience.get_for(Case(number))  # type: ignore[arg-type]  # a part of a case


def test_before_enough_answers_there_is_all_the_time() -> None:
    patience = Patience()
    answer(patience, 2.0, ENOUGH - 1)
    assert get_for(patience) == get_patience()
    answer(patience, 2.0, 1)
    assert get_for(patience) == pytest.approx(3.8)


def test_the_next_try_has_all_the_time() -> None:
    patience = Patience()
    answer(patience, 2.0, ENOUGH)
    assert get_for(patience, number=2) == get_patience()


def test_it_never_falls_below_its_floor_nor_rises_above_the_time_out(settings: Any) -> None:
    settings.EVALPLATFORM_SHORTEST_PATIENCE, settings.EVALPLATFORM_PROVIDER_TIMEOUT = 3, 10
    patience = Patience()
    answer(patience, 0.1, ENOUGH)
    assert get_for(patience) == 3
    answer(patience, 60.0, 500)
    assert get_for(patience) == get_patience() == 25


def test_a_provider_that_becomes_slower_is_waited_for_longer() -> None:
    patience = Patience()
    answer(patience, 2.0, 500)
    for _ in range(25):
        cut_off(patience, get_for(patience))
    assert get_for(patience) == pytest.approx(14.44)


@pytest.mark.database(transaction=True)
def test_a_hang_is_cut_off_long_before_the_time_out_and_asked_again() -> None:
    field = make_field(TaskKind.SINGLE, 140)
    with FakeProvider(latency=0.05, faults=["ok"] * 100 + ["hang"], hang=120) as fake:
        judge = make_judge(field.project, fake.url, "single", calls_in_flight=8)
        run = plan_run(project=field.project, judge=judge)
        work(run, seconds=60)
    ended = run.attempts.values_list("state", "failure").annotate(n=Count("pk")).order_by("state")
    assert list(ended) == [("done", "", 140), ("failed", SLOW, 1)]
    assert len(fake.requests) == 141
