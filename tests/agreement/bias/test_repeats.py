import pytest

from evalplatform.agreement import AgreementError, RatingTable, krippendorff_alpha
from evalplatform.agreement.bias import robustness_to_change, self_consistency


def test_share_of_the_modal_verdict() -> None:
    rows = [(1, "j", v) for v in "aaab"] + [(2, "j", v) for v in "ab"] + [(3, "j", "a"), (1, "k", "b")]
    table = RatingTable.from_records(rows, level="nominal")
    found = self_consistency(table, "j", inference=None)
    assert (found.modal_share.estimate, found.modal_share.n) == ((0.75 + 0.5) / 2, 2)
    assert found.modal_share.excluded == {"unpaired": 1}
    assert found.alpha == krippendorff_alpha(table.subset(raters="j"), inference=None)


def test_the_other_order_is_no_repeat() -> None:
    shown = ["forward", "forward", "swapped", "swapped"]
    table = RatingTable.from_arrays(
        [1] * 4, ["j"] * 4, ["a", "a", "b", "b"], presentations=shown, level="nominal"
    )
    found = self_consistency(table, "j", inference=None)
    assert (found.modal_share.estimate, found.modal_share.n, found.alpha.estimate) == (1.0, 2, 1.0)


def test_orders_of_one_item_are_drawn_together() -> None:
    units = [unit for unit in range(60) for _ in range(4)]
    shown = ["forward", "forward", "swapped", "swapped"] * 60
    values = [*["a", "a", "b", "b", "a", "b", "b", "a"] * 30]
    table = RatingTable.from_arrays(units, ["j"] * 240, values, presentations=shown, level="nominal")
    whole = self_consistency(table, "j").modal_share
    alone = RatingTable.from_arrays(
        [(unit, order) for unit, order in zip(units, shown, strict=True)],
        ["j"] * 240,
        values,
        level="nominal",
    )
    apart = self_consistency(alone, "j").modal_share
    assert whole.estimate == apart.estimate == 0.75
    assert (whole.high or 0) - (whole.low or 0) > 1.2 * ((apart.high or 0) - (apart.low or 0))


def test_a_change_is_held_against_asking_again() -> None:
    original, changed = ["a", "b"] * 100, ["a", "a"] * 100
    repeated = ["a", "b", "a", "a"] * 50
    found = robustness_to_change(original, changed, repeated)
    assert (found.robustness.estimate, found.consistency.estimate, found.excess.estimate) == (0.5, 0.75, 0.25)
    assert 0 < (found.excess.low or 0) < 0.25 < (found.excess.high or 0)


def test_verdicts_that_miss_are_left_out_everywhere() -> None:
    found = robustness_to_change(["a", None, "b"], ["a", "b", "a"], ["a", "b", None], inference=None)
    assert (found.consistency.estimate, found.consistency.n, found.consistency.excluded) == (
        1.0,
        1,
        {"missing": 2},
    )
    with pytest.raises(AgreementError, match="three columns"):
        robustness_to_change(["a"], ["a"], [])
