import numpy as np
import pytest
from scipy import stats

from evalplatform.agreement import (
    Inference,
    RatingTable,
    cohen_kappa,
    krippendorff_alpha,
    percent_agreement,
    resampling,
)
from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.resampling import bootstrap_both, expand_confidence, percentile_limits


def noisy_table(units: int, raters: int, *, seed: int, right: float = 0.8, per_item: int = 1) -> RatingTable:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, units)
    values = np.where(rng.random((raters, units)) < right, truth, rng.integers(0, 3, (raters, units)))
    items = np.tile(np.arange(units), raters)
    return RatingTable.from_arrays(
        items,
        np.repeat(np.arange(raters), units),
        values.ravel(),
        clusters=items // per_item,
        level="nominal",
    )


def test_percentiles_are_equal_tailed() -> None:
    assert percentile_limits(np.arange(1.0, 1000.0), 0.9, (0, 1000)) == pytest.approx((50, 950))


@pytest.mark.parametrize(
    "values",
    [
        np.r_[np.linspace(0.5, 0.9, 97), np.ones(3)],
        np.r_[np.linspace(0.5, 0.9, 97), np.zeros(3)],
        np.r_[np.linspace(0.5, 0.9, 97), np.full(3, np.nan)],
        np.full(100, 0.5),
        np.ones(100),
    ],
)
def test_collapsed_resamples_make_no_limit(values: FloatArray) -> None:
    assert percentile_limits(values, 0.95, (0, 1)) is None
    assert percentile_limits(np.linspace(0.5, 0.9, 97), 0.95, (0, 1)) is not None


def test_the_bootstrap_finds_the_standard_error_of_a_mean() -> None:
    # two raters: the share of equal units is a binomial proportion
    table = noisy_table(400, 2, seed=1)
    estimate = percent_agreement(table, resamples=4000)
    assert estimate.estimate is not None
    assert estimate.low is not None
    assert estimate.high is not None
    reach = 1.96 * np.sqrt(estimate.estimate * (1 - estimate.estimate) / 400)
    assert (estimate.high - estimate.low) / 2 == pytest.approx(reach, rel=0.05)
    assert estimate.method == "item_bootstrap"


def test_the_jackknife_of_a_mean_is_students_interval() -> None:
    table = noisy_table(30, 2, seed=1)
    estimate = percent_agreement(table)
    assert estimate.estimate is not None
    share = estimate.estimate
    reach = 2.045229642132703 * np.sqrt(share * (1 - share) / 29)
    assert estimate.low == pytest.approx(share - reach)
    assert estimate.high == pytest.approx(min(share + reach, 1))
    assert estimate.method == "jackknife_t"


def test_clusters_that_are_all_alike_make_no_limit() -> None:
    first, second = ["a", "b", "a", "b"] * 2, ["a", "b", "b", "a"] * 2
    estimate = cohen_kappa(first, second, clusters=[1] * 4 + [2] * 4)
    assert (estimate.estimate, estimate.low, estimate.undefined) == (0.0, None, "too_few_items")


def test_items_are_resampled_whole() -> None:
    # every item holds the same unit ten times over: what counts is the number of items
    single, tenfold = noisy_table(100, 3, seed=2), noisy_table(100, 3, seed=2)
    copies = RatingTable.from_arrays(
        np.concatenate([tenfold.unit + 1000 * copy for copy in range(10)]),
        np.tile(tenfold.rater, 10),
        np.tile(tenfold.value, 10),
        clusters=np.tile(tenfold.unit, 10),
        level="nominal",
    )
    one, ten = percent_agreement(single, resamples=4000), percent_agreement(copies, resamples=4000)
    assert one.estimate == ten.estimate
    assert None not in (one.low, one.high, ten.low, ten.high)
    assert ten.low == pytest.approx(one.low, abs=0.01)
    assert ten.high == pytest.approx(one.high, abs=0.01)


def test_one_seed_gives_the_same_bytes_and_another_gives_others() -> None:
    table = noisy_table(80, 6, seed=3, per_item=1)
    for inference in ("these_raters", "rater_population"):
        again = [krippendorff_alpha(table, inference=inference, seed=seed) for seed in (1, 1, 2)]
        assert again[0] == again[1]
        assert again[0].low != again[2].low


def test_the_order_of_rows_and_the_size_of_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    table = noisy_table(80, 6, seed=4, per_item=2)
    order = np.random.default_rng(0).permutation(len(table))
    shuffled = RatingTable.from_arrays(
        table.unit[order],
        table.rater[order],
        table.value[order],
        clusters=table.cluster[table.unit][order],
        level="nominal",
    )
    first = krippendorff_alpha(table, inference="rater_population")
    assert krippendorff_alpha(shuffled, inference="rater_population") == first
    monkeypatch.setattr(resampling, "BLOCK", 5000)
    small = krippendorff_alpha(table, inference="rater_population")
    assert small.low == pytest.approx(first.low, abs=1e-12)
    assert small.high == pytest.approx(first.high, abs=1e-12)


def covered(inference: Inference, truth: float, runs: int) -> float:
    """Share of intervals that hold the agreement of a population of unequal raters."""
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(runs):
        right = np.clip(rng.normal(0.8, 0.12, 12), 0.5, 1)
        values = rng.random((12, 150)) < right[:, None]
        table = RatingTable.from_arrays(
            np.tile(np.arange(150), 12),
            np.repeat(np.arange(12), 150),
            values.ravel().astype(int),
            level="nominal",
        )
        found = percent_agreement(table, inference=inference, resamples=200)
        hits += found.low is not None and found.high is not None and found.low <= truth <= found.high
    return hits / runs


def test_only_resampled_raters_speak_of_other_raters() -> None:
    right = np.clip(np.random.default_rng(0).normal(0.8, 0.12, 100_000), 0.5, 1).mean()
    truth = right**2 + (1 - right) ** 2
    assert covered("these_raters", truth, 60) < 0.6
    assert covered("rater_population", truth, 60) > 0.85


class Recorder:
    """A statistic that keeps the weights of the raters it is asked about."""

    multiplicity: IntArray = np.ones(10, dtype=np.int64)
    size = 10
    bounds = edges = (0.0, 1.0)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        assert raters is not None
        self.raters = raters
        return np.zeros(items.shape[1])


def test_persons_are_drawn_within_their_group() -> None:
    probe = Recorder()
    groups = [np.array([0, 2, 4]), np.array([1, 3])]
    bootstrap_both(probe, raters=6, groups=groups, resamples=200, seed=1)
    sums = [set(probe.raters[codes].sum(axis=0).tolist()) for codes in (*groups, np.array([5]))]
    assert sums == [{3.0}, {2.0}, {1.0}]
    assert not np.array_equal(probe.raters[0], probe.raters[1])


def test_expanded_percentiles_of_a_normal_mean_are_its_t_interval() -> None:
    """The spread of draws is s * sqrt((n - 1) / n) / sqrt(n)."""
    clusters = 50
    spread = np.sqrt((clusters - 1) / clusters / clusters)
    reach = stats.norm.ppf((1 + expand_confidence(0.95, clusters=clusters)) / 2) * spread
    assert reach == pytest.approx(stats.t.ppf(0.975, clusters - 1) / np.sqrt(clusters))
    assert expand_confidence(0.95, clusters=10**6) == pytest.approx(0.95, abs=1e-6)
