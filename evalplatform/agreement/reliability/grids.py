"""Numbers that every rater gave to every unit, as a matrix of units by raters."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import Cells, count_per_unit, gather_cells, sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.table import RatingTable


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Grid:
    """Units that all raters rated.

    Attributes
    ----------
    cells : the ratings of these units, raters kept apart
    numbers : (units, raters) of the cells, the mean where a rater rated a unit more than once
    units : how many of the table's units these are
    left_out : ratings of units that some rater did not rate
    """

    cells: Cells
    numbers: FloatArray
    units: int
    left_out: int


def make_grid(table: RatingTable, *, crossed: bool = False, ranked: bool = False) -> Grid:
    """Keep the units that hold a rating by every rater of the table, of two raters at least.

    Where only the order counts (`ranked`), words of a scale stand for their places on it.
    """
    numbers = read_numbers(table, ranked=ranked)
    used, rater = np.unique(table.rater, return_inverse=True)
    size = len(used)
    complete = find_complete(table, rater, size)
    cells = gather_cells(table, complete, side=table.rater, crossed=crossed)
    place = cells.unit_of_ratings * size + np.searchsorted(used, cells.rater)
    given = numbers[cells.category[cells.cell_of_ratings]] if len(place) else np.zeros(0)
    total, count = (sum_by(place, part, cells.units * size) for part in (given, np.ones(len(place))))
    return Grid(
        cells=cells,
        numbers=(total / count).reshape(cells.units, size),
        units=int(complete.sum()),
        left_out=int((~complete)[table.unit].sum()),
    )


def read_numbers(table: RatingTable, *, ranked: bool = False) -> FloatArray:
    """The number of each category, (categories,), of a table without weights."""
    if table.weight is not None:
        raise AgreementError("weights of ratings have no place in ranks and in an analysis of variance")
    if table.numbers is None and ranked:
        check_order(table)
        return np.arange(len(table.categories), dtype=np.float64)
    if table.numbers is None:
        raise AgreementError("a figure of distances needs numbers")
    return table.numbers


def check_order(table: RatingTable) -> None:
    """Refuse values that have no order: words at the nominal level."""
    if table.numbers is None and table.level in ("nominal", "unstated"):
        raise AgreementError("a figure of ranks needs numbers, or words in an order")


def find_complete(table: RatingTable, rater: IntArray, size: int) -> BoolArray:
    """Which units hold a rating by each of `size` raters, whose codes are `rater`."""
    enough = (count_per_unit(table) >= size) & (size >= 2)
    rows = enough[table.unit]
    place = np.cumsum(enough) - 1
    met = np.bincount(place[table.unit[rows]] * size + rater[rows], minlength=int(enough.sum()) * size) > 0
    complete = enough.copy()
    complete[enough] = met.reshape(-1, max(size, 1)).all(axis=1)
    return complete
