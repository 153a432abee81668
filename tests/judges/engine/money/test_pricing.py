from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from evalplatform.settings.env import REPOSITORY
from judges.engine.money.pricing import find_listed, find_price, read_list, read_tariff
from judges.engine.money.tariff import Tariff
from judges.models import Connection, Judge, Lane, Price, Provider
from tests.factories.judging import make_judge
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database
DAY = date(2026, 9, 1)
LATER = date(2026, 10, 1)


def make(model: str, *, provider: str = "openai", base_url: str = "", **parameters: Any) -> Judge:
    return Judge(
        model=model, connection=Connection(provider=provider, base_url=base_url), parameters=parameters
    )


def put(model: str, tokens_in: int, **fields: Any) -> Price:
    values = {"provider": "openai", "valid_from": DAY, "tokens_out": 9} | fields
    return Price.objects.create(model=model, tokens_in=tokens_in, **values)


def read_in(judge: Judge, on: date | None = None) -> Decimal | None:
    """The price of fresh tokens."""
    price = find_price(judge, on=on)
    return price.tokens_in if price else None


def test_cached_tokens_cost_less() -> None:
    price = find_price(make("gpt-4o"))
    assert price is not None
    assert price.charge(tokens_in=1_000_000, tokens_out=0) == Decimal("2.50000000")
    assert price.charge(tokens_in=1000, tokens_cached=400, tokens_out=100) == Decimal("0.00300000")


def test_tokens_written_to_the_cache_cost_more_at_anthropic() -> None:
    """1,000 tokens: 100 fresh at 1, 300 read at 0.10, 600 written at 1.25; 10 answered at 5."""
    price = find_price(make("claude-haiku-4-5", provider="anthropic"))
    assert price is not None
    cost = price.charge(tokens_in=1000, tokens_cached=300, tokens_written=600, tokens_out=10)
    assert cost == Decimal("0.00093000")


def test_a_batch_costs_half_and_what_its_line_does_not_state_as_much_as_fresh_tokens() -> None:
    half = Decimal("1.25"), Decimal("1.25"), Decimal("1.25"), Decimal(5)
    assert find_price(make("gpt-4o"), lane=Lane.BATCH) == Tariff(*half)
    claude = Decimal("0.5"), Decimal("0.05"), Decimal("0.625"), Decimal("2.5")
    assert find_price(make("claude-haiku-4-5", provider="anthropic"), lane="batch") == Tariff(*claude)


def test_a_batch_without_a_price_of_its_own_costs_as_a_live_call() -> None:
    judge = make("gpt-4o", price_in=1, price_out=2)
    assert find_price(judge, lane=Lane.BATCH) == find_price(judge, lane=Lane.LIVE)


def test_a_judges_own_batch_price() -> None:
    judge = make("gpt-4o", price_in=1, price_out=2, price_batch_in=0.25, price_batch_out=0.5)
    price = find_price(judge, lane=Lane.BATCH)
    assert price == Tariff(Decimal("0.25"), Decimal("0.25"), Decimal("0.25"), Decimal("0.5"))


def test_a_dated_snapshot_costs_what_its_model_does() -> None:
    assert find_price(make("gpt-5-2025-08-07")) == find_price(make("gpt-5"))
    snapshot = make("claude-haiku-4-5-20251001", provider="anthropic")
    assert find_price(snapshot) == find_price(make("claude-haiku-4-5", provider="anthropic"))


@pytest.mark.parametrize(
    "judge",
    [
        make("gpt-5-pro"),
        make("gpt-5.9"),
        make("gpt-4o", base_url="http://127.0.0.1:1/v1"),
        make("gpt-4o", provider="anthropic"),
        make("gpt-9", price_in=1),
        make("gpt-4o", service_tier="priority"),
    ],
    ids=["variant", "version", "elsewhere", "vendor", "half", "tier"],
)
def test_an_unknown_price_is_none(judge: Judge) -> None:
    assert find_price(judge) is None


def test_the_usual_tier_and_a_tier_whose_price_is_stated_have_one() -> None:
    assert read_in(make("gpt-4o", service_tier="default")) == Decimal("2.5")
    assert read_in(make("gpt-4o", service_tier="flex", price_in=1, price_out=4)) == 1


