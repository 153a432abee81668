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
        return len(self.cells.rater)

    @cached_property
    def fixed(self) -> Parts:
        """Both sums of each cluster type while all raters weigh one, (types,)."""
        above, below = self.parts(None)
        return self.cells.sum_clusters(above), self.cells.sum_clusters(below)

    @cached_property
    def of_raters(self) -> Parts | None:
        """What each rater adds to both sums of each cluster while it weighs one, (clusters, raters).

        None where the sums are not linear in the weights of the raters, as pairs of two persons are not, or
        where the matrix would be larger than going through the ratings is worth.
        """
        size = len(self.multiplicity) * self.cells.raters
        added = self.add_up() if size <= DENSE else None
        if added is None:
            return None
        cells = self.cells
        place = cells.cluster[cells.unit_of_ratings] * cells.raters + cells.rater
        shape = (len(self.multiplicity), cells.raters)
        above, below = (sum_by(place, part, size).reshape(shape) for part in added)
        return above, below

    def add_up(self) -> Parts | None:
        """What each rating adds to both sums, (n,); None where they are not linear in the raters' weights."""
        return None

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        if raters is None:
            return divide(self.fixed[0] @ items, self.fixed[1] @ items)
        if self.of_raters is not None:
            above, below = ((part @ raters * items).sum(axis=0) for part in self.of_raters)
            return divide(above, below)
        of_units = items[self.cells.cluster]
        above, below = self.parts(raters)
        return divide((above * of_units).sum(axis=0), (below * of_units).sum(axis=0))

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
        cells = self.cells
        count, square = cells.count(raters), cells.count(raters, power=2)
        equal = cells.sum_units((count**2 - square) * self.matchable[cells.category][:, None])
        pairs = cells.sum_units(count) ** 2 - cells.sum_units(square)
        if self.mean == "micro":
            return equal / 2, pairs / 2
        paired = pairs > 1e-9
        return np.divide(equal, pairs, out=np.zeros_like(pairs), where=paired), paired.astype(np.float64)


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

    def add_up(self) -> Parts | None:
        """Linear where one side holds no person: its counts are the same in every resample."""
        cells = self.cells
        is_person = np.isin(cells.rater, cells.persons)
        for fixed in (0, 1):
            if not is_person[cells.side == fixed].any():
                weight = np.where(cells.side == fixed, 0.0, cells.weight)
                of_cells = cells.count(None, side=fixed)
                equal = of_cells[:, 0] * self.matchable[cells.category]
                of_units = cells.sum_units(of_cells)[:, 0]
                return weight * equal[cells.cell_of_ratings], weight * of_units[cells.unit_of_ratings]
        return None


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

    def add_up(self) -> Parts | None:
        cells = self.cells
        return cells.weight * self.points[cells.side, cells.category[cells.cell_of_ratings]], cells.weight


def divide(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide, NaN where there is nothing to divide by."""
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=below > 1e-12)
    return out
