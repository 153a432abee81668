import numpy as np
import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.bias import scale_use

SCALE = [1, 2, 3, 4, 5]


def rate(judge: list[float], people: list[list[float]]) -> RatingTable:
    rows = [(unit, "judge", value) for unit, value in enumerate(judge)]
    rows += [
        (unit, f"p{place}", value) for place, votes in enumerate(people) for unit, value in enumerate(votes)
    ]
    return RatingTable.from_records(rows, level="interval", categories=SCALE)


def test_a_lenient_judge_that_keeps_to_the_middle() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(1, 6, size=200)
    judge = np.clip(np.round(3.5 + 0.4 * (truth - 3)), 1, 5)
    found = scale_use(rate(judge.tolist(), [truth.tolist()]), "judge", "p0")
    assert found.mean.difference.estimate == pytest.approx((judge - truth).mean())
    assert (found.mean.difference.low or 0) > 0
    assert found.spread_ratio.estimate == pytest.approx(judge.std() / truth.std())
    assert (found.spread_ratio.high or 9) < 1
    assert found.extremes.raters.estimate == pytest.approx(np.isin(judge, [1, 5]).mean())
    assert (found.extremes.difference.high or 0) < 0
    for value in SCALE:
        assert found.shares[value].raters.estimate == pytest.approx((judge == value).mean())
        assert found.shares[value].others.estimate == pytest.approx((truth == value).mean())


def test_units_weigh_one_however_many_rated_them() -> None:
    table = rate([4, 2], [[1, 3], [3, 3]]).keep(np.array([True] * 5 + [False]))
    found = scale_use(table, "judge", ["p0", "p1"], inference=None)
    assert found.mean.others.estimate == 2.5  # (1 + 3) / 2 and 3
    # single ratings spread: mean of squares ((1 + 9) / 2 + 9) / 2 = 7, less 2.5 squared
    assert found.spread_ratio.estimate == pytest.approx(1 / np.sqrt(0.75))
    assert found.mean.difference.n == 2


def test_units_of_one_side_alone_are_counted() -> None:
    table = rate([4, 2, 5], [[1, 3]])
    found = scale_use(table, "judge", "p0", inference=None).mean.difference
    assert (found.estimate, found.n, found.excluded) == (1.0, 2, {"unpaired": 1})


def test_people_who_give_one_value_have_no_spread_to_compare() -> None:
    found = scale_use(rate([1, 5], [[3, 3]]), "judge", "p0")
    assert (found.spread_ratio.estimate, found.spread_ratio.undefined) == (None, "no_variation")
    assert found.mean.difference.estimate == 0.0


def test_words_have_no_mean() -> None:
    table = RatingTable.from_records([(1, "a", "good"), (1, "b", "bad")], level="nominal")
    with pytest.raises(AgreementError, match="need numbers"):
        scale_use(table, "a", "b")


def test_a_fine_scale_has_no_share_of_each_point() -> None:
    values = np.linspace(0, 1, 50)
    table = RatingTable.from_arrays(
        np.tile(np.arange(50), 2), ["a"] * 50 + ["b"] * 50, [*values, *values[::-1]], level="interval"
    )
    found = scale_use(table, "a", "b", inference=None)
    assert found.shares == {}
    assert found.spread_ratio.estimate == pytest.approx(1.0)
    assert found.extremes.raters.estimate == pytest.approx(2 / 50)
