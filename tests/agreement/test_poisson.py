"""Poisson weights: their law, that blocks change nothing, and that they say what draws of clusters say."""

from math import exp, factorial

import numpy as np
import pytest

from evalplatform.agreement import RatingTable, krippendorff_alpha, mean_value, percent_agreement, resampling
from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.bias import compare_slices
from evalplatform.agreement.poisson import TIMES, draw_poisson
from evalplatform.agreement.resampling import choose_scheme
from evalplatform.agreement.settings import NamedMethod


def clustered(clusters: int, *, units: int = 2, seed: int = 1) -> RatingTable:
    """Units of two ratings, of which those of one cluster are alike in how hard they are."""
    rng = np.random.default_rng(seed)
    size = clusters * units
    skill = np.repeat(rng.uniform(0.3, 1, clusters), units)[:, None]
    truth = rng.integers(1, 6, (size, 1))
    values = np.where(rng.random((size, 2)) < skill, truth, rng.integers(1, 6, (size, 2)))
    unit = np.repeat(np.arange(size), 2)
    return RatingTable.from_arrays(
        unit, np.tile(np.arange(2), size), values.ravel(), clusters=unit // units, level="interval"
    )


def test_words_give_the_chances_of_poisson() -> None:
    shares = np.bincount(TIMES, minlength=10) / len(TIMES)
    chances = [exp(-1) / factorial(times) for times in range(10)]
    assert shares == pytest.approx(chances, abs=2**-16)
    times = TIMES.astype(float)
    assert (times.mean(), times.var()) == pytest.approx((1, 1), abs=2e-4)


def test_a_type_of_many_clusters_is_drawn_as_often_as_they_are_together() -> None:
    weights = draw_poisson(np.random.default_rng(1), np.array([1, 4]), 20_000)
    assert weights.shape == (2, 20_000)
    assert weights.mean(axis=1) == pytest.approx([1, 4], rel=0.03)
    assert weights.var(axis=1) == pytest.approx([1, 4], rel=0.05)
    assert (weights[0] * weights[1]).mean() == pytest.approx(4, rel=0.03)  # independent


@pytest.mark.parametrize("types", [6, 7])
def test_blocks_go_on_where_the_last_one_ended(types: int) -> None:
    whole = draw_poisson(np.random.default_rng(3), np.ones(types, dtype=np.int64), 5)
    rng = np.random.default_rng(3)
    parts = [draw_poisson(rng, np.ones(types, dtype=np.int64), size) for size in (1, 3, 1)]
    assert np.array_equal(whole, np.concatenate(parts, axis=1))


@pytest.mark.parametrize("clusters", [60, 400])
def test_poisson_weights_say_what_draws_of_clusters_say(clusters: int) -> None:
    table = clustered(clusters)
    for statistic in (krippendorff_alpha, percent_agreement, mean_value):
        by_name: list[NamedMethod] = ["item_bootstrap", "poisson_bootstrap"]
        drawn, weighted = (statistic(table, method=name, resamples=8000) for name in by_name)
        assert (drawn.method, weighted.method) == ("item_bootstrap", "poisson_bootstrap")
        assert drawn.low is not None
        assert drawn.high is not None
        width = drawn.high - drawn.low
        assert weighted.low == pytest.approx(drawn.low, abs=0.05 * width)
        assert weighted.high == pytest.approx(drawn.high, abs=0.05 * width)


def test_very_many_clusters_get_poisson_weights_in_any_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    table = clustered(401)
    assert krippendorff_alpha(table).method == "item_bootstrap"
    monkeypatch.setattr(resampling, "MANY_TYPES", 400)
    first = krippendorff_alpha(table)
    assert first.method == "poisson_bootstrap"
    assert first == krippendorff_alpha(table, seed=0)
    assert first.low != krippendorff_alpha(table, seed=1).low
    monkeypatch.setattr(resampling, "BLOCK", 1500)
    small = krippendorff_alpha(table)
    assert (small.low, small.high) == pytest.approx((first.low, first.high), abs=1e-12)


def test_units_that_are_clusters_are_few_types_however_many_they_are() -> None:
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(30_000), 2)
    table = RatingTable.from_arrays(
        unit, np.tile([0, 1], 30_000), rng.integers(0, 3, 60_000), level="nominal"
    )
    assert krippendorff_alpha(table, resamples=50).method == "item_bootstrap"


def test_a_difference_of_means_names_the_weights_it_was_made_with(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    values, items = rng.normal(size=600), np.arange(600) // 2
    languages = np.where(rng.random(600) < 0.5, "en", "ru").tolist()
    drawn = compare_slices(values.tolist(), languages, clusters=items.tolist()).differences
    monkeypatch.setattr(resampling, "MANY_TYPES", 299)
    weighted = compare_slices(values.tolist(), languages, clusters=items.tolist()).differences
    assert drawn[0].difference.method == "item_bootstrap"
    assert weighted[0].difference.method == "poisson_bootstrap"


class Few:
    """A statistic of so many clusters."""

    size = 1
    bounds = edges = (0.0, 1.0)

    def __init__(self, types: int) -> None:
        self.multiplicity = np.ones(types, dtype=np.int64)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        return np.asarray(items[0])


def test_ten_thousand_clusters_are_still_drawn() -> None:
    assert [choose_scheme(Few(types)) for types in (10_000, 10_001)] == [
        "item_bootstrap",
        "poisson_bootstrap",
    ]
