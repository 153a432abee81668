import pytest

from evalplatform.agreement import AgreementError, RatingTable, percent_agreement
from evalplatform.agreement.table import RaterKind


def table_of(units: int, raters: int, kinds: dict[str, RaterKind] | None = None) -> RatingTable:
    """Ratings where every third unit holds one that differs."""
    rows = [
        (unit, f"r{rater}", int(unit % 3 == 0 and rater == unit // 3 % raters))
        for unit in range(units)
        for rater in range(raters)
    ]
    return RatingTable.from_records(rows, level="nominal", kinds=kinds)


@pytest.mark.parametrize(
    ("units", "method"), [(12, "jackknife_t"), (49, "jackknife_t"), (50, "item_bootstrap")]
)
def test_few_items_are_left_to_the_jackknife(units: int, method: str) -> None:
    assert percent_agreement(table_of(units, 3)).method == method


def test_without_inference_there_is_the_figure_alone() -> None:
    estimate = percent_agreement(table_of(60, 3), inference=None)
    assert estimate.estimate is not None
    assert (estimate.low, estimate.method, estimate.inference, estimate.seed, estimate.undefined) == (
        None,
    ) * 5


def test_a_single_item_has_no_interval() -> None:
    rows = [("u1", "a", 1), ("u1", "b", 2), ("u2", "a", 1), ("u2", "b", 1)]
    table = RatingTable.from_arrays(*zip(*rows, strict=True), clusters=["i"] * 4, level="nominal")
    estimate = percent_agreement(table)
    assert (estimate.estimate, estimate.low, estimate.undefined) == (0.5, None, "too_few_items")


@pytest.mark.parametrize(
    ("raters", "kinds", "undefined"),
    [
        (4, {}, "too_few_raters"),
        (5, {}, None),
        (5, {"r0": "fixed"}, "too_few_raters"),
        (6, {"r0": "fixed"}, None),
        (9, {"r8": "slot"}, "raters_are_slots"),
    ],
)
def test_a_population_needs_five_persons(
    raters: int, kinds: dict[str, RaterKind], undefined: str | None
) -> None:
    estimate = percent_agreement(table_of(60, raters, kinds), inference="rater_population")
    assert estimate.estimate is not None
    assert estimate.undefined == undefined
    assert estimate.method == (None if undefined else "two_way_bootstrap")


def test_raters_that_hold_no_rating_here_do_not_count() -> None:
    table = table_of(60, 6, {"r5": "slot"}).subset(raters=["r0", "r1", "r2", "r3", "r4"])
    assert percent_agreement(table, inference="rater_population").undefined is None


def test_one_disagreement_is_too_few() -> None:
    rows = [(unit, rater, int(unit == 0 and rater == "a")) for unit in range(60) for rater in "ab"]
    estimate = percent_agreement(RatingTable.from_records(rows, level="nominal"))
    assert (estimate.estimate, estimate.low, estimate.undefined) == (59 / 60, None, "too_few_disagreements")


def test_two_disagreements_leave_the_bootstrap_for_the_jackknife() -> None:
    rows = [(unit, rater, int(unit < 2 and rater == "a")) for unit in range(60) for rater in "ab"]
    estimate = percent_agreement(RatingTable.from_records(rows, level="nominal"))
    assert (estimate.method, estimate.high) == ("jackknife_t", 1.0)
    assert estimate.low is not None
    assert estimate.low < 58 / 60


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(AgreementError, match="confidence"):
        percent_agreement(table_of(3, 2), confidence=1.0)
    with pytest.raises(AgreementError, match="resamples"):
        percent_agreement(table_of(3, 2), resamples=0)
