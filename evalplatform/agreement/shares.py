"""Figures that are one sum over another: agreement within and between raters, rates of a value."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import Cells, sum_by
from evalplatform.agreement.limits import has_few_items
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.tally import tally_units

Parts = tuple[FloatArray, FloatArray]
DENSE = 2**22  # numbers in a matrix of clusters by raters up to which it pays


class Share(ABC):
    """Sum of `parts[0]` over sum of `parts[1]`, both summed over units."""

    bounds = (0.0, 1.0)
    edges = (0.0, 1.0)
    undefined: Undefined = "no_pairable_units"
    is_centred = False

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    @abstractmethod
    def parts(self, raters: FloatArray | None) -> Parts:
        """Give both summands of each unit, (units, resamples)."""

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        if self.is_linear or not self.cells.crossed:
            return 2 * len(self.multiplicity)
        return len(self.cells.rater)

    @property
    def is_linear(self) -> bool:
        """Whether both sums are linear in the weights of the raters, as pairs of two persons are not."""
        return False

    @cached_property
    def fixed(self) -> Parts:
        """Both sums of each cluster type while all raters weigh one, (types,)."""
        above, below = self.parts(None)
        return self.cells.sum_clusters(above), self.cells.sum_clusters(below)

    @cached_property
    def of_raters(self) -> FloatArray | None:
        """What each rater adds to both sums of each cluster while it weighs one, (2, clusters, raters).

        None where the sums are not linear, or the matrix would be larger than going through the ratings is worth.
        """
        size = len(self.multiplicity) * self.cells.raters
        if not self.is_linear or size > DENSE:
            return None
        cells, added = self.cells, self.add_up()
        place = cells.cluster[cells.unit_of_ratings] * cells.raters + cells.rater
        sums = np.concatenate([sum_by(place, part, size) for part in added])
        return sums.reshape(2, len(self.multiplicity), cells.raters)

    def add_up(self) -> Parts:
        """What each rating adds to both sums, (n,), where they are linear."""
        raise NotImplementedError

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        if raters is None:
            return divide(self.fixed[0] @ items, self.fixed[1] @ items)
        if self.of_raters is not None:
            return divide(*np.einsum("pcr,cr->pr", self.of_raters @ raters, items))
        of_units = items[self.cells.cluster]
        return divide(*(np.einsum("ur,ur->r", part, of_units) for part in self.parts(raters)))

    @property
    def scarce(self) -> tuple[Undefined, Undefined]:
        return "too_few_disagreements", "too_few_agreements"

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        above, below = self.fixed
        short = int(self.multiplicity[below - above > 1e-9].sum())
        reached = int(self.multiplicity[above > 1e-9].sum())
        return (self.scarce[0], short), (self.scarce[1], reached)


class WithinShare(Share):
    """Share of equal pairs among the pairs of ratings of the same unit."""

    def __init__(self, cells: Cells, *, matchable: BoolArray, mean: Literal["micro", "macro"]) -> None:
        super().__init__(cells)
        self.matchable = matchable
        self.mean = mean

    def parts(self, raters: FloatArray | None) -> Parts:
        held = tally_units(self.cells, self.matchable, raters)
        return (held.equal, held.pairs) if self.mean == "micro" else (held.share, held.paired)


class BetweenShare(Share):
    """Share of equal pairs among the pairs of one rating of each side on the same unit."""

    def __init__(self, cells: Cells, *, matchable: BoolArray) -> None:
        super().__init__(cells)
        self.matchable = matchable

    def parts(self, raters: FloatArray | None) -> Parts:
        cells = self.cells
        one, other = cells.count(raters, side=0), cells.count(raters, side=1)
        equal = cells.sum_units(one * other * self.matchable[cells.category][:, None])
        return equal, cells.sum_units(one) * cells.sum_units(other)

    @property
    def is_linear(self) -> bool:
        """Where one side holds no person, so that its counts are the same in every resample."""
        return self._fixed_side is not None

    @cached_property
    def _fixed_side(self) -> int | None:
        cells = self.cells
        is_person = np.zeros(cells.raters, dtype=np.bool_)
        is_person[cells.persons] = True
        of_persons = np.bincount(cells.side[is_person[cells.rater]], minlength=2)
        return next((side for side in (0, 1) if not of_persons[side]), None)

    def add_up(self) -> Parts:
        cells, fixed = self.cells, self._fixed_side
        weight = np.where(cells.side == fixed, 0.0, cells.weight)
        of_cells = cells.count(None, side=fixed)
        equal = of_cells[:, 0] * self.matchable[cells.category]
        of_units = cells.sum_units(of_cells)[:, 0]
        return weight * equal[cells.cell_of_ratings], weight * of_units[cells.unit_of_ratings]


class ValueShare(Share):
    """Mean over ratings of a number that belongs to their value and side."""

    def __init__(self, cells: Cells, *, points: FloatArray, bounds: tuple[float, float] = (0.0, 1.0)) -> None:
        """Take `points`, (sides, categories) in [0, 1], and the bounds at which limits are cut."""
        super().__init__(cells)
        self.points = points
        self.bounds = bounds

    @property
    def scarce(self) -> tuple[Undefined, Undefined]:
        reason: Undefined = "too_few_items" if has_few_items(self) else "no_variation"
        return reason, reason

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        cells = self.cells
        given = self.points[cells.side, cells.category[cells.cell_of_ratings]]
        if np.ptp(given) == 0:
            return (("no_variation", 0),)
        return super().scarcities()

    def parts(self, raters: FloatArray | None) -> Parts:
        cells = self.cells
        sides = [cells.count(raters, side=side) for side in range(len(self.points))]
        gained = [
            count * points[cells.category][:, None] for count, points in zip(sides, self.points, strict=True)
        ]
        return cells.sum_units(np.sum(gained, axis=0)), cells.sum_units(np.sum(sides, axis=0))

    @property
    def is_linear(self) -> bool:
        return True

    def add_up(self) -> Parts:
        cells = self.cells
        return cells.weight * self.points[cells.side, cells.category[cells.cell_of_ratings]], cells.weight


def divide(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide, NaN where there is nothing to divide by."""
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=below > 1e-12)
    return out
