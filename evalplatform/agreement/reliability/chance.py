"""Agreement of many raters corrected for chance, as a function of weights."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import Cells, multiply, pair_cells, sum_matrix
from evalplatform.agreement.reliability.coefficients import (
    correct,
    expect_gwet,
    expect_shared,
    expect_uniform,
)
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.shares import divide
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.sums import ClusterSums
from evalplatform.agreement.tally import Tally, tally_units

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Chance = Literal["nothing", "shared", "own", "uniform", "gwet"]

FIXED = ("nothing", "uniform")  # what chance gives does not depend on the ratings
MET, PAIRED, RATED = 0, 1, 2  # columns before those of the categories
SUMS = 3


class CreditSums:
    """Sums over units that all of these figures are formulas of, with near values given some credit.

    They are the agreement of the units with a pair, how many these are, how many have a rating, and the units'
    shares of each category: rows `MET`, `PAIRED`, `RATED`, and the categories from `SUMS` on.
    """

    def __init__(self, cells: Cells, credit: FloatArray) -> None:
        self.cells = cells
        self.credit = credit
        self.one, self.other, self.pair_credit = self._find_credited_pairs()

    @property
    def size(self) -> int:
        """Numbers that one resample needs at once."""
        if not self.cells.crossed:
            return self._fixed_sums.size
        return max(len(self.cells.rater), len(self.one), self.cells.categories + SUMS)

    @shared
    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """The sums under weights as of a `Statistic`, (sums, resamples)."""
        return self._fixed_sums.under(items) if raters is None else self._sum_both(items, raters)

    def _find_credited_pairs(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Places and credit of the pairs of cells of one unit that agree in part."""
        one, other = pair_cells(self.cells)
        credit = self.credit[self.cells.category[one], self.cells.category[other]]
        held = credit > 0
        return one[held], other[held], credit[held]

    def _tally(self, raters: FloatArray | None) -> tuple[Tally, FloatArray]:
        """The tally of the units, and the share of each unit's pairs that agree, (units, resamples)."""
        held = tally_units(self.cells, np.diag(self.credit) > 0, raters)
        if not len(self.one):
            return held, held.share
        near = multiply(self._of_pairs, held.count[self.one] * held.count[self.other])
        return held, held.share + near / np.where(held.paired > 0, held.pairs, np.inf)

    @cached_property
    def _of_pairs(self) -> "csr_array":
        """Credit of both orders of the pairs that agree in part, by unit, (units, pairs)."""
        starts = np.searchsorted(self.cells.unit[self.one], np.arange(self.cells.units))
        size = len(self.one)
        return sum_matrix(starts, 2 * self.pair_credit, np.arange(size), size)

    @cached_property
    def _fixed_units(self) -> tuple[FloatArray, FloatArray]:
        """Agreement, having a pair and having a rating, (3, units), and ratings of each unit, (units,)."""
        held, share = self._tally(None)
        return np.stack([share, held.paired, held.total > 0])[:, :, 0], held.total[:, 0]

    @cached_property
    def of_types(self) -> FloatArray:
        """The first three sums of each cluster type, (3, types)."""
        return np.stack([self.cells.sum_clusters(part[:, None]) for part in self._fixed_units[0]])

    @cached_property
    def _fixed_sums(self) -> ClusterSums:
        """All sums of each cluster type while all raters weigh one."""
        cells, (units, total) = self.cells, self._fixed_units
        shares = cells.count(None)[:, 0] / total[cells.unit]
        clusters = np.concatenate([np.tile(cells.cluster, SUMS), cells.cluster[cells.unit]])
        columns = np.concatenate([np.repeat(np.arange(SUMS), cells.units), cells.category + SUMS])
        values = np.concatenate([units.ravel(), shares])
        types = len(cells.multiplicity)
        return ClusterSums(clusters, columns, values, types=types, columns=SUMS + cells.categories)

    def _sum_both(self, items: FloatArray, raters: FloatArray) -> FloatArray:
        cells, (held, share) = self.cells, self._tally(raters)
        of_units = items[cells.cluster]
        parts = (share, held.paired, (held.total > 0).astype(np.float64))
        scale = of_units / np.where(held.total > 0, held.total, np.inf)
        shares = cells.sum_categories(held.count * scale[cells.unit])
        return np.concatenate([[np.einsum("ur,ur->r", part, of_units) for part in parts], shares])


@shared
def sum_credit(cells: Cells, credit: FloatArray) -> CreditSums:
    """The sums of some ratings, the same for every model of chance."""
    return CreditSums(cells, credit)


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
        self.sums = sum_credit(cells, credit)

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        if not self.cells.crossed:
            return max(self.sums.size, self._of_raters.size if self.chance == "own" else 0)
        of_raters = self.cells.raters * self.cells.categories if self.chance == "own" else 0
        return max(self.sums.size, of_raters)

    @property
    def bounds(self) -> tuple[float, float]:
        """What the coefficient can be at all.

        A fixed expectation bounds it from below, and so does Gwet's without credit for near values: it is one half at
        most.
        """
        if self.chance == "gwet" and not np.triu(self.credit, 1).any():
            return -1.0, 1.0
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
        if not self.sums.of_types[PAIRED].any():
            return "no_pairable_units"
        alone = self.chance == "own" and len(np.unique(self.cells.rater)) < 2
        return "too_few_raters" if alone else "no_variation"

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        met, paired, _ = self.sums.of_types
        return (
            ("too_few_disagreements", int(self.multiplicity[paired - met > 1e-9].sum())),
            ("too_few_agreements", int(self.multiplicity[met > 1e-9].sum())),
        )

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        sums = self.sums.under(items, raters)
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
        shares = counts / np.where(totals > 0, totals, np.inf)[:, None]
        weights = (totals > 0) * (1.0 if raters is None else raters)
        own = np.einsum("gkb,gkb->gb", shares, np.einsum("kl,glb->gkb", self.credit, shares))
        pooled = np.einsum("gkb,gb->kb", shares, weights)
        square = np.square(weights)
        pairs = np.square(weights.sum(axis=0)) - square.sum(axis=0)
        return divide(expect_shared(pooled, self.credit) - (square * own).sum(axis=0), pairs)

    @cached_property
    def _of_raters(self) -> ClusterSums:
        """Ratings of each rater in each category in each cluster type."""
        cells = self.cells
        column = cells.rater * cells.categories + cells.category[cells.cell_of_ratings]
        cluster = cells.cluster[cells.unit_of_ratings]
        columns = cells.raters * cells.categories
        return ClusterSums(cluster, column, cells.weight, types=len(self.multiplicity), columns=columns)
