"""Weights of clusters and raters for each resample, and the intervals made of what they give.

A resample of clusters is a vector of weights, the multinomial counts of how often each was drawn; a resample
of clusters and raters has a second vector for the raters. Every statistic is a function of such weights.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

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
        """Range of the figure, at which limits are cut."""

    @property
    def edges(self) -> tuple[float, float]:
        """Where draws stand that hold nothing but the highest, or the lowest, that the data can give."""

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """Give the figure for each resample, NaN where undefined.

        Parameters
        ----------
        items : (types, resamples) weights of the cluster types
        raters : (raters, resamples) weights of the raters; None: every rater weighs one
        """


Limits = tuple[float, float]
Collapse = Literal["nothing", "top", "bottom", "flat"]


def bootstrap_items(statistic: Statistic, *, resamples: int, seed: int) -> FloatArray:
    """Figures of `resamples` draws of clusters with replacement, (resamples,)."""
    rng = np.random.Generator(np.random.PCG64(seed))
    parts = [
        statistic.under(_draw_items(rng, statistic.multiplicity, size))
        for size in _blocks(resamples, statistic.size)
    ]
    return np.concatenate(parts)


def bootstrap_both(
    statistic: Statistic, *, raters: int, groups: Sequence[IntArray], resamples: int, seed: int
) -> FloatArray:
    """Figures of draws of clusters and, independently, of persons within each group; the rest weighs one.

    A pair of ratings by persons i and j on an item weighs w_item * v_i * v_j, the product scheme of Owen
    (2007), "The pigeonhole bootstrap", Annals of Applied Statistics 1, 386-411. It counts the error of single
    pairs more than once: hardly where everybody rated everything, and up to several times where each item was
    rated by few of many persons, so that such intervals are wider than they need be.
    """
    bits = np.random.PCG64(seed)
    items_rng = np.random.Generator(bits)
    raters_rngs = [np.random.Generator(bits.jumped(place + 1)) for place in range(len(groups))]
    parts = []
    for size in _blocks(resamples, statistic.size):
        weights = np.ones((raters, size))
        for persons, rng in zip(groups, raters_rngs, strict=True):
            weights[persons] = _draw_items(rng, np.ones(len(persons), dtype=np.int64), size)
        parts.append(statistic.under(_draw_items(items_rng, statistic.multiplicity, size), weights))
    return np.concatenate(parts)


def percentile_limits(values: FloatArray, confidence: float, edges: tuple[float, float]) -> Limits | None:
    """Equal-tailed percentile limits; None where resamples that collapse would make a limit."""
    if find_collapse(values, confidence, edges) is not None:
        return None
    return _percentiles(values[np.isfinite(values)], confidence)


def find_collapse(values: FloatArray, confidence: float, edges: tuple[float, float]) -> Collapse | None:
    """What too many resamples come to for percentiles to be limits.

    A resample collapses when the figure is undefined in it (``nothing``) or stands at an edge, as agreement
    does in a resample without a disagreement; all are ``flat`` when they give the same.
    """
    allowed = (1 - confidence) / 2 * len(values)
    valid = values[np.isfinite(values)]
    nothing = len(values) - len(valid)
    top, bottom = int((valid >= edges[1] - TOUCH).sum()), int((valid <= edges[0] + TOUCH).sum())
    if nothing + max(top, bottom) > allowed:
        if nothing >= max(top, bottom):
            return "nothing"
        return "top" if top >= bottom else "bottom"
    low, high = _percentiles(valid, confidence)
    return None if high - low > TOUCH else "flat"


def expand_confidence(confidence: float, *, clusters: int) -> float:
    """The level whose percentiles reach as far as Student's t at `confidence`: 0.958 for 0.95 and 50 clusters.

    Draws of n from n vary less than the data, by sqrt((n - 1) / n). Hesterberg (2015), "What Teachers Should
    Know About the Bootstrap", The American Statistician 69, 371-386: the expanded percentile interval.
    """
    from scipy.special import ndtr, stdtrit  # scipy is imported on use

    reach = stdtrit(clusters - 1, (1 + confidence) / 2) * np.sqrt(clusters / (clusters - 1))
    return float(1 - 2 * ndtr(-reach))


def jackknife_limits(statistic: Statistic, confidence: float) -> Limits | None:
    """Leave out one cluster at a time; Student's t with one degree of freedom less than clusters.

    None where leaving a cluster out leaves nothing to work out, or changes nothing. Limits are cut at the
    edges of the range. Tukey's pseudo-values; Efron and Tibshirani (1993), chapter 11.
    """
    held = statistic.multiplicity
    whole = float(statistic.under(held[:, None].astype(np.float64))[0])
    without = np.concatenate([statistic.under(weights) for weights in leave_one_out(held, statistic.size)])
    return spread_limits(whole, without, held, confidence, statistic.bounds)


def spread_limits(
    whole: float, without: FloatArray, multiplicity: IntArray, confidence: float, bounds: tuple[float, float]
) -> Limits | None:
    """Jackknife limits of a figure from what it is `without` one cluster of each type, (types,)."""
    from scipy.special import stdtrit  # scipy is imported on use

    clusters = int(multiplicity.sum())
    mean = float(multiplicity @ without) / clusters
    error = float(np.sqrt((clusters - 1) / clusters * (multiplicity @ (without - mean) ** 2)))
    if not error > TOUCH:  # NaN too
        return None
    reach = float(stdtrit(clusters - 1, (1 + confidence) / 2)) * error
    return max(whole - reach, bounds[0]), min(whole + reach, bounds[1])


def _percentiles(valid: FloatArray, confidence: float) -> Limits:
    """Of n draws those with rank tail * (n + 1) from either end, beyond which one more would fall that often."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(valid, [tail, 1 - tail], method="weibull")
    return float(low), float(high)


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


def leave_one_out(multiplicity: IntArray, size: int) -> Iterator[FloatArray]:
    """Weights with one cluster of each type left out in turn, in blocks of (types, resamples)."""
    start = 0
    for step in _blocks(len(multiplicity), max(size, len(multiplicity))):
        weights = np.repeat(multiplicity[:, None].astype(np.float64), step, axis=1)
        weights[np.arange(start, start + step), np.arange(step)] -= 1
        start += step
        yield weights
