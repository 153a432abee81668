"""A forecast beside the run it was made for, and what it stands on."""

from decimal import Decimal
from typing import Any  # parameters

import pytest

from annotations.models import TaskKind
from judges.engine.money.budget import set_project_budget
from judges.engine.money.ranges import Range
from judges.engine.planning.forecast import Caution, Forecast, forecast_run
from judges.engine.planning.foresight import Basis
from judges.engine.planning.plan import foresee_attempts, plan_run
from judges.engine.versions.register import create_judge
from judges.models import Attempt, Judge, Prompt, Run
from judges.queries.spend import Spend, read_spend_of_run
from tests.factories.judging import Field, make_field, make_judge, work
from tests.factories.ledger import make_single_task, make_system
from tests.fakes.provider import FakeProvider

URL = "http://127.0.0.1:9/v1"
PRICES: dict[str, Any] = {"price_in": 2, "price_out": 8, "price_cached": 1}
LANGUAGES = (
    "Why is the sky blue in the day and red at dusk? ",
    "Почему небо синее днём и красное на закате? ",
    "为什么天空白天是蓝色的而黄昏是红色的? ",
    "🌅🌇🌆 ",
)


def make_wordy_field(tasks: int) -> Field:
    """Answers of many lengths, in four scripts."""
    field = make_field(TaskKind.SINGLE, 0)
    system = make_system(field.project)
    for number in range(tasks):
        text = LANGUAGES[number % 4] * (1 + number % 7)
        field.tasks.append(make_single_task(field.project, field.rubric, system=system, text=text))
    return field


def settle(run: Run) -> Spend:
    work(run, 60.0)
    return read_spend_of_run(run.pk)


def check(told: Forecast, real: Spend) -> None:
    cost = told.lanes["live"].cost
    assert cost is not None
    assert told.calls == real.calls
    assert told.tokens_in.low <= real.tokens_in <= told.tokens_in.high
    assert told.tokens_out.low <= real.tokens_out <= told.tokens_out.high
    assert cost.low <= real.total <= cost.high
    assert cost.low < cost.expected < cost.high


@pytest.mark.database(transaction=True)
@pytest.mark.parametrize("bytes_a_token", [2, 4, 7])
def test_without_past_calls_the_real_cost_lies_within_the_bounds(bytes_a_token: int) -> None:
    field = make_wordy_field(12)
    with FakeProvider(bytes_a_token=bytes_a_token) as fake:
        judge = make_judge(field.project, fake.url, "single", **PRICES)
        told = forecast_run(judge=judge)
        real = settle(plan_run(project=field.project, judge=judge))
    check(told, real)
    assert {told.tokens_in_basis, told.tokens_out_basis, told.seconds_basis} == {Basis.GUESS}


@pytest.mark.database(transaction=True)
@pytest.mark.parametrize("bytes_a_token", [0, 1, 4])
def test_with_past_calls_the_bounds_are_narrow_and_hold(bytes_a_token: int) -> None:
    """0: the provider counts a hundred tokens a call, whatever it is sent."""
    field = make_wordy_field(60)
    with FakeProvider(bytes_a_token=bytes_a_token) as fake:
        judge = make_judge(field.project, fake.url, "single", **PRICES)
        settle(plan_run(project=field.project, judge=judge, limit=24))
        told = forecast_run(judge=judge)
        real = settle(plan_run(project=field.project, judge=judge))
    check(told, real)
    assert (told.tokens_in_basis, told.tokens_out_basis, told.seconds_basis) == (Basis.OWN,) * 3
    assert told.tokens_in.high < 1.6 * told.tokens_in.low
    assert told.tokens_out.high < 1.2 * told.tokens_out.low


@pytest.mark.database(transaction=True)
def test_another_judges_calls_to_the_same_model_tell_of_tokens_in_alone() -> None:
    field = make_wordy_field(24)
    with FakeProvider(bytes_a_token=4) as fake:
        judge = make_judge(field.project, fake.url, "single", **PRICES)
        settle(plan_run(project=field.project, judge=judge))
        other = create_judge(
            project=field.project, name="other", protocol="single", connection=judge.connection,
            model=judge.model, parameters=PRICES | {"temperature": 1},
        )  # fmt: skip
        told = forecast_run(judge=other)
        real = settle(plan_run(project=field.project, judge=other))
    check(told, real)
    assert (told.tokens_in_basis, told.tokens_out_basis) == (Basis.KINDRED, Basis.GUESS)


@pytest.mark.database
def test_nothing_is_written(django_assert_max_num_queries: Any) -> None:
    field = make_field(tasks=6)
    judge = make_judge(field.project, URL, **PRICES)
    with django_assert_max_num_queries(16):
        told = forecast_run(judge=judge)
    assert (told.tasks, told.calls, told.sampled) == (6, 12, 6)
    assert (Run.objects.count(), Attempt.objects.count()) == (0, 0)
    assert Judge.objects.get().used_at is None
    assert Prompt.objects.get().pk == judge.prompt_id


@pytest.mark.database
def test_what_is_foreseen_is_what_is_planned() -> None:
    """Also where one of two orders is answered, and with a limit."""
    field = make_field(tasks=5)
    judge = make_judge(field.project, URL, **PRICES)
    first = plan_run(project=field.project, judge=judge, limit=2)
    Attempt.objects.filter(run=first, shown_order="1,0").update(state="failed")
    for limit in (None, 1, 3, 9):
        ids, calls = foresee_attempts(judge=judge, limit=limit)
        planned = plan_run(project=field.project, judge=judge, limit=limit)
        found = list(
            planned.attempts.order_by("task__rank", "task").values_list("task", flat=True).distinct()
        )
        assert (sorted(set(found)), planned.attempts.count()) == (sorted(ids), calls)
        planned.delete()


