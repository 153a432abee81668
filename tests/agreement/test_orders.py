import pytest
from scipy.stats import binomtest

from evalplatform.agreement import (
    AgreementError,
    RatingTable,
    inconsistency_rate,
    merge_orders,
    pair_orders,
    position_consistency,
)


@pytest.mark.parametrize(
    ("forward", "swapped", "merged"),
    [
        ("first", "first", "first"),
        ("first", "second", "inconsistent"),
        ("tie", "tie", "tie"),
        ("both_good", "both_good", "both_good"),
        ("both_good", "tie", "tie"),
        ("both_good", "both_bad", "tie"),
        ("tie", "second", "inconsistent"),
        (None, "second", None),
        ("first", None, None),
    ],
)
def test_two_orders_make_one_verdict(forward: str | None, swapped: str | None, merged: str | None) -> None:
    assert merge_orders(forward, swapped) == merged
    assert merge_orders(swapped, forward) == merged


def test_leaning_to_a_position_is_counted() -> None:
    forward = ["first", "first", "second", "tie", "both_bad", None, "first", "second"]
    swapped = ["first", "second", "first", "tie", "first", "first", "second", None]
    found = position_consistency(forward, swapped)
    assert (found.consistency.estimate, found.consistency.n, found.consistency.n_unit) == (2 / 6, 6, "units")
    assert (found.first_biased, found.second_biased, found.mixed, found.missing) == (2, 1, 1, 2)
    assert found.consistency.excluded == {"missing": 2}
    # shown first and chosen: forward 3 of 5 winners, swapped (a win of the canonical second) 2 of 6
    assert found.first_share == pytest.approx(5 / 11)


@pytest.mark.parametrize(("one", "other"), [(20, 10), (133, 10), (83, 32), (7, 0), (5, 5)])
def test_the_test_of_the_lean_is_the_exact_binomial(one: int, other: int) -> None:
    forward, swapped = ["first"] * one + ["second"] * other, ["second"] * one + ["first"] * other
    found = position_consistency(forward, swapped, inference=None)
    assert found.p_value == pytest.approx(binomtest(one, one + other).pvalue, rel=1e-9)


def test_without_verdicts_nothing_is_claimed() -> None:
    found = position_consistency([None], [None])
    assert (found.consistency.estimate, found.consistency.undefined) == (None, "no_pairable_units")
    assert (found.p_value, found.first_share, found.missing) == (None, None, 1)
    assert found.to_dict()["consistency"] == found.consistency.to_dict()


def test_only_verdicts_on_one_order_are_taken() -> None:
    with pytest.raises(AgreementError, match="'inconsistent'"):
        position_consistency(["inconsistent"], ["first"])
    with pytest.raises(AgreementError, match="differ in length"):
        position_consistency(["first"], [])


def test_records_are_paired_by_unit_and_judge() -> None:
    records = [
        {"unit": 1, "rater": "j", "presentation": "swapped", "value": "second"},
        {"unit": 1, "rater": "j", "presentation": "forward", "value": "first"},
        {"unit": 1, "rater": "j", "presentation": "forward", "value": "tie"},
        {"unit": 2, "rater": "j", "presentation": "forward", "value": "first"},
        {"unit": 3, "rater": "j", "presentation": "merged", "value": "first"},
        {"unit": 1, "rater": "i", "presentation": "forward", "value": None},
        {"unit": 1, "rater": "i", "presentation": "swapped", "value": "tie"},
    ]
    pairs = pair_orders(records)
    assert list(pairs) == ["i", "j"]
    assert (pairs["j"].units, pairs["j"].forward, pairs["j"].swapped) == ((1,), ("first",), ("second",))
    assert (pairs["i"].forward, pairs["i"].swapped) == ((None,), ("tie",))


def test_merged_verdicts_tell_how_often_the_orders_differ() -> None:
    rows = [(1, "j", "inconsistent"), (2, "j", "first"), (3, "j", "tie"), (4, "j", None), (1, "k", "first")]
    table = RatingTable.from_records(rows, level="nominal")
    rate = inconsistency_rate(table, "j", inference=None)
    assert rate.estimate == pytest.approx(1 / 3)
    assert (rate.n, rate.n_unit) == (3, "verdicts")
    assert inconsistency_rate(table, inference=None).n == 4
