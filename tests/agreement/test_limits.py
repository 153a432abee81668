"""When there are limits, how far they reach, and the name of what is missing when there are none."""

from collections.abc import Sequence

import numpy as np
import pytest

from evalplatform.agreement import (
    Estimate,
    RatingTable,
    Undefined,
    agreement_between,
    krippendorff_alpha,
    mean_value,
    percent_agreement,
    value_rate,
    win_rates,
)


def width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


def scores(values: Sequence[float]) -> RatingTable:
    return RatingTable.from_records([(unit, "a", v) for unit, v in enumerate(values)], level="interval")


def fixed_pairs() -> RatingTable:
    """Six persons in three pairs that never meet, ten items each."""
    rows = [
        (unit, rater, int((unit * 7 + rater) % 5 < 2))
        for unit in range(30)
        for rater in (2 * (unit % 3), 2 * (unit % 3) + 1)
    ]
    return RatingTable.from_records([(u, f"p{r}", v) for u, r, v in rows], level="nominal")


def test_draws_of_persons_that_leave_no_pair_say_that_raters_are_too_few() -> None:
    for estimate in (
        percent_agreement(fixed_pairs(), inference="rater_population"),
        krippendorff_alpha(fixed_pairs(), inference="rater_population"),
    ):
        assert (estimate.low, estimate.undefined) == (None, "too_few_raters")


def test_two_different_scores_are_too_few_items_and_not_alike() -> None:
    estimate = mean_value(scores([1, 5]))
    assert (estimate.estimate, estimate.low, estimate.undefined) == (3.0, None, "too_few_items")


@pytest.mark.parametrize(
    ("ties", "items", "undefined"),
    [(1, 10, "too_few_items"), (9, 10, "too_few_items"), (0, 10, "no_variation"), (1, 60, "no_variation")],
)
def test_a_rate_that_one_item_makes_has_no_interval(ties: int, items: int, undefined: Undefined) -> None:
    rows = [(unit, "a", "tie" if unit < ties else "first") for unit in range(items)]
    estimate = value_rate(RatingTable.from_records(rows, level="nominal"), {"tie"})
    assert (estimate.estimate, estimate.low, estimate.undefined) == (ties / items, None, undefined)


@pytest.mark.parametrize(
    ("items", "verdicts", "undefined"),
    [
        (4, ("tie", "tie"), "no_variation"),
        (60, ("tie", "tie"), "no_variation"),
        (4, ("first", "second"), "too_few_items"),
        (60, ("first", "second"), "no_variation"),
    ],
)
def test_a_constant_win_rate_lacks_no_disagreements(
    items: int, verdicts: tuple[str, str], undefined: Undefined
) -> None:
    units = [(item, place) for item in range(items) for place in (0, 1)]
    table = RatingTable.from_arrays(
        units,
        ["j"] * len(units),
        [verdicts[place] for _, place in units],
        clusters=[item for item, _ in units],
        level="nominal",
    )
    rate = win_rates(table, dict.fromkeys(units, ("a", "b")))["a"]
    assert (rate.estimate, rate.low, rate.undefined) == (0.5, None, undefined)


def test_the_interval_of_a_mean_goes_beyond_what_was_observed() -> None:
    estimate = mean_value(scores([3, 4, 5]))
    reach = 4.302652729696142 / np.sqrt(3)  # Student's t with two degrees of freedom
    assert (estimate.low, estimate.high) == pytest.approx((4 - reach, 4 + reach))


def test_the_interval_of_a_mean_ends_with_the_scale() -> None:
    estimate = mean_value(scores([3, 4, 5]), bounds=(1, 5))
    assert (estimate.low, estimate.high) == pytest.approx((4 - 4.302652729696142 / np.sqrt(3), 5))
    beyond = mean_value(scores([3, 4, 5]), bounds=(1, 4))
    assert beyond.high == pytest.approx(5)


def test_a_mean_of_few_items_is_covered() -> None:
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(400):
        found = mean_value(scores(rng.normal(size=3).tolist()))
        hits += found.low is not None and found.high is not None and found.low <= 0 <= found.high
    assert hits / 400 > 0.92


def crossed_groups(experts: int, crowd: int, *, units: int = 80) -> RatingTable:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, units)
    names = [f"e{i}" for i in range(experts)] + [f"c{i}" for i in range(crowd)]
    rows = [
        (unit, name, int(truth[unit]) if rng.random() < 0.8 else int(rng.integers(0, 2)))
        for unit in range(units)
        for name in names
    ]
    return RatingTable.from_records(rows, level="nominal")


@pytest.mark.parametrize(
    ("experts", "crowd", "undefined"),
    [
        (2, 8, "too_few_raters"),
        (8, 4, "too_few_raters"),
        (5, 5, None),
        (1, 5, None),
        (1, 4, "too_few_raters"),
    ],
)
def test_each_side_that_is_drawn_holds_five_persons(
    experts: int, crowd: int, undefined: Undefined | None
) -> None:
    table = crossed_groups(experts, crowd)
    sides = [[name for name in table.raters if name[0] == side] for side in "ec"]
    found = agreement_between(table, *sides, inference="rater_population")
    assert found.undefined == undefined


@pytest.mark.parametrize("units", [12, 30, 49])
def test_drawing_persons_too_makes_no_interval_of_few_items_narrower(units: int) -> None:
    rows = [(unit, rater, unit % 5 + 1) for unit in range(units) for rater in "pqrstu"]
    table = RatingTable.from_records(rows, level="interval")
    for one, both in (
        (mean_value(table), mean_value(table, inference="rater_population")),
        (value_rate(table, {1, 2}), value_rate(table, {1, 2}, inference="rater_population")),
    ):
        assert width(both) >= width(one) - 1e-12