@pytest.mark.database
def test_prompts_of_a_sample_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("judges.engine.planning.forecast.SAMPLE", 6)
    field = make_wordy_field(40)
    judge = make_judge(field.project, URL, "single", **PRICES)
    told = forecast_run(judge=judge)
    monkeypatch.setattr("judges.engine.planning.forecast.SAMPLE", 40)
    whole = forecast_run(judge=judge)
    assert (told.sampled, whole.sampled, told.calls) == (6, 40, 40)
    assert told.tokens_in.low < whole.tokens_in.expected < told.tokens_in.high
    assert forecast_run(judge=judge) == whole  # drawn by the seed


@pytest.mark.database
@pytest.mark.parametrize(
    ("parameters", "budget", "cautions"),
    [
        ({}, None, [Caution.NO_PRICE, Caution.NO_CONTEXT]),
        (PRICES, None, [Caution.NO_CONTEXT]),
        (PRICES | {"context_window": 100_000}, "100", []),
        (PRICES | {"context_window": 1_500}, None, [Caution.CONTEXT_SHORT]),
        (PRICES | {"context_window": 100_000}, "0.001", [Caution.BUDGET_SHORT]),
        (PRICES | {"context_window": 100_000}, "0.01", [Caution.BUDGET_TIGHT]),
    ],
)
def test_cautions(parameters: dict[str, Any], budget: str | None, cautions: list[Caution]) -> None:
    field = make_field(TaskKind.SINGLE, 2)
    judge = make_judge(field.project, URL, "single", **parameters)
    told = forecast_run(judge=judge, budget=Decimal(budget) if budget else None)
    assert list(told.cautions) == cautions
    assert (told.lanes["live"].cost is None) == (Caution.NO_PRICE in cautions)


@pytest.mark.database
def test_what_the_project_may_still_spend_bounds_the_run_too() -> None:
    field = make_field(TaskKind.SINGLE, 2)
    set_project_budget(project=field.project, amount=Decimal("0.5"), actor=None)
    judge = make_judge(field.project, URL, "single", **PRICES)
    assert forecast_run(judge=judge).available == Decimal("0.5")
    assert forecast_run(judge=judge, budget=Decimal(2)).available == Decimal("0.5")
    assert forecast_run(judge=judge, budget=Decimal("0.25")).available == Decimal("0.25")


@pytest.mark.database
def test_a_baseline_costs_neither_money_nor_tokens() -> None:
    field = make_field(tasks=3)
    judge = create_judge(project=field.project, name="longest", protocol="pair", builtin="longest")
    told = forecast_run(judge=judge)
    nothing = Range(Decimal(0), Decimal(0), Decimal(0))
    assert (told.calls, told.tokens_in, told.tokens_out) == (6, Range(0, 0, 0), Range(0, 0, 0))
    assert [(lane.cost, lane.seconds) for lane in told.lanes.values()] == [(nothing, None)] * 2
    assert told.cautions == ()


@pytest.mark.database
def test_where_nothing_is_to_be_done_nothing_is_foreseen() -> None:
    field = make_field(tasks=0)
    told = forecast_run(judge=make_judge(field.project, URL, **PRICES))
    assert (told.tasks, told.calls, told.largest_prompt) == (0, 0, 0)
    assert told.lanes["live"].cost == Range(Decimal(0), Decimal(0), Decimal(0))
    assert told.cautions == (Caution.NOTHING,)


@pytest.mark.database
def test_a_stated_limit_is_the_shortest_time() -> None:
    """100 calls, 10 at once: without past calls 0.5, 3 or 20 seconds each."""
    field = make_field(TaskKind.SINGLE, 100)
    judge = make_judge(field.project, URL, "single", calls_in_flight=10, **PRICES)
    assert forecast_run(judge=judge).lanes["live"].seconds == Range(5.0, 30.0, 200.0)
    limited = forecast_run(judge=judge, requests_per_minute=60)
    assert limited.lanes["live"].seconds == Range(100.0, 100.0, 200.0)


@pytest.mark.database(transaction=True)
@pytest.mark.parametrize(
    ("recipe", "further", "real"),
    [
        ({"principles": [{"key": "kind", "text": {"en": "Be kind."}}]}, Range(0, 36, 36), 48),
        ({"samples": 5, "early_stop": True, "temperature": 1}, Range(0, 12, 24), 36),
        ({"samples": 3, "temperature": 1}, Range(0, 0, 0), 36),
    ],
)
def test_what_follows_from_first_calls_is_in_the_forecast(
    recipe: dict[str, Any], further: Range[int], real: int
) -> None:
    field = make_wordy_field(12)
    with FakeProvider(bytes_a_token=4) as fake:
        judge = make_judge(field.project, fake.url, "single", **PRICES, **recipe)
        told = forecast_run(judge=judge)
        spend = settle(plan_run(project=field.project, judge=judge))
    assert (told.further_calls, spend.calls) == (further, real)
    assert told.calls + further.low <= spend.calls <= told.calls + further.high
    assert told.tokens_in.low <= spend.tokens_in <= told.tokens_in.high
    assert told.tokens_out.low <= spend.tokens_out <= told.tokens_out.high
    cost = told.lanes["live"].cost
    assert cost is not None
    assert cost.low <= spend.total <= cost.high
