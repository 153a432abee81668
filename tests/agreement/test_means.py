import pytest

from evalplatform.agreement import AgreementError, RatingTable, mean_value, value_rate


def test_mean_of_ratings_and_its_interval() -> None:
    rows = [(unit, rater, unit % 5 + 1) for unit in range(100) for rater in "ab"]
    estimate = mean_value(RatingTable.from_records(rows, level="interval"))
    assert estimate.estimate == pytest.approx(3)
    assert (estimate.n, estimate.n_unit, estimate.level) == (200, "ratings", "interval")
    # variance 2 over 100 items: 3 -+ 1.96 * 0.141
    assert estimate.low == pytest.approx(3 - 0.277, abs=0.03)
    assert estimate.high == pytest.approx(3 + 0.277, abs=0.03)


def test_mean_of_thin_data_is_named() -> None:
    assert mean_value(RatingTable.from_records([], level="interval")).undefined == "no_pairable_units"
    constant = mean_value(RatingTable.from_records([(1, "a", 4), (2, "a", 4)], level="interval"))
    assert (constant.estimate, constant.low, constant.undefined) == (4.0, None, "no_variation")
    with pytest.raises(AgreementError, match="needs numbers"):
        mean_value(RatingTable.from_records([(1, "a", "x")], level="nominal"))


def test_rate_of_values() -> None:
    rows = [(1, "a", "tie"), (1, "b", "both_good"), (2, "a", "first"), (2, "b", "inconsistent")]
    table = RatingTable.from_records(rows, level="nominal")
    assert value_rate(table, {"tie", "both_good"}, inference=None).estimate == 0.5
    assert value_rate(table, {"tie"}, rule="tie", inference=None).estimate == 0.75
