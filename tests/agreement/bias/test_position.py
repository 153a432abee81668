import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.bias import first_slot_rate, position_bias


def judged(
    *, same: int, primacy: int, recency: int, mixed: int = 0, lost: int = 0
) -> tuple[list[str | None], list[str | None]]:
    """Verdicts in either order with so many outcomes of each kind."""
    none: list[str | None] = [None]
    forward = ["first"] * (same + primacy) + ["second"] * recency + ["tie"] * mixed + none * lost
    swapped = ["first"] * same + ["second"] * primacy + ["first"] * (recency + mixed + lost) + none * 0
    return forward, swapped


# LLMBar, 419 pairs, plain prompt: units leaning to the first and the second place, and the test of them
@pytest.mark.parametrize(
    ("same", "primacy", "recency", "p_value"),
    [(389, 20, 10, 0.0987), (276, 133, 10, 1.4e-28), (300, 83, 32, 2.1e-6), (314, 76, 27, 1.4e-6)],
)
def test_leans_of_llmbar_judges(same: int, primacy: int, recency: int, p_value: float) -> None:
    found = position_bias(
        *judged(same=same, primacy=primacy, recency=recency, mixed=419 - same - primacy - recency)
    )
    assert found.primacy.estimate == pytest.approx(primacy / 419)
    assert found.recency.estimate == pytest.approx(recency / 419)
    assert found.preference_fairness.estimate == pytest.approx((recency - primacy) / 419)
    assert found.p_value == pytest.approx(p_value, rel=0.05)
    low, high = found.preference_fairness.low, found.preference_fairness.high
    assert low is not None
    assert high is not None
    assert (high < 0) == (p_value < 0.05)
    assert found.preference_fairness.method == "item_bootstrap"


def test_missing_verdicts_stand_apart() -> None:
    found = position_bias(*judged(same=60, primacy=10, recency=10, mixed=20, lost=25))
    assert (found.errors.estimate, found.errors.n) == (0.2, 125)
    assert [found.consistency.estimate, found.primacy.estimate, found.mixed.estimate] == [0.6, 0.1, 0.2]
    assert (found.consistency.n, found.consistency.excluded) == (100, {"missing": 25})
    assert (found.preference_fairness.estimate, found.p_value) == (0.0, 1.0)


def test_items_are_drawn_whole() -> None:
    forward, swapped = judged(same=60, primacy=60, recency=0)
    alone = position_bias(forward, swapped).primacy
    in_tens = position_bias(forward, swapped, clusters=[place // 2 for place in range(120)]).primacy
    assert None not in (alone.low, alone.high, in_tens.low, in_tens.high)
    assert (in_tens.high or 0) - (in_tens.low or 0) > 1.2 * ((alone.high or 0) - (alone.low or 0))


def test_a_judge_that_never_leans_has_no_interval_of_its_lean() -> None:
    found = position_bias(*judged(same=100, primacy=0, recency=0))
    for each in (found.primacy, found.recency, found.preference_fairness, found.consistency):
        assert (each.low, each.high, each.undefined) == (None, None, "no_variation")
    assert found.p_value is None
    one = position_bias(*judged(same=99, primacy=1, recency=0)).primacy
    assert (one.estimate, one.low, one.undefined) == (0.01, None, "no_variation")


def test_places_of_verdicts_on_one_order() -> None:
    rows = [
        (1, "ann", "first", "forward"),
        (2, "ann", "second", "swapped"),
        (3, "bob", "second", "forward"),
        (4, "bob", "tie", "forward"),
        (5, "bob", "first", "unknown"),
        (6, "bob", "first", None),
    ]
    table = RatingTable.from_arrays(
        *zip(*[row[:3] for row in rows], strict=True), presentations=[row[3] for row in rows], level="nominal"
    )
    found = first_slot_rate(table, inference=None)
    assert found.estimate == pytest.approx(2 / 3)
    assert (found.n, found.n_unit) == (3, "verdicts")
    assert found.excluded == {"order_unknown": 2, "tie": 1}
    assert first_slot_rate(table, "ann", inference=None).estimate == 1.0


def test_persons_may_be_drawn_too() -> None:
    people = [f"p{place % 12}" for place in range(600)]
    shown = ["forward", "swapped", "swapped"] * 200
    values = ["first", "second", "second", "first", "first"] * 120
    table = RatingTable.from_arrays(range(600), people, values, presentations=shown, level="nominal")
    found = first_slot_rate(table, inference="rater_population")
    assert (found.method, found.inference) == ("two_way_bootstrap", "rater_population")
    assert found.low is not None


def test_a_table_without_orders_is_refused() -> None:
    table = RatingTable.from_arrays([1], ["a"], ["first"], level="nominal")
    with pytest.raises(AgreementError, match="no presentations"):
        first_slot_rate(table)
    with pytest.raises(AgreementError, match="draws items alone"):
        position_bias(["first"], ["first"], inference="rater_population")
    with pytest.raises(AgreementError, match="differ in length"):
        position_bias(["first"], ["first"], clusters=[1, 2])
