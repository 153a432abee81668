"""Ratings of one rater cross-tabulated with the plurality of others, and the two figures read off it."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import Cells
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.shares import divide

NOBODY = -1


class Contingency:
    """Counts of (value of the rater on side 0, winning value of side 1), and a figure of them.

    The winners are worked out anew when raters are resampled. With a single other rater the winner is that
    rater's value.
    """

    undefined: Undefined = "no_variation"

    def __init__(
        self,
        cells: Cells,
        *,
        credit: FloatArray,
        chance: bool,
        left_out: Sequence[int] = (),
        tied: int = NOBODY,
    ) -> None:
        """Take what to count and how.

        Parameters
        ----------
        credit : (categories, categories) how far two values agree, 1 on the diagonal
        chance : correct for chance (Cohen's kappa) or give the mean credit
        left_out : categories that leave a comparison out when either side has them
        tied : category that stands for the lack of a single winner; `NOBODY` leaves the unit out
        """
        self.cells = cells
        self.credit = credit
        self.chance = chance
        self.left_out = list(left_out)
        self.tied = tied
        self.bounds = (-1.0, 1.0) if chance else (0.0, 1.0)

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        return max(len(self.cells.rater), self.cells.categories**2)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        if raters is None:
            counts = (self.fixed_counts.T @ items).reshape(*self.credit.shape, -1)
        else:
            counts = self._count_both(items, raters)
        return self.figure(counts)

    def figure(self, counts: FloatArray) -> FloatArray:
        """Mean credit, or kappa, of (categories, categories, resamples) counts."""
        total = counts.sum(axis=(0, 1))
        observed = divide(np.einsum("ijb,ij->b", counts, self.credit), total)
        if not self.chance:
            return observed
        rows, columns = counts.sum(axis=1), counts.sum(axis=0)
        expected = divide(np.einsum("ib,ij,jb->b", rows, self.credit, columns), np.square(total))
        return divide(observed - expected, 1 - expected)

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        credit = self.fixed_counts @ self.credit.ravel()
        apart = credit < self.fixed_counts.sum(axis=1) - 1e-9
        together = credit > 1e-9
        return (
            ("too_few_disagreements", int(self.multiplicity[apart].sum())),
            ("too_few_agreements", int(self.multiplicity[together].sum())),
        )

    @property
    def compared(self) -> int:
        """How many ratings of the rater have something to be compared with."""
        return self._count_ratings(self._usable)

    @property
    def without_winner(self) -> int:
        """Ratings left out because the others have no single winner."""
        return self._count_ratings(self._fixed_winner == NOBODY)

    def _count_ratings(self, chosen: BoolArray) -> int:
        """Ratings of the rater in some cells, whatever they weigh."""
        cells = self.cells
        ratings = np.add.reduceat((cells.side == 0).astype(np.int64), cells.starts)
        return int((ratings * self.multiplicity[cells.cluster[cells.unit]])[chosen].sum())

    @cached_property
    def _fixed_winner(self) -> IntArray:
        """Winner of the unit of each cell while all raters weigh one, (cells,)."""
        winner: IntArray = self.winners(None)[self.cells.unit, 0]
        return winner

    @property
    def _usable(self) -> BoolArray:
        winner, value = self._fixed_winner, self.cells.category
        left_out = np.isin(winner, [NOBODY, *self.left_out]) | np.isin(value, self.left_out)
        return np.logical_not(left_out)

    def winners(self, raters: FloatArray | None) -> IntArray:
        """Winning category of side 1 in each unit, (units, resamples)."""
        votes = self.cells.count(raters, side=1)
        most = np.maximum.reduceat(votes, self.cells.unit_starts, axis=0)
        best = ((votes > most[self.cells.unit] - 1e-9) & (votes > 0)).astype(np.float64)
        single = self.cells.sum_units(best) == 1
        category = self.cells.sum_units(best * self.cells.category[:, None]).astype(np.int64)
        return np.where(single, category, np.where(most > 0, self.tied, NOBODY))

    @cached_property
    def fixed_counts(self) -> FloatArray:
        """Counts of each cluster type while all raters weigh one, (types, categories squared)."""
        cells, size = self.cells, self.cells.categories
        own = np.where(self._usable, cells.count(None, side=0)[:, 0], 0)
        place = cells.category * size + np.maximum(self._fixed_winner, 0)
        counts = np.zeros((len(self.multiplicity), size * size))
        np.add.at(counts, (cells.cluster[cells.unit], place), own)
        return counts

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
