"""Limits of figures whose estimates are skewed."""

import numpy as np
import pytest
from scipy import stats

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.skewness import Spread

LEVELS = np.array([0.01, 0.025, 0.3, 0.5, 0.8, 0.975, 0.995])


def measure(values: FloatArray) -> Spread:
    """Of the mean of some values, which are their own pseudo-values."""
    clusters = len(values)
    without = (values.sum() - values) / (clusters - 1)
    found = Spread.measure(float(values.mean()), without, np.ones(clusters, dtype=np.int64))
    assert found is not None
    return found


def test_pseudo_values_of_a_mean_are_the_values() -> None:
    values = np.random.default_rng(1).exponential(size=40)
    found = measure(values)
    assert (found.figure, found.deviation) == pytest.approx((values.mean(), values.std(ddof=1)))
    assert found.skewness == pytest.approx(stats.skew(values, bias=False))
    assert found.clusters == 40


def test_one_sided_limits_turn_halls_polynomial_around() -> None:
    values = np.random.default_rng(2).exponential(size=30)
    found = measure(values)
    error = (values.mean() - found.quantiles(LEVELS)) / values.std(ddof=1)
    skewness, n = stats.skew(values, bias=False), len(values)
    t = error + skewness * error**2 / 3 + skewness**2 * error**3 / 27 + skewness / (6 * n)
    assert t * np.sqrt(n) == pytest.approx(stats.t.ppf(1 - LEVELS, n - 1))


def test_without_skewness_it_is_students_t() -> None:
    values = np.array([-3.0, -1.0, -1.0, 0.0, 1.0, 1.0, 3.0])
    expected = stats.t.interval(0.9, len(values) - 1, loc=0, scale=stats.sem(values))
    assert measure(values).limits(0.9) == pytest.approx(expected)


@pytest.mark.parametrize("sign", [1, -1])
def test_skewness_lengthens_one_side_and_shortens_none(sign: int) -> None:
    values = sign * np.random.default_rng(3).exponential(size=50)
    found = measure(values)
    plain = stats.t.interval(0.95, 49, loc=values.mean(), scale=stats.sem(values))
    moved = found.quantiles(np.array([0.025, 0.975]))
    low, high = found.limits(0.95)
    wanted = (plain[0], moved[1]) if sign > 0 else (moved[0], plain[1])
    assert (low, high) == pytest.approx(wanted)
    assert high - low > 1.1 * (plain[1] - plain[0])


def test_many_of_a_type_are_as_many_clusters() -> None:
    values, times = np.array([1.0, 2.0, 7.0]), np.array([9, 5, 2])
    repeated = np.repeat(values, times)
    total = float(repeated.sum())
    found = Spread.measure(total / 16, (total - values) / 15, times)
    assert found is not None
    assert found.limits(0.95) == pytest.approx(measure(repeated).limits(0.95))


@pytest.mark.parametrize("without", [[1.0, 1.0, 1.0], [1.0, np.nan, 2.0]])
def test_nothing_to_tell_the_spread_by(without: list[float]) -> None:
    assert Spread.measure(1.0, np.array(without), np.ones(3, dtype=np.int64)) is None


def test_two_clusters_have_no_skewness() -> None:
    found = measure(np.array([1.0, 2.0]))
    assert found.skewness == 0
    assert found.limits(0.95) == pytest.approx(stats.t.interval(0.95, 1, loc=1.5, scale=0.5))
