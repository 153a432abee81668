"""Two numbers a unit under the weights of many resamples: correlations and distances."""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import Cells, sum_by, sum_runs
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.shares import divide
from evalplatform.agreement.sums import ClusterSums

Association = Literal["pearson", "spearman", "kendall_tau_b", "mean_absolute_error"]
SAME = 1e-9  # means closer than this are tied


class PairedNumbers:
    """How near two columns are over units; clusters are drawn whole."""

    is_centred = False
    undefined: Undefined = "no_variation"
    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")

    def __init__(self, cells: Cells, one: FloatArray, other: FloatArray, statistic: Association) -> None:
        """Take both columns, (units,) in the order of the cells' units."""
        self.cells = cells
        self.one, self.other = one, other
        self.statistic = statistic
        self.bounds = self.edges = (0.0, np.inf) if statistic == "mean_absolute_error" else (-1.0, 1.0)

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        return max(len(self.one), len(self.multiplicity), 1) * (4 if self.statistic == "spearman" else 1)

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        return (("too_few_items", len(self.multiplicity)),)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """Give the figure for each resample, as `Statistic` says; there are no raters to draw."""
        match self.statistic:
            case "pearson":
                return correlate_sums(self._moments.under(items))
            case "mean_absolute_error":
                above, below = self._distances.under(items)
                return divide(above, below)
            case "spearman":
                weight = items[self.cells.cluster]
                ranks = [self._rank(column, weight) for column in (self.one, self.other)]
                return correlate(ranks[0], ranks[1], weight)
        both, of_one, of_other = ((items * (matrix @ items)).sum(axis=0) for matrix in self._signs)
        return divide(both, np.sqrt(of_one * of_other))

    @cached_property
    def _moments(self) -> ClusterSums:
        one, other = self.one - self.one.mean(), self.other - self.other.mean()
        return self._sum_columns([np.ones(len(one)), one, other, one**2, other**2, one * other])

    @cached_property
    def _distances(self) -> ClusterSums:
        return self._sum_columns([np.abs(self.one - self.other), np.ones(len(self.one))])

    def _sum_columns(self, columns: list[FloatArray]) -> ClusterSums:
        units = len(self.one)
        return ClusterSums(
            np.tile(self.cells.cluster, len(columns)),
            np.repeat(np.arange(len(columns)), units),
            np.concatenate(columns),
            types=len(self.multiplicity),
            columns=len(columns),
        )

    def _rank(self, column: FloatArray, weight: FloatArray) -> FloatArray:
        """Mid-rank of each unit among the units as often as they were drawn, (units, resamples)."""
        order = np.argsort(column, kind="stable")
        _, starts, place = np.unique(column[order], return_index=True, return_inverse=True)
        counts = sum_runs(weight[order], starts)
        ranks = np.empty(weight.shape)
        ranks[order] = (np.cumsum(counts, axis=0) - counts / 2)[place]
        return ranks

    @cached_property
    def _signs(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Sums over pairs of units of two clusters: concordance, untied in one, untied in the other."""
        types = len(self.multiplicity)
        sums = np.zeros((3, types * types))
        for unit, cluster in enumerate(self.cells.cluster):
            one, other = np.sign(self.one[unit] - self.one), np.sign(self.other[unit] - self.other)
            row = slice(cluster * types, (cluster + 1) * types)
            for part, value in enumerate((one * other, np.abs(one), np.abs(other))):
                sums[part, row] += sum_by(self.cells.cluster, value, types)
        both, of_one, of_other = sums.reshape(3, types, types)
        return both, of_one, of_other


class PairedMeans(PairedNumbers):
    """The same of the means of systems, which are fixed while clusters of units are drawn."""

    def __init__(
        self, cells: Cells, one: FloatArray, other: FloatArray, statistic: Association, system: IntArray
    ) -> None:
        super().__init__(cells, one, other, statistic)
        self.system = system
        self.systems = int(system.max(initial=-1)) + 1

    @property
    def size(self) -> int:
        return max(self.systems**2 * 4, len(self.multiplicity), 1)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        sums = self._sums.under(items).reshape(3, self.systems, items.shape[1])
        there = (sums[2] > 0).astype(np.float64)
        one, other = (np.nan_to_num(divide(part, sums[2])) for part in sums[:2])
        if self.statistic == "mean_absolute_error":
            return divide((np.abs(one - other) * there).sum(axis=0), there.sum(axis=0))
        if self.statistic == "pearson":
            return correlate(one, other, there)
        pairs = there[:, None] * there[None]
        signs = [_compare(column) * pairs for column in (one, other)]
        if self.statistic == "spearman":  # a mid-rank is the sum of the signs, but for a constant
            return correlate(signs[0].sum(axis=1), signs[1].sum(axis=1), there)
        untied = [np.abs(sign).sum(axis=(0, 1)) for sign in signs]
        return divide((signs[0] * signs[1]).sum(axis=(0, 1)), np.sqrt(untied[0] * untied[1]))

    @cached_property
    def _sums(self) -> ClusterSums:
        return ClusterSums(
            np.tile(self.cells.cluster, 3),
            np.concatenate([self.system + part * self.systems for part in range(3)]),
            np.concatenate([self.one, self.other, np.ones(len(self.one))]),
            types=len(self.multiplicity),
            columns=3 * self.systems,
        )


def correlate(one: FloatArray, other: FloatArray, weight: FloatArray) -> FloatArray:
    """Pearson's r of the rows of two arrays under weights, (resamples,); NaN where a side is constant."""
    total = weight.sum(axis=0)
    scale = np.maximum(total, 1e-12)
    one, other = (part - _total(part, weight) / scale for part in (one, other))
    of_one, of_other = one * weight, other * weight
    return correlate_sums(
        np.stack(
            [
                total,
                of_one.sum(axis=0),
                of_other.sum(axis=0),
                _total(of_one, one),
                _total(of_other, other),
                _total(of_one, other),
            ]
        )
    )


def _total(one: FloatArray, other: FloatArray) -> FloatArray:
    """Sum of products over the rows, (resamples,)."""
    total: FloatArray = np.einsum("ur,ur->r", one, other)
    return total


def correlate_sums(sums: FloatArray) -> FloatArray:
    """Pearson's r from the sums of 1, x, y, x^2, y^2 and xy, (6, resamples)."""
    n, one, other, one_2, other_2, both = sums
    n = np.maximum(n, 1e-12)
    spread = (one_2 - one**2 / n) * (other_2 - other**2 / n)
    flat = spread <= 1e-12 * np.maximum(one_2 * other_2, 1e-300)
    r = divide(both - one * other / n, np.sqrt(np.where(flat, 0.0, spread)))
    return np.clip(r, -1.0, 1.0)


def _compare(column: FloatArray) -> FloatArray:
    difference = column[:, None] - column[None]
    return np.where(np.abs(difference) < SAME, 0.0, np.sign(difference))
