"""Weights of clusters and raters for each resample, and the intervals made of what they give.

A resample of clusters is a vector of weights, the multinomial counts of how often each was drawn; a resample
of clusters and raters has a second vector for the raters. Every statistic is a function of such weights.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray

BLOCK = 2**21  # numbers held at once by one array of a block of resamples
TOUCH = 1e-12  # closer to the edge of the range than this is on it


class Statistic(Protocol):
    """A figure as a function of weights."""

    @property
    def multiplicity(self) -> IntArray:
        """(types,) how many clusters there are of each type."""

    @property
    def size(self) -> int:
        """Numbers that one resample needs at once."""

    @property
    def bounds(self) -> tuple[float, float]:
        """Range of the figure."""

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """Give the figure for each resample, NaN where undefined.

        Parameters
        ----------
        items : (types, resamples) weights of the cluster types
        raters : (raters, resamples) weights of the raters; None: every rater weighs one
        """


Limits = tuple[float, float]


def bootstrap_items(statistic: Statistic, *, resamples: int, seed: int) -> FloatArray:
    """Figures of `resamples` draws of clusters with replacement, (resamples,)."""
    rng = np.random.Generator(np.random.PCG64(seed))
    parts = [
        statistic.under(_draw_items(rng, statistic.multiplicity, size))
        for size in _blocks(resamples, statistic.size)
    ]
    return np.concatenate(parts)


def bootstrap_both(
    statistic: Statistic, *, raters: int, persons: IntArray, resamples: int, seed: int
) -> FloatArray:
    """Figures of draws of clusters and, independently, of persons; other raters keep weight one.

    A pair of ratings by persons i and j on an item weighs w_item * v_i * v_j, the product scheme of Owen
    (2007), "The pigeonhole bootstrap", Annals of Applied Statistics 1, 386-411.
    """
    bits = np.random.PCG64(seed)
    items_rng, raters_rng = np.random.Generator(bits), np.random.Generator(bits.jumped())
    parts = []
    for size in _blocks(resamples, statistic.size):
        weights = np.ones((raters, size))
        weights[persons] = _draw_items(raters_rng, np.ones(len(persons), dtype=np.int64), size)
        parts.append(statistic.under(_draw_items(items_rng, statistic.multiplicity, size), weights))
    return np.concatenate(parts)


def percentile_limits(values: FloatArray, confidence: float, bounds: tuple[float, float]) -> Limits | None:
    """Equal-tailed percentile limits; None where resamples that collapse would make a limit.

    A resample collapses when the figure is undefined in it or stands at the edge of its range, as agreement
    does in a resample without a disagreement.
    """
    tail = (1 - confidence) / 2
    valid = values[np.isfinite(values)]
    undefined = len(values) - len(valid)
    for collapsed in ((valid >= bounds[1] - TOUCH).sum(), (valid <= bounds[0] + TOUCH).sum()):
        if undefined + collapsed > tail * len(values):
            return None
    low, high = np.quantile(valid, [tail, 1 - tail])
    return (float(low), float(high)) if high - low > TOUCH else None


def jackknife_limits(statistic: Statistic, confidence: float) -> Limits | None:
    """Leave out one cluster at a time; Student's t with one degree of freedom less than clusters.

    None where leaving a cluster out leaves nothing to work out, or changes nothing. Limits are cut at the
    edges of the range. Tukey's pseudo-values; Efron and Tibshirani (1993), chapter 11.
    """
    from scipy.special import stdtrit  # scipy is imported on use

    held = statistic.multiplicity
    clusters = int(held.sum())
    whole = float(statistic.under(held[:, None].astype(np.float64))[0])
    without = np.concatenate([statistic.under(weights) for weights in _leave_one_out(held, statistic.size)])
    mean = float(held @ without) / clusters
    error = float(np.sqrt((clusters - 1) / clusters * (held @ (without - mean) ** 2)))
    if not error > TOUCH:  # NaN too
        return None
    reach = float(stdtrit(clusters - 1, (1 + confidence) / 2)) * error
    return max(whole - reach, statistic.bounds[0]), min(whole + reach, statistic.bounds[1])


def _blocks(resamples: int, size: int) -> Iterator[int]:
    step = max(1, BLOCK // max(size, 1))
    for start in range(0, resamples, step):
        yield min(step, resamples - start)


def _draw_items(rng: np.random.Generator, multiplicity: IntArray, size: int) -> FloatArray:
    """Multinomial weights, (types, size)."""
    types, total = len(multiplicity), int(multiplicity.sum())
    if types < total:
        return rng.multinomial(total, multiplicity / total, size=size).T.astype(np.float64)
    drawn = rng.integers(0, types, size=(size, types)) * size + np.arange(size)[:, None]
    return np.bincount(drawn.ravel(), minlength=types * size).reshape(types, size).astype(np.float64)


def _leave_one_out(multiplicity: IntArray, size: int) -> Iterator[FloatArray]:
    start = 0
    for step in _blocks(len(multiplicity), max(size, len(multiplicity))):
        weights = np.repeat(multiplicity[:, None].astype(np.float64), step, axis=1)
        weights[np.arange(start, start + step), np.arange(step)] -= 1
        start += step
        yield weights
