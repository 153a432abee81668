"""Systems in the order of their mean scores."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.columns import add_counts
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import deal_clusters
from evalplatform.agreement.ranking.ranks import RankSet
from evalplatform.agreement.ranking.scores import Scores
from evalplatform.agreement.ranking.spread import ANYWHERE, find_spread
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import IntervalOptions, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """Mean scores of systems on the same items, with ranks.

    Parameters
    ----------
    means : figure of each system, names sorted
    ranks : ranks that hold for all systems at once; empty without intervals
    """

    means: Mapping[str, Estimate]
    ranks: Mapping[str, RankSet] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def rank_systems(scores: Scores, **interval: Unpack[IntervalOptions]) -> Standings:
    r"""Mean scores of systems, and the ranks that each may have.

    Parameters
    ----------
    scores : only the items that every system has a score on are counted, the others as excluded:
        ``incomplete``. Systems that met different items are compared by `separate_systems` or `bradley_terry`
    interval : `inference` (``these_raters`` or None), `resamples`, `seed`, `confidence`

    Returns
    -------
    Standings
        Means, any number; ``n`` counts items. Undefined: ``no_pairable_units`` (no such item), ``too_few_items``
        (one, or few that are all alike), ``no_variation``. Ranks: the confidence is that all sets hold.

    Notes
    -----
    .. math:: R_j = \{1 + |\{i: i \text{ surely better}\}|, \dots, k - |\{i: i \text{ surely worse}\}|\}

    where sure is what simultaneous intervals of all differences leave no doubt of (largest standardised deviation
    over draws of items): Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91, 476-518.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import Scores, rank_systems
    >>> held = Scores.from_arrays(list("aaaabbbb"), [1, 2, 3, 4] * 2, [3, 4, 5, 5, 2, 3, 4, 3])
    >>> found = rank_systems(held)
    >>> found.means["a"].estimate, found.ranks["a"]
    (4.25, RankSet(best=1, worst=1))
    """
    settings = Settings(**interval)
    settings.refuse_method()
    settings.refuse_raters("mean scores of systems")
    complete = scores.complete
    values = scores.values[complete]
    excluded = add_counts(scores.excluded, incomplete=int((~complete).sum()))
    base = start_estimate(n=len(values), n_unit="items", excluded=excluded)
    base = replace(base, inference=settings.inference, confidence=settings.confidence, seed=settings.seed)
    if not len(values):
        blank = replace(base, undefined="no_pairable_units")
        return Standings(means=dict.fromkeys(scores.systems, blank))
    figures = MeanScores(values)
    points = figures.point().tolist()
    if settings.inference is None:
        filled = [replace(base, estimate=point, seed=None) for point in points]
        return Standings(means=dict(zip(scores.systems, filled, strict=True)))
    spread = find_spread(figures, list(scores.systems), settings)
    filled = [
        replace(base, estimate=point, low=limits[0], high=limits[1], method=spread.method)
        if limits
        else replace(base, estimate=point, undefined=spread.reason)
        for point, limits in zip(points, spread.limits, strict=True)
    ]
    return Standings(means=dict(zip(scores.systems, filled, strict=True)), ranks=spread.ranks)


class MeanScores:
    """Mean scores as functions of the weights of items, dealt into groups where they are very many."""

    bounds = edges = ANYWHERE
    loose: Undefined = "too_few_items"

    def __init__(self, values: FloatArray) -> None:
        group, groups = deal_clusters(np.arange(len(values)))
        self.sums = np.zeros((groups, values.shape[1]))
        np.add.at(self.sums, group, values)
        self.sizes = np.bincount(group, minlength=groups)
        self.multiplicity: IntArray = np.ones(groups, dtype=np.int64)
        self.size = max(self.sums.size, 1)

    def point(self) -> FloatArray:
        return self.under(np.ones((len(self.sizes), 1))).ravel()

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """Means under the weights of items, (resamples, systems)."""
        means: FloatArray = (items.T @ self.sums) / (items.T @ self.sizes)[:, None]
        return means
