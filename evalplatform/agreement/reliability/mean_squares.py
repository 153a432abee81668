"""Mean squares of an analysis of variance, as a function of the weights of items."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import Cells
from evalplatform.agreement.reliability.grids import Grid

NO_ERROR = 1e-12  # of the squared range of the values: a smaller mean square is rounding


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class MeanSquares:
    """Mean squares under each of many weights, (resamples,) each; NaN where there is nothing to divide by.

    Attributes
    ----------
    units : number of units, weighed
    raters : ratings of each unit; of unlike numbers Donner and Koval's (1980) mean
    between : of the means of units
    columns : of the means of raters; in a one-way analysis that of the error
    error : of what is left
    freedom : degrees of freedom of the error
    """

    units: FloatArray
    raters: FloatArray
    between: FloatArray
    columns: FloatArray
    error: FloatArray
    freedom: FloatArray


class OneWay:
    """Ratings within units, whoever gave them."""

    def __init__(self, cells: Cells, numbers: FloatArray) -> None:
        """Take `numbers`, (categories,)."""
        self.cells = cells
        self.columns = 6
        count = cells.count(None)[:, 0]
        given = standardise(numbers[cells.category], count * cells.multiplicity[cells.cluster][cells.unit])
        self._count, self._given = count, given

    @cached_property
    def varied(self) -> FloatArray:
        """Squares within each cluster type, (types,)."""
        squares: FloatArray = self._sums[5] - self._sums[4]
        return squares

    @cached_property
    def _sums(self) -> FloatArray:
        """Units, ratings, their squares, values, squared sums and squares of each cluster type."""
        cells, count, given = self.cells, self._count[:, None], self._given[:, None]
        ratings, total = cells.sum_units(count), cells.sum_units(count * given)
        parts = [
            np.ones_like(ratings),
            ratings,
            np.square(ratings),
            total,
            np.square(total) / ratings,
            cells.sum_units(count * np.square(given)),
        ]
        return np.stack([cells.sum_clusters(part) for part in parts])

    def under(self, items: FloatArray) -> MeanSquares:
        units, ratings, squared, total, explained, square = self._sums @ items
        with np.errstate(divide="ignore", invalid="ignore"):
            return MeanSquares(
                units=units,
                raters=(ratings - squared / ratings) / (units - 1),
                between=(explained - np.square(total) / ratings) / (units - 1),
                columns=(square - explained) / (ratings - units),
                error=(square - explained) / (ratings - units),
                freedom=ratings - units,
            )


class TwoWay:
    """A number by every rater for every unit."""

    def __init__(self, grid: Grid) -> None:
        self.cells = grid.cells
        self.raters = grid.numbers.shape[1]
        self.columns = self.raters + 3
        weights = np.broadcast_to(self.cells.multiplicity[self.cells.cluster][:, None], grid.numbers.shape)
        self._given = standardise(grid.numbers, weights.astype(np.float64))

    @cached_property
    def varied(self) -> FloatArray:
        """Squares within units of each cluster type, (types,)."""
        squares: FloatArray = self._sums[2] - self.raters * self._sums[1]
        return squares

    @cached_property
    def _sums(self) -> FloatArray:
        """Units, squared means, squares, and values by rater of each cluster type."""
        given = self._given
        mean = given.mean(axis=1)
        parts = [np.ones(len(mean)), np.square(mean), np.square(given).sum(axis=1), *given.T]
        return np.stack([self.cells.sum_clusters(part[:, None]) for part in parts])

    def under(self, items: FloatArray) -> MeanSquares:
        sums, raters = self._sums @ items, self.raters
        units, of_raters = sums[0], sums[3:]
        with np.errstate(divide="ignore", invalid="ignore"):
            middle = raters * np.square(of_raters.sum(axis=0) / raters) / units
            between = raters * sums[1] - middle
            columns = np.square(of_raters).sum(axis=0) / units - middle
            error = np.maximum(sums[2] - middle - between - columns, 0.0)
            return MeanSquares(
                units=units,
                raters=np.full(units.shape, float(raters)),
                between=between / (units - 1),
                columns=columns / (raters - 1),
                error=error / ((raters - 1) * (units - 1)),
                freedom=(raters - 1) * (units - 1),
            )


def standardise(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Measure from the mean in units of the range: ratios of squares stay, and no digits are lost."""
    if not values.size:
        return values
    width = float(np.ptp(values))
    result: FloatArray = (values - np.average(values, weights=weights)) / (width or 1.0)
    return result
