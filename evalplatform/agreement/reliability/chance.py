"""Agreement of many raters corrected for chance, as a function of weights."""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import Cells, pair_cells
from evalplatform.agreement.reliability.coefficients import (
    correct,
    expect_gwet,
    expect_shared,
    expect_uniform,
)
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.shares import divide
from evalplatform.agreement.sums import ClusterSums

Chance = Literal["nothing", "shared", "own", "uniform", "gwet"]

FIXED = ("nothing", "uniform")  # what chance gives does not depend on the ratings
MET, PAIRED, RATED = 0, 1, 2  # columns before those of the categories
SUMS = 3


class ChanceCorrected:
    """Mean agreement of the units with a pair, corrected by what `chance` expects.

    `chance` is the model of random ratings: none, so that nothing is taken off (``nothing``), or drawn from the
    shares of the categories over all units (``shared``), from each rater's own (``own``), all categories alike
    (``uniform``), or Gwet's.
    """

    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")
    is_centred = False

    def __init__(self, cells: Cells, *, credit: FloatArray, chance: Chance) -> None:
        self.cells = cells
        self.credit = credit
        self.chance = chance
        self.one, self.other, self.pair_credit = self._find_credited_pairs()

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        of_raters = self.cells.raters * self.cells.categories if self.chance == "own" else 0
        return max(len(self.cells.rater), len(self.one), self.cells.categories + SUMS, of_raters)

    @property
    def bounds(self) -> tuple[float, float]:
        """What the coefficient can be at all: only a fixed expectation bounds it from below."""
        return self.edges if self.chance in FIXED else (-np.inf, 1.0)

    @property
    def edges(self) -> tuple[float, float]:
        """With a fixed expectation, units without any agreement give the same figure in every draw."""
        if self.chance not in FIXED:
            return -1.0, 1.0
        expected = self._fixed_expectation
        return (-np.inf if expected == 1 else -expected / (1 - expected)), 1.0

    @property
    def _fixed_expectation(self) -> float:
        return expect_uniform(self.credit) if self.chance == "uniform" else 0.0

    @property
    def undefined(self) -> Undefined:
        if not self._of_types[PAIRED].any():
            return "no_pairable_units"
        alone = self.chance == "own" and len(np.unique(self.cells.rater)) < 2
        return "too_few_raters" if alone else "no_variation"

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        met, paired = self._of_types[MET], self._of_types[PAIRED]
        return (
            ("too_few_disagreements", int(self.multiplicity[paired - met > 1e-9].sum())),
            ("too_few_agreements", int(self.multiplicity[met > 1e-9].sum())),
        )

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        sums = self._fixed_sums.under(items) if raters is None else self._sum_both(items, raters)
        observed = divide(sums[MET], sums[PAIRED])
        return correct(observed, self._expect(sums, items, raters))

    def _expect(self, sums: FloatArray, items: FloatArray, raters: FloatArray | None) -> FloatArray:
        if self.chance in FIXED:
            return np.full(items.shape[1], self._fixed_expectation)
        if self.chance == "own":
            return self._expect_own(items, raters)
        shares = divide(sums[SUMS:], np.broadcast_to(sums[RATED], sums[SUMS:].shape))
        return (expect_shared if self.chance == "shared" else expect_gwet)(shares, self.credit)

    def _expect_own(self, items: FloatArray, raters: FloatArray | None) -> FloatArray:
        """Mean credit over the pairs of different raters of a random rating of each."""
        size = self.cells.categories
        counts = self._of_raters.under(items).reshape(-1, size, items.shape[1])
        totals = counts.sum(axis=1)
        shares = np.divide(counts, totals[:, None], out=np.zeros_like(counts), where=totals[:, None] > 0)
        weights = (totals > 0) * (1.0 if raters is None else raters)
        own = (shares * np.einsum("kl,glb->gkb", self.credit, shares)).sum(axis=1)
        pooled = (shares * weights[:, None]).sum(axis=0)
        square = np.square(weights)
        pairs = np.square(weights.sum(axis=0)) - square.sum(axis=0)
        return divide(expect_shared(pooled, self.credit) - (square * own).sum(axis=0), pairs)

    def _find_credited_pairs(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Places and credit of the pairs of cells of one unit that agree in part."""
        one, other = pair_cells(self.cells)
        credit = self.credit[self.cells.category[one], self.cells.category[other]]
        held = credit > 0
        return one[held], other[held], credit[held]

    def _describe_units(self, count: FloatArray, square: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Agreement, having a pair and having a rating, (3, units, resamples), and ratings of each unit."""
        cells = self.cells
        total = cells.sum_units(count)
        pairs = total**2 - cells.sum_units(square)
        met = cells.sum_units((count**2 - square) * np.diag(self.credit)[cells.category][:, None])
        shared = 2 * count[self.one] * count[self.other] * self.pair_credit[:, None]
        np.add.at(met, cells.unit[self.one], shared)
        paired = pairs > 1e-9
        share = np.divide(met, pairs, out=np.zeros_like(pairs), where=paired)
        return np.stack([share, paired.astype(np.float64), (total > 0).astype(np.float64)]), total

    @cached_property
    def _fixed_units(self) -> tuple[FloatArray, FloatArray]:
        return self._describe_units(self.cells.count(None), self.cells.count(None, power=2))

    @cached_property
    def _of_types(self) -> FloatArray:
        """The three sums of each cluster type, (3, types)."""
        return np.stack([self.cells.sum_clusters(part) for part in self._fixed_units[0]])

    @cached_property
    def _fixed_sums(self) -> ClusterSums:
        """All sums of each cluster type while all raters weigh one."""
        cells, (units, total) = self.cells, self._fixed_units
        shares = cells.count(None)[:, 0] / total[cells.unit, 0]
        clusters = np.concatenate([np.tile(cells.cluster, SUMS), cells.cluster[cells.unit]])
        columns = np.concatenate([np.repeat(np.arange(SUMS), cells.units), cells.category + SUMS])
        values = np.concatenate([units[:, :, 0].ravel(), shares])
        types = len(self.multiplicity)
        return ClusterSums(clusters, columns, values, types=types, columns=SUMS + cells.categories)

    @cached_property
    def _of_raters(self) -> ClusterSums:
        """Ratings of each rater in each category in each cluster type."""
        cells = self.cells
        column = cells.rater * cells.categories + cells.category[cells.cell_of_ratings]
        cluster = cells.cluster[cells.unit_of_ratings]
        columns = cells.raters * cells.categories
        return ClusterSums(cluster, column, cells.weight, types=len(self.multiplicity), columns=columns)

    def _sum_both(self, items: FloatArray, raters: FloatArray) -> FloatArray:
        cells = self.cells
        count = cells.count(raters)
        units, total = self._describe_units(count, cells.count(raters, power=2))
        of_units = items[cells.cluster]
        scale = np.divide(of_units, total, out=np.zeros_like(total), where=total > 0)
        shares = cells.sum_categories(count * scale[cells.unit])
        return np.concatenate([(units * of_units).sum(axis=1), shares])
