"""Ranks under the weights of many resamples: Kendall's W of raters, Spearman's rho and Kendall's tau of two."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import Cells
from evalplatform.agreement.reliability.coefficients import Association
from evalplatform.agreement.reliability.grids import Grid
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.shares import divide
from evalplatform.agreement.sums import ClusterSums


class Ranks:
    """The order in which one column puts the units, ties and all."""

    def __init__(self, values: FloatArray, cluster: IntArray, types: int) -> None:
        """Take `values`, (units,), and the cluster type of each unit."""
        distinct, self.place = np.unique(values, return_inverse=True)
        self.cluster = cluster
        self.size = len(distinct)
        self._counts = ClusterSums(
            cluster, self.place, np.ones(len(values)), types=types, columns=max(self.size, 1)
        )

    def count(self, items: FloatArray) -> FloatArray:
        """Units with each distinct value, (values, resamples)."""
        return self._counts.under(items)

    def of_values(self, items: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mid-rank of each distinct value from the mean rank, and its sum of squares over units."""
        counts = self.count(items)
        ranks: FloatArray = np.cumsum(counts, axis=0) - counts / 2 - counts.sum(axis=0) / 2
        return ranks, (counts * np.square(ranks)).sum(axis=0)


class Concordance:
    """Kendall's W: variance of the units' summed ranks over what it would be if all raters agreed."""

    bounds = edges = (0.0, 1.0)
    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")
    is_centred = False

    def __init__(self, grid: Grid) -> None:
        self.cells = grid.cells
        types = len(self.multiplicity)
        self.codes = np.unique(self.cells.rater)
        self.columns = [Ranks(column, self.cells.cluster, types) for column in grid.numbers.T]

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        return max(self.cells.units, *(column.size for column in self.columns), 1)

    @property
    def undefined(self) -> Undefined:
        return name_missing(self.cells)

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        """Nothing but disagreement and agreement, which the draws themselves show."""
        return ()

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        weights = np.ones((len(self.codes), items.shape[1])) if raters is None else raters[self.codes]
        of_units = items[self.cells.cluster]
        summed = np.zeros_like(of_units)
        squares = np.zeros_like(weights)
        for code, column in enumerate(self.columns):
            ranks, squares[code] = column.of_values(items)
            summed += weights[code] * ranks[column.place]
        size = len(self.codes)
        own = np.square(weights)
        between = (of_units * np.square(summed)).sum(axis=0) - (own * squares).sum(axis=0)
        pairs = np.square(weights.sum(axis=0)) - own.sum(axis=0)
        mean = divide((weights * squares).sum(axis=0), weights.sum(axis=0))
        return 1 / size + (size - 1) / size * divide(between, pairs * mean)


class RankAssociation:
    """Spearman's rho or Kendall's tau-b of two columns."""

    bounds = edges = (-1.0, 1.0)
    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")
    is_centred = False

    def __init__(self, grid: Grid, association: Association) -> None:
        self.cells = grid.cells
        self.association = association
        types = len(self.multiplicity)
        first, second = grid.numbers.T if grid.numbers.size else np.zeros((2, 0))
        self.first, self.second = (Ranks(column, self.cells.cluster, types) for column in (first, second))

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def undefined(self) -> Undefined:
        return name_missing(self.cells)

    @property
    def size(self) -> int:
        return max(self.cells.units, self.first.size, self.second.size, 1)

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        """Nothing but disagreement and agreement, which the draws themselves show."""
        return ()

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        return self._rho(items) if self.association == "spearman_rho" else self._tau(items)

    def _rho(self, items: FloatArray) -> FloatArray:
        one, square_one = self.first.of_values(items)
        other, square_other = self.second.of_values(items)
        product = (items[self.cells.cluster] * one[self.first.place] * other[self.second.place]).sum(axis=0)
        return divide(product, np.sqrt(square_one * square_other))

    def _tau(self, items: FloatArray) -> FloatArray:
        total = np.square(items[self.cells.cluster].sum(axis=0))
        untied = [
            (total - np.square(column.count(items)).sum(axis=0)) / 2 for column in (self.first, self.second)
        ]
        return divide(self._pairs.under(items[self.cells.cluster]), np.sqrt(untied[0] * untied[1]))

    @cached_property
    def _pairs(self) -> "ConcordantPairs":
        return ConcordantPairs(self.first.place, self.second.place)


def name_missing(cells: Cells) -> Undefined:
    """Why units have no order: there is but one, or they are all alike."""
    return "too_few_items" if cells.units < 2 and cells.multiplicity.sum() < 2 else "no_variation"


class ConcordantPairs:
    """Concordant less discordant pairs, bit by bit of the second column's order.

    Two units stand in the second column's order as the highest bit says in which their places there differ.
    For each bit the units that share the higher ones form a group, and within it running sums in the first
    column's order tell how much weight lies before and behind: n log q steps, for all resamples at once.
    """

    def __init__(self, first: IntArray, second: IntArray) -> None:
        self.levels = []
        for bit in range(int(second.max(initial=0)).bit_length()):
            group = second >> (bit + 1)
            order = np.lexsort((first, group))
            upper = (second[order] >> bit) & 1
            self.levels.append((order, upper.astype(np.bool_), *_find_runs(group[order], first[order])))

    def under(self, weights: FloatArray) -> FloatArray:
        """Weight of the concordant less that of the discordant pairs, (resamples,), of (units, resamples)."""
        total = np.zeros(weights.shape[1])
        for order, upper, group_start, group_end, run_start, run_end in self.levels:
            held = weights[order]
            below = np.zeros((len(held) + 1, held.shape[1]))
            np.cumsum(np.where(upper[:, None], 0.0, held), axis=0, out=below[1:])
            before = below[run_start[upper]] - below[group_start[upper]]
            behind = below[group_end[upper]] - below[run_end[upper]]
            total += (held[upper] * (before - behind)).sum(axis=0)
        return total


def _find_runs(group: IntArray, first: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Start and end of each unit's group, and of the run in it that ties with the unit in the first column."""
    size = len(group)
    new_group = np.diff(group, prepend=-1) != 0
    new_run = new_group | (np.diff(first, prepend=-1) != 0)
    found = []
    for new in (new_group, new_run):
        starts = np.flatnonzero(new)
        place = np.cumsum(new) - 1
        found += [starts[place], np.append(starts[1:], size)[place]]
    return found[0], found[1], found[2], found[3]
