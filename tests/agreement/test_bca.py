"""Corrected percentiles: equal to those of scipy, and a name where they have no limits."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from evalplatform.agreement import (
    Estimate,
    RatingTable,
    cohen_kappa,
    mean_value,
    percent_agreement,
    spearman_rho,
    value_rate,
)
from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.bca import accelerate, bca_limits, correct_tails, share_below

DRAWS = 20_000
ITEMS = 120


def scores(values: FloatArray) -> RatingTable:
    return RatingTable.from_arrays(np.arange(len(values)), ["a"] * len(values), values, level="interval")


def skewed() -> FloatArray:
    return np.round(np.random.default_rng(0).exponential(size=ITEMS), 3)


def pearson_of_ranks(one: FloatArray, other: FloatArray) -> float:
    return float(stats.spearmanr(one, other).statistic)


def kappa_of(one: FloatArray, other: FloatArray) -> float:
    met, chance = np.mean(one == other), sum(np.mean(one == k) * np.mean(other == k) for k in (0, 1, 2))
    return float((met - chance) / (1 - chance))


def limits_of_scipy(
    data: tuple[FloatArray | IntArray, ...], statistic: Callable[..., float], draws: int
) -> FloatArray:
    """The same in loops, as many draws as are worth the time."""
    found = stats.bootstrap(
        data, statistic, n_resamples=draws, method="BCa", paired=True, vectorized=False, rng=5
    )
    return np.array(found.confidence_interval)


def hold_against(found: Estimate, theirs: FloatArray, error: float) -> None:
    """Within three times the error that draws of both leave in a limit."""
    assert found.method == "bca"
    assert (found.low, found.high) == pytest.approx(tuple(theirs), abs=3 * error)


def noise(found: Estimate, draws: int) -> float:
    """Standard error of a limit of theirs less ours: of a percentile, and of the bias that moves it twice as far."""
    assert found.low is not None
    assert found.high is not None
    spread = (found.high - found.low) / (2 * 1.96)
    percentile = np.sqrt(0.025 * 0.975) / stats.norm.pdf(1.96)
    bias = 2 * 0.5 / stats.norm.pdf(0)
    return float(spread * np.hypot(percentile, bias) * np.sqrt(1 / draws + 1 / DRAWS))


def test_a_skewed_mean_equals_scipy() -> None:
    values = skewed()
    found = mean_value(scores(values), method="bca", resamples=DRAWS)
    hold_against(found, limits_of_scipy((values,), np.mean, 8000), noise(found, 8000))
    plain = mean_value(scores(values), method="item_bootstrap", resamples=DRAWS)
    assert None not in (found.low, found.high, plain.low, plain.high)
    assert found.low > plain.low + 3 * noise(found, DRAWS)  # type: ignore[operator]


def test_a_mean_over_clusters_equals_scipy_on_the_sums_of_clusters() -> None:
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(80), rng.integers(1, 7, 80))
    values = np.round(rng.exponential(size=80)[cluster] + rng.exponential(size=len(cluster)), 3)
    table = RatingTable.from_arrays(
        np.arange(len(values)), ["a"] * len(values), values, clusters=cluster, level="interval"
    )
    found = mean_value(table, method="bca", resamples=DRAWS)
    sums, sizes = np.bincount(cluster, values), np.bincount(cluster).astype(float)
    theirs = limits_of_scipy((sums, sizes), lambda above, below: float(above.sum() / below.sum()), 8000)
    hold_against(found, theirs, noise(found, 8000))


def test_a_rank_correlation_equals_scipy() -> None:
    one = skewed()
    other = one + np.random.default_rng(1).normal(size=ITEMS) * 0.5
    found = spearman_rho(one, other, method="bca", resamples=DRAWS)
    hold_against(found, limits_of_scipy((one, other), pearson_of_ranks, 2000), noise(found, 2000))


def test_kappa_equals_scipy() -> None:
    rng = np.random.default_rng(4)
    one = rng.choice(3, ITEMS, p=[0.8, 0.15, 0.05])
    other = np.where(rng.random(ITEMS) < 0.85, one, rng.choice(3, ITEMS))
    found = cohen_kappa(one, other, method="bca", resamples=DRAWS)
    hold_against(found, limits_of_scipy((one, other), kappa_of, 4000), noise(found, 4000))


def test_types_held_many_times_weigh_as_often() -> None:
    """Shares of units have few types; the same units as clusters of their own are all apart."""
    without, held = np.array([0.2, 0.5]), np.array([3, 1])
    apart = np.repeat(without, held)
    assert accelerate(without, held) == pytest.approx(accelerate(apart, np.ones(4, dtype=np.int64)))
    pushes = apart.mean() - apart
    assert accelerate(without, held) == pytest.approx((pushes**3).sum() / (6 * (pushes**2).sum() ** 1.5))


def test_nothing_to_correct_leaves_plain_tails() -> None:
    assert correct_tails(0.5, 0.0, 0.95) == pytest.approx((0.025, 0.025))
    bias = stats.norm.cdf(0.2)
    assert correct_tails(bias, 0.0, 0.95) == pytest.approx(
        (stats.norm.cdf(0.4 - 1.959964), 1 - stats.norm.cdf(0.4 + 1.959964)), rel=1e-5
    )


@pytest.mark.parametrize(("share", "acceleration"), [(0.0, 0.1), (1.0, 0.1), (0.5, np.nan), (0.5, 0.6)])
def test_a_correction_without_a_finite_end_is_none(share: float, acceleration: float) -> None:
    assert correct_tails(share, acceleration, 0.95) is None


def test_draws_that_equal_the_figure_count_by_half() -> None:
    assert share_below(np.array([0.1, 0.5, 0.5, 0.9]), 0.5) == 0.5
    assert share_below(np.array([0.1, 0.5, 0.5, 0.5]), 0.5) == 0.625


@pytest.mark.parametrize(
    ("values", "point", "name"),
    [
        (np.full(100, 0.5), 0.5, "flat"),
        (np.linspace(0.2, 0.4, 100), 0.5, "beyond"),
        (np.linspace(0.6, 0.8, 100), 0.5, "beyond"),
        (np.r_[np.linspace(0.2, 0.8, 95), np.ones(5)], 0.5, "top"),
        (np.r_[np.linspace(0.2, 0.8, 95), np.zeros(5)], 0.5, "bottom"),
        (np.r_[np.linspace(0.2, 0.8, 95), np.full(5, np.nan)], 0.5, "nothing"),
        (np.r_[np.linspace(0.2, 0.8, 98), np.ones(2)], 0.75, "top"),  # few, and the correction goes there
    ],
)
def test_draws_that_make_no_limits_say_why(values: FloatArray, point: float, name: str) -> None:
    without = np.array([0.4, 0.5, 0.5, 0.6])
    assert bca_limits(point, values, without, np.ones(4, dtype=np.int64), 0.95, (0.0, 1.0)) == name


def test_clusters_that_move_nothing_have_no_acceleration() -> None:
    same = np.full(4, 0.5)
    found = bca_limits(0.5, np.linspace(0, 1, 100), same, np.ones(4, dtype=np.int64), 0.95, (-1.0, 2.0))
    assert found == "beyond"


def table_with(apart: int, units: int) -> RatingTable:
    rows = [(unit, rater, int(unit < apart and rater == "a")) for unit in range(units) for rater in "ab"]
    return RatingTable.from_records(rows, level="nominal")


@pytest.mark.parametrize("units", [30, 100])
def test_edges_are_undefined_by_the_names_of_the_other_methods(units: int) -> None:
    for apart, reason in (
        (0, "too_few_disagreements"),
        (1, "too_few_disagreements"),
        (units, "too_few_agreements"),
    ):
        found = percent_agreement(table_with(apart, units), method="bca")
        assert (found.estimate, found.low, found.undefined) == (1 - apart / units, None, reason)
    alike = value_rate(table_with(0, units), {1}, method="bca")
    assert (alike.estimate, alike.low, alike.undefined) == (0.0, None, "no_variation")


def test_draws_without_a_disagreement_are_no_limit() -> None:
    """Two of a hundred units: one draw in seven has none of them, and [0.9, 1] would be printed."""
    found = percent_agreement(table_with(2, 100), method="bca")
    assert (found.low, found.method, found.undefined) == (None, None, "too_few_disagreements")