def test_the_judges_own_price_goes_first() -> None:
    put("gpt-4o", 7)
    price = find_price(make("gpt-4o", price_in=1, price_out=2.5))
    assert price == Tariff(Decimal(1), Decimal(1), Decimal(1), Decimal("2.5"))


@pytest.mark.parametrize("judge", [Judge(builtin="longest"), make("m", provider=Provider.LOCAL)])
def test_baselines_and_the_local_model_cost_nothing(judge: Judge) -> None:
    price = find_price(judge)
    assert price is not None
    assert price.charge(tokens_in=5, tokens_out=5) == 0


def test_an_edited_price_goes_before_the_list_whatever_its_date() -> None:
    """An upgrade brings a newer list, and must not undo what somebody wrote down."""
    put("gpt-4o", 7, valid_from=date(2025, 1, 1))
    assert read_in(make("gpt-4o")) == 7
    assert read_in(make("gpt-4.1")) == 2


def test_a_price_holds_from_its_day_until_a_newer_one_does() -> None:
    put("m", 1)
    put("m", 2, valid_from=LATER)
    judge = make("m")
    days = date(2026, 8, 31), DAY, date(2026, 9, 30), LATER
    assert [read_in(judge, on=day) for day in days] == [None, 1, 1, 2]
    assert [read_in(make("gpt-4o"), on=day) for day in (date(2026, 6, 29), date(2026, 6, 30))] == [
        None, Decimal("2.5"),
    ]  # fmt: skip


def test_the_closest_name_prices_a_model() -> None:
    put("*", 1)
    put("llama-*", 2, valid_from=LATER)
    put("llama-3*", 3)
    put("llama-3-8b", 4)
    put("llama-3-8b-2026-01-01", 5)
    names = "qwen", "llama-2", "llama-3-70b", "llama-3-8b", "llama-3-8b-2025-01-01", "llama-3-8b-2026-01-01"
    assert [read_in(make(name), on=LATER) for name in names] == [1, 2, 3, 4, 4, 5]


def test_a_price_holds_at_its_address_alone() -> None:
    put("m", 3, base_url="http://127.0.0.1:9/v1")
    assert read_in(make("m", base_url="http://127.0.0.1:9/v1/")) == 3
    assert read_in(make("m")) is None
    assert read_in(make("m", base_url="http://127.0.0.1:8/v1")) is None


def test_a_projects_own_price_goes_first_and_is_nobody_elses() -> None:
    url = "http://127.0.0.1:9/v1"
    ours, theirs = (make_judge(make_project(), url) for _ in range(2))
    put("fake-1", 1, base_url=url, valid_from=LATER)
    put("fake-*", 2, base_url=url, project=ours.project)
    assert (read_in(ours, on=LATER), read_in(theirs, on=LATER)) == (Decimal(2), Decimal(1))
    found = find_listed(ours, on=LATER), find_listed(theirs, on=LATER)
    assert [entry.source for entry in found if entry] == ["project", "instance"]


def test_no_call_costs_more_than_its_bound() -> None:
    for row in read_list():
        for lane in Lane:
            tariff = read_tariff(row, lane)
            most = tariff.charge_at_most(tokens_in=900, tokens_out=70)
            for cached, written in ((0, 0), (900, 0), (0, 900), (300, 500)):
                counts = {"tokens_in": 900, "tokens_cached": cached, "tokens_written": written}
                assert tariff.charge(**counts, tokens_out=70) <= most


def test_counts_of_the_cache_that_cannot_be_are_cut_to_what_was_sent() -> None:
    tariff = Tariff(Decimal(1_000_000), Decimal(0), Decimal(0), Decimal(0))
    assert tariff.charge(tokens_in=10, tokens_cached=7, tokens_written=7, tokens_out=0) == 0
    assert tariff.charge(tokens_in=10, tokens_cached=70, tokens_out=0) == 0


def test_the_guide_says_of_when_the_prices_are() -> None:
    guide = REPOSITORY / "docs/how-to/judge-with-a-model.md"
    [day] = {row.valid_from for row in read_list()}
    assert f"list prices of {day.isoformat()}." in guide.read_text()
