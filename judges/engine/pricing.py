"""What a call costs: list prices of known models, or the judge's own; an unknown price is never zero."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from judges.models import Judge, Provider

PRICES_AS_OF = date(2026, 6, 30)
MILLION = Decimal(1_000_000)
DATED = re.compile(r"-(latest|\d{8}|\d{4}-\d{2}-\d{2})\Z")


@dataclass(frozen=True, slots=True)
class Price:
    """USD for a million tokens."""

    tokens_in: Decimal
    tokens_cached: Decimal
    tokens_out: Decimal

    def charge(self, *, tokens_in: int, tokens_out: int, tokens_cached: int = 0) -> Decimal:
        """USD for one call."""
        fresh = max(tokens_in - tokens_cached, 0)
        total = fresh * self.tokens_in + tokens_cached * self.tokens_cached + tokens_out * self.tokens_out
        return (total / MILLION).quantize(Decimal("1e-8"))


def _price(tokens_in: str, tokens_cached: str, tokens_out: str) -> Price:
    return Price(Decimal(tokens_in), Decimal(tokens_cached), Decimal(tokens_out))


# Standard rates at the vendors' own addresses, for exactly these models and their dated snapshots.
LIST_PRICES = {
    "openai": {
        "gpt-4o": _price("2.50", "1.25", "10"),
        "gpt-4o-mini": _price("0.15", "0.075", "0.60"),
        "gpt-4.1": _price("2", "0.50", "8"),
        "gpt-4.1-mini": _price("0.40", "0.10", "1.60"),
        "gpt-4.1-nano": _price("0.10", "0.025", "0.40"),
        "gpt-5": _price("1.25", "0.125", "10"),
        "gpt-5-mini": _price("0.25", "0.025", "2"),
        "gpt-5.4": _price("2.50", "0.25", "15"),
        "gpt-5.4-mini": _price("0.75", "0.075", "4.50"),
        "gpt-5.5": _price("5", "0.50", "30"),
    },
    "anthropic": {
        "claude-haiku-4-5": _price("1", "0.10", "5"),
        "claude-sonnet-4-5": _price("3", "0.30", "15"),
        "claude-opus-4-5": _price("5", "0.50", "25"),
    },
}
FREE = _price("0", "0", "0")


def find_price(judge: Judge) -> Price | None:
    """The judge's own price (`price_in`, `price_out`, `price_cached`), else the list price; None: unknown."""
    if judge.builtin or (judge.connection and judge.connection.provider == Provider.LOCAL):
        return FREE
    own = judge.parameters
    if "price_in" in own and "price_out" in own:
        return _price(
            str(own["price_in"]), str(own.get("price_cached", own["price_in"])), str(own["price_out"])
        )
    if judge.connection is None or judge.connection.base_url:
        return None
    return LIST_PRICES.get(judge.connection.provider, {}).get(DATED.sub("", judge.model))


def estimate_tokens(characters: int) -> int:
    """An upper guess at the tokens of a prompt: two characters each, which also holds for Cyrillic."""
    return characters // 2 + 50
