"""Weights of clusters and raters for each resample, and the intervals made of what they give.

A resample of clusters is a vector of weights, the multinomial counts of how often each was drawn (Poisson counts
where they are very many); a resample of clusters and raters has a second vector for the raters. Every statistic
is a function of such weights.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.poisson import draw_poisson
from evalplatform.agreement.quantiles import find_student_t
from evalplatform.agreement.sharing import shared

BLOCK = 2**18  # numbers held at once by one array of a block of resamples: few enough for a processor's cache
LARGE = 2**22  # the same where one resample alone is more than the cache holds
MOST_SHARED = 2**22  # numbers in the weights of all resamples, up to which they are kept for other figures
TOUCH = 1e-12  # closer to the edge of the range than this is on it
MANY_TYPES = 10_000  # of more, Poisson weights cost half of what multinomial counts do and tell the same


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
Scheme = Literal["item_bootstrap", "poisson_bootstrap"]


def choose_scheme(statistic: Statistic) -> Scheme:
    """How clusters are drawn unless a caller names a way."""
    return "poisson_bootstrap" if len(statistic.multiplicity) > MANY_TYPES else "item_bootstrap"


def bootstrap_items(
    statistic: Statistic, *, resamples: int, seed: int, scheme: Scheme | None = None
) -> FloatArray:
    """Figures of `resamples` draws of clusters, (resamples,), worked out in blocks of bounded memory.

    Parameters
    ----------
    scheme : as many draws as clusters, with replacement (``item_bootstrap``), or each cluster by itself as often
        as chance has it (``poisson_bootstrap``); None: what `choose_scheme` says
    """
    held = statistic.multiplicity
    if (scheme or choose_scheme(statistic)) == "poisson_bootstrap":
        blocks = _draw_poisson_blocks(
            held, resamples, seed, _fit(resamples, max(statistic.size, len(held)), LARGE)
        )
    else:
        blocks = _draw_blocks(held, resamples, seed, _fit(resamples, statistic.size))
    return np.concatenate([statistic.under(items) for items in blocks])


def bootstrap_both(
    statistic: Statistic, *, raters: int, groups: Sequence[IntArray], resamples: int, seed: int
) -> FloatArray:
    """Figures of draws of clusters and, independently, of persons within each group; the rest weighs one.

    A pair of ratings by persons i and j on an item weighs w_item * v_i * v_j, the product scheme of Owen
    (2007), "The pigeonhole bootstrap", Annals of Applied Statistics 1, 386-411. It counts the error of single
    pairs more than once: hardly where everybody rated everything, and up to several times where each item was
    rated by few of many persons, so that such intervals are wider than they need be.
    """
    held, step = statistic.multiplicity, _fit(resamples, statistic.size)
    persons = _draw_persons(raters, tuple(tuple(group.tolist()) for group in groups), resamples, seed, step)
    items = _draw_blocks(held, resamples, seed, step)
    return np.concatenate([statistic.under(*weights) for weights in zip(items, persons, strict=True)])


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
    tail = (1 - confidence) / 2
    return find_collapse_beyond(values, (tail, tail), edges)


def find_collapse_beyond(
    values: FloatArray, tails: tuple[float, float], edges: tuple[float, float]
) -> Collapse | None:
    """The same for limits beyond which unlike shares of the draws lie, `tails` below and above."""
    valid = values[np.isfinite(values)]
    nothing = len(values) - len(valid)
    top, bottom = int((valid >= edges[1] - TOUCH).sum()), int((valid <= edges[0] + TOUCH).sum())
    if nothing + bottom > tails[0] * len(values) or nothing + top > tails[1] * len(values):
        if nothing >= max(top, bottom):
            return "nothing"
        return "top" if top >= bottom else "bottom"
    low, high = cut_tails(valid, tails)
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
    return spread_limits(whole, jackknife(statistic), held, confidence, statistic.bounds)


def jackknife(statistic: Statistic) -> FloatArray:
    """The figure without one cluster of each type, (types,)."""
    blocks = leave_one_out(statistic.multiplicity, statistic.size)
    return np.concatenate([statistic.under(weights) for weights in blocks])


def spread_limits(
    whole: float, without: FloatArray, multiplicity: IntArray, confidence: float, bounds: tuple[float, float]
) -> Limits | None:
    """Jackknife limits of a figure from what it is `without` one cluster of each type, (types,)."""
    clusters = int(multiplicity.sum())
    mean = float(multiplicity @ without) / clusters
    error = float(np.sqrt((clusters - 1) / clusters * (multiplicity @ (without - mean) ** 2)))
    if not error > TOUCH:  # NaN too
        return None
    reach = find_student_t(clusters - 1, confidence) * error
    return max(whole - reach, bounds[0]), min(whole + reach, bounds[1])


def cut_tails(valid: FloatArray, tails: tuple[float, float]) -> Limits:
    """Of n draws those with rank tail * (n + 1) from either end, beyond which one more would fall that often."""
    held = np.sort(valid)
    return _find_rank(held, tails[0] * (len(held) + 1)), _find_rank(held, (1 - tails[1]) * (len(held) + 1))


def _percentiles(valid: FloatArray, confidence: float) -> Limits:
    tail = (1 - confidence) / 2
    return cut_tails(valid, (tail, tail))


def _find_rank(held: FloatArray, rank: float) -> float:
    """The value at a rank from 1 on, between two of them in proportion; beyond an end that end."""
    place = min(max(rank - 1, 0.0), len(held) - 1.0)
    below = min(int(place), len(held) - 2) if len(held) > 1 else 0
    low, high = float(held[below]), float(held[min(below + 1, len(held) - 1)])
    return low + (high - low) * (place - below)


def _fit(resamples: int, size: int, block: int = BLOCK) -> int:
    """How many resamples of so many numbers each to hold at once, as a power of two, or all."""
    fitting = max(1, block // max(size, 1))
    return resamples if fitting >= resamples else 2 ** (fitting.bit_length() - 1)


def _list_blocks(total: int, step: int) -> list[tuple[int, int]]:
    """Start and size of each block."""
    return [(start, min(step, total - start)) for start in range(0, total, step)]


def _draw_blocks(multiplicity: IntArray, resamples: int, seed: int, step: int) -> Iterable[FloatArray]:
    """Weights of cluster types, (types, step) each."""
    types = len(multiplicity)
    if types * resamples <= MOST_SHARED and (multiplicity == 1).all():
        return _cut(_draw_all(types, resamples, seed, 0), step)
    rng = np.random.Generator(np.random.PCG64(seed))
    return (_draw_items(rng, multiplicity, size) for _, size in _list_blocks(resamples, step))


def _draw_poisson_blocks(
    multiplicity: IntArray, resamples: int, seed: int, step: int
) -> Iterable[FloatArray]:
    rng = _start_stream(seed, 0)
    return (draw_poisson(rng, multiplicity, size) for _, size in _list_blocks(resamples, step))


def _draw_persons(
    raters: int, groups: tuple[tuple[int, ...], ...], resamples: int, seed: int, step: int
) -> Iterable[FloatArray]:
    """Weights of raters, (raters, step) each: each group of persons is drawn by itself, the rest weighs one."""
    if raters * resamples <= MOST_SHARED:
        return _cut(_draw_all_persons(raters, groups, resamples, seed), step)
    rngs = [_start_stream(seed, place + 1) for place in range(len(groups))]
    return (_weigh_persons(raters, groups, rngs, size) for _, size in _list_blocks(resamples, step))


@shared
def _draw_all(clusters: int, resamples: int, seed: int, stream: int) -> FloatArray:
    """Weights of clusters of one type each in all resamples: the same for all figures over as many clusters."""
    return _draw_items(_start_stream(seed, stream), np.ones(clusters, dtype=np.int64), resamples)


@shared
def _draw_all_persons(
    raters: int, groups: tuple[tuple[int, ...], ...], resamples: int, seed: int
) -> FloatArray:
    weights = np.ones((raters, resamples))
    for place, persons in enumerate(groups):
        weights[list(persons)] = _draw_all(len(persons), resamples, seed, place + 1)
    return weights


def _weigh_persons(
    raters: int, groups: tuple[tuple[int, ...], ...], rngs: list[np.random.Generator], size: int
) -> FloatArray:
    weights = np.ones((raters, size))
    for persons, rng in zip(groups, rngs, strict=True):
        weights[list(persons)] = _draw_items(rng, np.ones(len(persons), dtype=np.int64), size)
    return weights


def _start_stream(seed: int, stream: int) -> np.random.Generator:
    bits = np.random.PCG64(seed)
    return np.random.Generator(bits.jumped(stream) if stream else bits)


@shared
def _cut(weights: FloatArray, step: int) -> list[FloatArray]:
    """Blocks of resamples, the same objects each time, so that what is found under them can be shared too."""
    return [weights[:, start : start + step] for start in range(0, weights.shape[1], step)]


def _draw_items(rng: np.random.Generator, multiplicity: IntArray, size: int) -> FloatArray:
    """Multinomial weights, (types, size)."""
    types, total = len(multiplicity), int(multiplicity.sum())
    if types < total:
        return rng.multinomial(total, multiplicity / total, size=size).T.astype(np.float64)
    drawn = rng.integers(0, types, size=(size, types)) * size + np.arange(size)[:, None]
    return np.bincount(drawn.ravel(), minlength=types * size).reshape(types, size).astype(np.float64)


def leave_one_out(multiplicity: IntArray, size: int) -> Iterable[FloatArray]:
    """Weights with one cluster of each type left out in turn, in blocks of (types, resamples)."""
    types = len(multiplicity)
    step = _fit(types, max(size, types))
    if types**2 <= MOST_SHARED and (multiplicity == 1).all():
        return _leave_each_out(types, step)
    return (_leave_out(multiplicity, start, held) for start, held in _list_blocks(types, step))


@shared
def _leave_each_out(clusters: int, step: int) -> list[FloatArray]:
    """The same for clusters of one type each, shared by all figures over as many."""
    held = np.ones(clusters, dtype=np.int64)
    return [_leave_out(held, start, size) for start, size in _list_blocks(clusters, step)]


def _leave_out(multiplicity: IntArray, start: int, size: int) -> FloatArray:
    weights = np.repeat(multiplicity[:, None].astype(np.float64), size, axis=1)
    weights[np.arange(start, start + size), np.arange(size)] -= 1
    return weights
