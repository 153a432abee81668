"""Ratings of one rater cross-tabulated with the plurality of others, and the two figures read off it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import Cells, sum_by
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.preferences import Rule
from evalplatform.agreement.reliability.coefficients import Coefficient, read_coefficient
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import Settings
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.sums import ClusterSums

NOBODY = -1


class ContingencyCounts:
    """Counts of (value of the rater on side 0, winning value of side 1).

    The winners are worked out anew when raters are resampled. With a single other rater the winner is that
    rater's value.
    """

    def __init__(self, cells: Cells, *, left_out: Sequence[int] = (), tied: int = NOBODY) -> None:
        """Take what to count.

        Parameters
        ----------
        left_out : categories that leave a comparison out when either side has them
        tied : category that stands for the lack of a single winner; `NOBODY` leaves the unit out
        """
        self.cells = cells
        self.left_out = list(left_out)
        self.tied = tied

    @shared
    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """The counts under weights as of a `Statistic`, (categories, categories, resamples)."""
        if raters is not None:
            return self._count_both(items, raters)
        size = self.cells.categories
        return self._fixed_counts.under(items).reshape(size, size, -1)

    @property
    def size(self) -> int:
        """Numbers that one resample needs at once."""
        if not self.cells.crossed:
            return self._fixed_counts.size
        return max(len(self.cells.rater), self.cells.categories**2)

    @cached_property
    def compared(self) -> int:
        """How many ratings of the rater have something to be compared with."""
        return self._count_ratings(self._usable)

    @cached_property
    def without_winner(self) -> int:
        """Ratings left out because the others have no single winner."""
        return self._count_ratings(self._fixed_winner == NOBODY)

    def _count_ratings(self, chosen: BoolArray) -> int:
        """Ratings of the rater in some cells, whatever they weigh."""
        cells = self.cells
        ratings = np.add.reduceat((cells.side == 0).astype(np.int64), cells.starts)
        return int((ratings * cells.multiplicity[cells.cluster[cells.unit]])[chosen].sum())

    @cached_property
    def _fixed_winner(self) -> IntArray:
        """Winner of the unit of each cell while all raters weigh one, (cells,)."""
        winner: IntArray = self.winners(None)[self.cells.unit, 0]
        return winner

    @cached_property
    def _usable(self) -> BoolArray:
        winner, value = self._fixed_winner, self.cells.category
        used: BoolArray = winner != NOBODY
        for category in self.left_out:
            used &= (winner != category) & (value != category)
        return used

    def winners(self, raters: FloatArray | None) -> IntArray:
        """Winning category of side 1 in each unit, (units, resamples)."""
        votes = self.cells.count(raters, side=1)
        most = np.maximum.reduceat(votes, self.cells.unit_starts, axis=0)
        best = ((votes > most[self.cells.unit] - 1e-9) & (votes > 0)).astype(np.float64)
        single = self.cells.sum_units(best) == 1
        category = self.cells.sum_units(best * self.cells.category[:, None]).astype(np.int64)
        return np.where(single, category, np.where(most > 0, self.tied, NOBODY))

    @cached_property
    def entries(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Cluster type, place in the table, and weight of what is compared while all raters weigh one."""
        cells, usable = self.cells, self._usable
        met = cells.category * cells.categories + np.maximum(self._fixed_winner, 0)
        own = cells.count(None, side=0)[:, 0]
        return cells.cluster[cells.unit][usable], met[usable], own[usable]

    @cached_property
    def _fixed_counts(self) -> ClusterSums:
        types, columns = len(self.cells.multiplicity), self.cells.categories**2
        return ClusterSums(*self.entries, types=types, columns=columns)

    def _count_both(self, items: FloatArray, raters: FloatArray) -> FloatArray:
        cells = self.cells
        winner, of_units = self.winners(raters), items[cells.cluster]
        own = cells.count(raters, side=0)
        counts = np.zeros((cells.categories, cells.categories, items.shape[1]))
        for category in range(cells.categories):
            if category not in self.left_out:
                met = of_units * (winner == category)
                counts[:, category] = cells.sum_categories(own * met[cells.unit])
        counts[self.left_out] = 0
        return counts


class Contingency:
    """A figure of such counts: how often both sides have the same, or that corrected for chance."""

    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")
    is_centred = True  # voters drawn twice make a noisier plurality, so that draws stand beside the figure

    def __init__(self, counts: ContingencyCounts, *, credit: FloatArray, coefficient: Coefficient) -> None:
        """Take the counts, and the figure that is read off them.

        Parameters
        ----------
        credit : (categories, categories) how far two values agree, 1 on the diagonal
        """
        self.counts = counts
        self.credit = credit
        self.coefficient = coefficient
        corrected = coefficient != "agreement"
        self.bounds = self.edges = (-1.0, 1.0) if corrected else (0.0, 1.0)
        self.undefined: Undefined = "no_variation" if corrected else "no_pairable_units"

    @property
    def cells(self) -> Cells:
        return self.counts.cells

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        return self.counts.size

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        return read_coefficient(self.coefficient, self.counts.under(items, raters), self.credit)

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        clusters, met, own = self.counts.entries
        size = self.cells.categories
        credit = sum_by(clusters, own * self.credit[met // size, met % size], len(self.multiplicity))
        total = sum_by(clusters, own, len(self.multiplicity))
        return (
            ("too_few_disagreements", int(self.multiplicity[credit < total - 1e-9].sum())),
            ("too_few_agreements", int(self.multiplicity[credit > 1e-9].sum())),
        )


def infer_contingency(
    figure: Contingency,
    settings: Settings,
    *,
    excluded: dict[str, int],
    paired: int,
    rule: Rule | None = None,
) -> Estimate:
    """Count what a contingency leaves out, and infer its figure."""
    if not figure.cells.units:
        base = start_estimate(n=0, n_unit="verdicts", excluded=excluded, level="nominal", rule=rule)
        return infer(figure, settings, base)
    compared, lost = figure.counts.compared, figure.counts.without_winner
    excluded = {**excluded, "no_single_winner": lost, "tie": paired - compared - lost}
    base = start_estimate(n=compared, n_unit="verdicts", excluded=excluded, level="nominal", rule=rule)
    if not compared:
        return replace(infer(figure, replace(settings, inference=None), base), undefined="no_pairable_units")
    return infer(figure, settings, base)
