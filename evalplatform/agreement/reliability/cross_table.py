"""All pairs of a rating of one side and a rating of the other, cross-tabulated."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import Cells, pair_cells, sum_by, sum_runs
from evalplatform.agreement.reliability.coefficients import Coefficient, read_coefficient
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.sums import ClusterSums


class CrossTable:
    """A coefficient of the pairs of a rating of side 0 and one of side 1 on the same unit."""

    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")
    is_centred = False

    def __init__(self, cells: Cells, *, credit: FloatArray, coefficient: Coefficient) -> None:
        self.cells = cells
        self.credit = credit
        self.coefficient = coefficient
        corrected = coefficient != "agreement"
        self.bounds = self.edges = (-1.0, 1.0) if corrected else (0.0, 1.0)
        self.undefined: Undefined = "no_variation" if corrected else "no_pairable_units"
        self.one, self.other, self.column = self._find_pairs()

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        if not self.cells.crossed:
            return self._fixed.size
        return max(len(self.cells.rater), len(self.one), self.cells.categories**2)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        sums = self._fixed.under(items) if raters is None else self._sum_both(items, raters)
        return read_coefficient(self.coefficient, sums.reshape(*self.credit.shape, -1), self.credit)

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        size, types = self.cells.categories, len(self.multiplicity)
        total = sum_by(self._clusters, self._weights, types)
        met = sum_by(
            self._clusters, self._weights * self.credit[self.column // size, self.column % size], types
        )
        return (
            ("too_few_disagreements", int(self.multiplicity[met < total - 1e-9].sum())),
            ("too_few_agreements", int(self.multiplicity[met > 1e-9].sum())),
        )

    def _find_pairs(self) -> tuple[IntArray, IntArray, IntArray]:
        """Cells of side 0 and of side 1 in the same unit, and where they meet, in the order of that."""
        cells = self.cells
        earlier, later = pair_cells(cells)
        same = np.arange(len(cells.unit))
        one, other = np.concatenate([earlier, later, same]), np.concatenate([later, earlier, same])
        held = (cells.count(None, side=0)[one, 0] > 0) & (cells.count(None, side=1)[other, 0] > 0)
        one, other = one[held], other[held]
        column = cells.category[one] * cells.categories + cells.category[other]
        order = np.argsort(column, kind="stable")
        return one[order], other[order], column[order]

    @property
    def _clusters(self) -> IntArray:
        return self.cells.cluster[self.cells.unit[self.one]]

    @cached_property
    def _weights(self) -> FloatArray:
        """Weight of each pair of cells while all raters weigh one, (pairs,)."""
        one, other = self.cells.count(None, side=0), self.cells.count(None, side=1)
        weights: FloatArray = one[self.one, 0] * other[self.other, 0]
        return weights

    @cached_property
    def _fixed(self) -> ClusterSums:
        types, columns = len(self.multiplicity), self.cells.categories**2
        return ClusterSums(self._clusters, self.column, self._weights, types=types, columns=columns)

    def _sum_both(self, items: FloatArray, raters: FloatArray) -> FloatArray:
        one, other = self.cells.count(raters, side=0), self.cells.count(raters, side=1)
        weights = one[self.one] * other[self.other] * items[self._clusters]
        used, starts = np.unique(self.column, return_index=True)
        sums = np.zeros((self.cells.categories**2, items.shape[1]))
        sums[used] = sum_runs(weights, starts)
        return sums
