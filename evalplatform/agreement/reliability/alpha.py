"""Krippendorff's alpha at four levels of measurement."""

from collections.abc import Sequence
from functools import cached_property
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import Cells, can_be_pooled, count_per_unit, gather_rated, pair_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.reliability.distances import DISTANCES, Distance, Nominal
from evalplatform.agreement.reliability.pair_bootstrap import infer_by_pairs
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.sums import ClusterSums
from evalplatform.agreement.table import LEVELS, Level, RatingTable
from evalplatform.agreement.tally import tally_units


def krippendorff_alpha(
    table: RatingTable,
    *,
    level: Level | None = None,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Krippendorff's alpha: one minus observed over expected disagreement.

    Parameters
    ----------
    table : ratings, with any of them missing
    level : nominal, ordinal, interval or ratio; None takes the table's own
    rule : how inconsistent preferences count, see `apply_rule`; under ``disagree`` each of them is a value of
        its own
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`; for alpha there is a ``pair_bootstrap`` too, as
        macros for statistics packages have it, to compare with their output and for nothing else

    Returns
    -------
    Estimate
        At most 1, 0 at chance; ``n`` counts units with two ratings or more. Undefined:
        ``no_pairable_units``, ``no_variation`` (a single value in all pairable units).

    Notes
    -----
    .. math:: \alpha = 1 - (n-1) \frac{\sum_{kl} o_{kl} \delta^2_{kl}}{\sum_{kl} n_k n_l \delta^2_{kl}},
        \quad o_{kl} = \sum_u \frac{\text{pairs } (k,l) \text{ in } u}{m_u - 1}

    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability". Resamples keep pairs of a rating with
    its own copy out, so that unit u with rater weights v counts m_u = sum v ratings and m_u^2 - sum v^2 pairs;
    the ordinal distance is worked out anew from each resample's own marginals.
    """
    settings = Settings(**interval)
    chosen = level or table.level
    if chosen not in LEVELS:
        raise AgreementError("the level of the table is unstated: name one")
    held = apply_rule(table, rule)
    if held.unmatched and chosen != "nominal":
        raise AgreementError("a value that equals nothing has a place at the nominal level only")
    ratings = count_per_unit(held)
    figure = _start(held, chosen, crossed=settings.crossed or not can_be_pooled(held))
    base = start_estimate(
        n=int((ratings >= 2).sum()),
        n_unit="units",
        level=chosen,
        rule=rule,
        excluded={**held.excluded, "unpaired": int((ratings == 1).sum())},
    )
    if settings.method == "pair_bootstrap" and settings.inference is not None:
        return infer_by_pairs(figure, settings, base)
    return infer(figure, settings, base)


@shared
def _start(table: RatingTable, level: Level, *, crossed: bool) -> "Alpha":
    return Alpha(
        gather_rated(table, 2, crossed=crossed),
        distance=DISTANCES[level](table.numbers, len(table.categories)),
        matchable=table.matchable,
    )


class Alpha:
    """Alpha as a function of weights."""

    bounds = (-1.0, 1.0)
    edges = bounds
    undefined: Undefined = "no_variation"
    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")
    is_centred = False

    def __init__(self, cells: Cells, *, distance: Distance, matchable: BoolArray) -> None:
        self.cells = cells
        self.distance = distance
        self.matchable = matchable
        self.one, self.other = pair_cells(cells)

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        if not self.cells.crossed:
            return max(self._marginals.size, self._coincidences[1].size)
        return max(len(self.cells.rater), len(self.one), self.cells.categories)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        if raters is not None:
            return self._under_both(items, raters)
        marginals = self._marginals.under(items)
        pairs, coincidences = self._coincidences
        size = self.cells.categories
        gaps = self.distance.between(pairs // size, pairs % size, marginals)
        observed = (coincidences.under(items) * gaps).sum(axis=0)
        return self._combine(observed + self._unmatched_sums @ items, marginals)

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        clusters = self._cluster_of_cells[self.one]
        apart = np.bincount(clusters, minlength=len(self.multiplicity)) > 0
        return (("too_few_disagreements", int(self.multiplicity[apart | (self._unmatched_sums > 0)].sum())),)

    @property
    def _cluster_of_cells(self) -> IntArray:
        return self.cells.cluster[self.cells.unit]

    @cached_property
    def _fixed_counts(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Counts and squares of the cells, and the weight of one ordered pair of each unit."""
        count, square = self.cells.count(None), self.cells.count(None, power=2)
        return count, square, self._pair_weight(count, square)

    @cached_property
    def _marginals(self) -> ClusterSums:
        """Ratings of each category in each cluster type."""
        return ClusterSums(
            self._cluster_of_cells,
            self.cells.category,
            self._fixed_counts[0][:, 0],
            types=len(self.multiplicity),
            columns=self.cells.categories,
        )

    @cached_property
    def _coincidences(self) -> tuple[IntArray, ClusterSums]:
        """Pairs of different categories that meet, and their coincidences in each cluster type."""
        cells = self.cells
        count, _, weight = self._fixed_counts
        value = 2 * count[self.one] * count[self.other] * weight[cells.unit[self.one]]
        met = cells.category[self.one] * cells.categories + cells.category[self.other]
        pairs, column = np.unique(met, return_inverse=True)
        clusters = self._cluster_of_cells[self.one]
        types = len(self.multiplicity)
        return pairs, ClusterSums(clusters, column, value[:, 0], types=types, columns=len(pairs))

    @cached_property
    def _unmatched_sums(self) -> FloatArray:
        count, square, weight = self._fixed_counts
        return self.cells.sum_clusters(self._unmatched(count, square) * weight)

    def _under_both(self, items: FloatArray, raters: FloatArray) -> FloatArray:
        cells, held = self.cells, tally_units(self.cells, self.matchable, raters)
        of_units = items[cells.cluster]
        marginals = cells.sum_categories(held.count * (held.paired * of_units)[cells.unit])
        if isinstance(self.distance, Nominal):
            apart = held.total * (held.paired - held.share)
            return self._combine(np.einsum("ur,ur->r", apart, of_units), marginals)
        gaps = self.distance.between(cells.category[self.one], cells.category[self.other], marginals)
        weight = of_units * held.total / np.where(held.paired > 0, held.pairs, np.inf)
        met = held.count[self.one] * held.count[self.other] * gaps
        return self._combine(2 * np.einsum("pr,pr->r", met, weight[cells.unit[self.one]]), marginals)

    def _pair_weight(self, count: FloatArray, square: FloatArray) -> FloatArray:
        """Give each unit as many coincidences as it has ratings: 1 / (m - 1) where all weigh one."""
        total = self.cells.sum_units(count)
        pairs = total**2 - self.cells.sum_units(square)
        return np.divide(total, pairs, out=np.zeros_like(total), where=pairs > 1e-9)

    def _unmatched(self, count: FloatArray, square: FloatArray) -> FloatArray:
        """Pairs within categories that equal nothing, (units, resamples)."""
        unequal = ~self.matchable[self.cells.category][:, None]
        return self.cells.sum_units((count**2 - square) * unequal)

    def _combine(self, observed: FloatArray, marginals: FloatArray) -> FloatArray:
        alone = marginals[~self.matchable[: len(marginals)]]
        expected = self.distance.expected(marginals) + (np.square(alone) - alone).sum(axis=0)
        varied = ((marginals > 0).sum(axis=0) > 1) | (alone > 1).any(axis=0)
        ratio = np.divide(observed, expected, out=np.full(len(expected), np.nan), where=varied)
        result: FloatArray = np.subtract(1.0, (marginals.sum(axis=0) - 1) * ratio)
        return result
