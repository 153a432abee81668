"""What the ratings of each unit come to under the weights of their raters: how many, in pairs, in equal pairs."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.cells import Cells
from evalplatform.agreement.sharing import shared


@dataclass(frozen=True, eq=False, kw_only=True)
class Tally:
    """Sums over the ratings of each unit.

    Attributes
    ----------
    count : (cells, resamples) weight of the ratings in each cell
    total : (units, resamples) weight of the ratings of each unit
    pairs, equal : (units, resamples) weight of the ordered pairs of them, and of those of equal values
    """

    count: FloatArray
    total: FloatArray
    pairs: FloatArray
    equal: FloatArray

    @property
    def footprint(self) -> int:
        """About how many numbers this holds, once the shares are asked for."""
        return self.count.size + 5 * self.total.size

    @cached_property
    def paired(self) -> FloatArray:
        """1 where a unit has a pair, else 0."""
        return (self.pairs > 1e-9).astype(np.float64)

    @cached_property
    def share(self) -> FloatArray:
        """Share of the pairs of each unit that are equal, 0 where it has none."""
        return self.equal / np.where(self.pairs > 1e-9, self.pairs, np.inf)


def tally_units(cells: Cells, matchable: BoolArray, raters: FloatArray | None) -> Tally:
    """Tally the units; `matchable` tells of each category whether it can equal another value."""
    return _tally(cells, tuple(np.flatnonzero(~matchable).tolist()), raters)


@shared
def _tally(cells: Cells, unmatched: tuple[int, ...], raters: FloatArray | None) -> Tally:
    count, square = cells.count(raters), cells.count(raters, power=2)
    total = cells.sum_units(count)
    pairs = total**2 - cells.sum_units(square)
    equal = count**2 - square
    if unmatched:
        equal[np.isin(cells.category, unmatched)] = 0
    return Tally(count=count, total=total, pairs=pairs, equal=cells.sum_units(equal))
