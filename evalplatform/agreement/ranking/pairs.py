"""Every two systems side by side, from preferences or from scores on the same items."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.ranking.comparisons import Comparisons
from evalplatform.agreement.ranking.ratios import Means, average_clusters
from evalplatform.agreement.ranking.scores import Scores

ROUNDING = 1e-13  # of a variance beside the squares that it is the difference of


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Pairs:
    """The lead of one system over another, for all pairs that share an item.

    Attributes
    ----------
    one, other : (pairs,) codes of the systems, `one` the smaller
    leads : mean lead of `one`: the difference of scores, or of win rates against each other
    bounds : range of a lead
    """

    one: IntArray
    other: IntArray
    leads: Means
    bounds: tuple[float, float]


def pair_systems(source: Comparisons | Scores) -> Pairs:
    """Leads of all pairs of systems, from the items that both were seen on."""
    return _pair_preferences(source) if isinstance(source, Comparisons) else _pair_scores(source)


def _pair_preferences(comparisons: Comparisons) -> Pairs:
    size = len(comparisons.systems)
    keys, pair = np.unique(comparisons.one * size + comparisons.other, return_inverse=True)
    one, other = np.divmod(keys, max(size, 1))
    leads = average_clusters(pair, comparisons.item, 2 * comparisons.share - 1, len(keys))
    return Pairs(one=one, other=other, leads=leads, bounds=(-1.0, 1.0))


def _pair_scores(scores: Scores) -> Pairs:
    held = np.isfinite(scores.values)
    values = np.where(held, scores.values - _centre(scores.values, held), 0.0)
    seen = held.astype(np.float64)
    shared = seen.T @ seen
    one, other = np.nonzero(np.triu(shared > 0, 1))
    sums, squares = values.T @ seen, (values**2).T @ seen
    n = shared[one, other]
    mean = (sums[one, other] - sums[other, one]) / n
    raw = squares[one, other] + squares[other, one]
    spread = raw - 2 * (values.T @ values)[one, other] - n * mean**2
    spread = np.where(spread > ROUNDING * n * raw, spread, 0.0)
    error = np.sqrt(np.divide(spread, n * (n - 1), out=np.zeros(len(n)), where=n > 1))
    items = n.astype(np.int64)
    leads = Means(point=mean, error=error, items=items, n=items)
    return Pairs(one=one, other=other, leads=leads, bounds=(-np.inf, np.inf))


def _centre(values: FloatArray, held: BoolArray) -> float:
    """Near which all values lie, so that squares lose no digits; 0 where there are none."""
    return float(values[held].mean()) if held.any() else 0.0
