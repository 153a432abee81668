"""Amounts as pages show them."""

from decimal import Decimal

import pytest

from judges.views.wording import describe_money


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "price unknown"),
        ("0", "0 USD"),
        ("0.00000000", "0 USD"),
        ("0.00000125", "0.00000125 USD"),
        ("0.5", "0.5000 USD"),
    ],
)
def test_what_cost_nothing_is_nought_and_small_amounts_keep_their_digits(
    amount: str | None, shown: str
) -> None:
    assert describe_money(None if amount is None else Decimal(amount)) == shown
