from decimal import Decimal
from typing import Any

import pytest

from evalplatform.settings.env import REPOSITORY
from judges.engine.pricing import PRICES_AS_OF, find_price
from judges.models import Connection, Judge


def make(model: str, *, provider: str = "openai", base_url: str = "", **parameters: Any) -> Judge:
    return Judge(
        model=model, connection=Connection(provider=provider, base_url=base_url), parameters=parameters
    )


def test_cached_tokens_cost_less() -> None:
    price = find_price(make("gpt-4o"))
    assert price is not None
    assert price.charge(tokens_in=1_000_000, tokens_out=0) == Decimal("2.50000000")
    assert price.charge(tokens_in=1000, tokens_cached=400, tokens_out=100) == Decimal("0.00300000")


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
    ],
    ids=["variant", "version", "elsewhere", "vendor", "half"],
)
def test_an_unknown_price_is_none(judge: Judge) -> None:
    assert find_price(judge) is None


def test_the_judges_own_price_goes_first() -> None:
    price = find_price(make("gpt-4o", price_in=1, price_out=2.5))
    assert price is not None
    assert (price.tokens_in, price.tokens_cached, price.tokens_out) == (
        Decimal(1),
        Decimal(1),
        Decimal("2.5"),
    )


def test_baselines_cost_nothing() -> None:
    price = find_price(Judge(builtin="longest"))
    assert price is not None
    assert price.charge(tokens_in=5, tokens_out=5) == 0


def test_the_guide_says_of_when_the_prices_are() -> None:
    guide = REPOSITORY / "docs/how-to/judge-with-a-model.md"
    assert f"list prices of {PRICES_AS_OF.isoformat()}." in guide.read_text()
