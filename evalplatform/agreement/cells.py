"""Ratings gathered into cells (unit x category), the form in which all resampling is done.

Arrays that change from one resample to the next carry the resamples as their last axis.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray, find_runs, measure_runs, recode
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.table import RaterKind, RatingTable

if TYPE_CHECKING:
    from scipy.sparse import csr_array

EXACT_BITS = 53  # whole numbers of fewer bits are exact in a float


@dataclass(frozen=True, eq=False, kw_only=True)
class Cells:
    """Ratings in the order of unit and category, with the places where cells and units begin.

    Attributes
    ----------
    rater, side, weight : (n,) of each rating; `side` tells two groups of raters apart
    starts : (cells,) first rating of each cell
    unit, category : (cells,) of each cell
    unit_starts : (units,) first cell of each unit
    cluster : (units,) type of cluster that a unit belongs to
    multiplicity : (types,) how many clusters are of each type
    categories : number of categories
    raters : number of raters that codes may name
    groups : codes of the persons that hold a rating here, a group for each set that is drawn by itself
    slots : codes of the raters that hold a rating here and are slots
    crossed : whether raters are kept apart, as resampling them needs
    """

    rater: IntArray
    side: IntArray
    weight: FloatArray
    starts: IntArray
    unit: IntArray
    category: IntArray
    unit_starts: IntArray
    cluster: IntArray
    multiplicity: IntArray
    categories: int
    raters: int
    groups: tuple[IntArray, ...]
    slots: IntArray
    crossed: bool

    @property
    def footprint(self) -> int:
        """About how many numbers this holds."""
        return 3 * len(self.rater) + 3 * len(self.starts) + 2 * self.units

    @property
    def units(self) -> int:
        return len(self.unit_starts)

    @property
    def persons(self) -> IntArray:
        """Codes of all persons that hold a rating here."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *self.groups])

    @cached_property
    def cell_of_ratings(self) -> IntArray:
        """Cell of each rating, (n,)."""
        return np.repeat(np.arange(len(self.starts)), measure_runs(self.starts, len(self.rater)))

    @cached_property
    def unit_of_ratings(self) -> IntArray:
        """Place among the units of each rating, (n,)."""
        places = np.repeat(np.arange(self.units), measure_runs(self.unit_starts, len(self.starts)))
        return places[self.cell_of_ratings]

    def count(self, raters: FloatArray | None, *, side: int | None = None, power: int = 1) -> FloatArray:
        """Weight of the ratings in each cell, (cells, resamples).

        Parameters
        ----------
        raters : (raters, resamples) weights of the raters, None where each weighs one
        side : only the ratings of this side
        power : the weights are raised to it: 2 gives what pairs of a rating with itself would weigh
        """
        weights = self.weight**power if power > 1 else self.weight
        if side is not None:
            weights = weights * (self.side == side)
        if raters is None:
            return sum_runs(weights[:, None], self.starts)
        if (side, power) not in self._counters:
            self._counters[side, power] = sum_matrix(self.starts, weights, self.rater, self.raters)
        return multiply(self._counters[side, power], raters**power if power > 1 else raters)

    @cached_property
    def _counters(self) -> "dict[tuple[int | None, int], csr_array]":
        """What each rater adds to each cell, (cells, raters), by side and power."""
        return {}

    def sum_units(self, of_cells: FloatArray) -> FloatArray:
        """Sum over the cells of each unit, (units, resamples)."""
        if of_cells.shape[1] == 1 or self.units == len(self.starts):
            return sum_runs(of_cells, self.unit_starts)
        return multiply(self._of_units, of_cells)

    @cached_property
    def _of_units(self) -> "csr_array":
        """Which cells are of which unit, (units, cells)."""
        size = len(self.starts)
        return sum_matrix(self.unit_starts, np.ones(size), np.arange(size), size)

    def sum_clusters(self, of_units: FloatArray) -> FloatArray:
        """Sum over the units of each cluster type, (types,), for one resample."""
        return sum_by(self.cluster, of_units[:, 0], len(self.multiplicity))

    def sum_categories(self, of_cells: FloatArray) -> FloatArray:
        """Sum over the cells of each category, (categories, resamples)."""
        return multiply(self._of_categories, of_cells)

    @cached_property
    def _of_categories(self) -> "csr_array":
        """Which cells are of which category, (categories, cells)."""
        order = np.argsort(self.category, kind="stable")
        starts = np.searchsorted(self.category[order], np.arange(self.categories))
        return sum_matrix(starts, np.ones(len(order)), order, len(order))


def gather_cells(
    table: RatingTable,
    units: BoolArray,
    *,
    side: IntArray | None = None,
    group: IntArray | None = None,
    crossed: bool = False,
) -> Cells:
    """Gather the ratings of some units.

    Where every unit is its own cluster, units with the same counts are one type held many times: a resample
    of a million units then costs no more than one of the distinct count vectors. `crossed` keeps the raters
    apart, as resampling them needs; `group` gives each rater's code the population that it is drawn from.
    """
    sides = np.zeros(len(table), dtype=np.int64) if side is None else side
    rows = units[table.unit]
    if not crossed:
        chosen, counts = _distinct_units(table, sides, rows)
        rows = chosen[table.unit] if chosen is not None else rows
    unit_codes, unit = recode(table.unit[rows], len(table.units))
    value, rater = table.value[rows], table.rater[rows]
    size = max(len(table.categories), 1)
    order = np.argsort(unit * size + value, kind="stable")
    cells, starts = find_runs((unit * size + value)[order])
    if crossed or chosen is None:
        held, cluster = recode(table.cluster[unit_codes], len(table.clusters))
        multiplicity = np.ones(len(held), dtype=np.int64)
    else:
        cluster, multiplicity = np.arange(len(unit_codes)), counts[unit_codes]
    weight = np.ones(len(value)) if table.weight is None else table.weight[rows]
    present = recode(rater, len(table.raters))[0].tolist()
    return Cells(
        rater=rater[order],
        side=sides[rows][order],
        weight=weight[order],
        starts=starts,
        unit=cells // size,
        category=cells % size,
        unit_starts=find_runs(cells // size)[1],
        cluster=cluster,
        multiplicity=multiplicity,
        categories=size,
        raters=len(table.raters),
        groups=_split_persons(_raters_of_kind(table, present, "person"), group),
        slots=_raters_of_kind(table, present, "slot"),
        crossed=crossed,
    )


@shared
def gather_rated(table: RatingTable, least: int, *, crossed: bool = False) -> Cells:
    """Gather the ratings of the units that have so many at least; figures of the same table have them in common."""
    return gather_cells(table, count_per_unit(table) >= least, crossed=crossed or not can_be_pooled(table))


def can_be_pooled(table: RatingTable) -> bool:
    """Whether units with the same counts are alike: each is a cluster of its own, and each rating weighs one."""
    return table.weight is None and len(table.clusters) == len(table.units)


def sum_by(codes: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Sum values by code, (size,)."""
    return np.bincount(codes, weights=values, minlength=size).astype(np.float64, copy=False)


def count_per_unit(table: RatingTable, rows: BoolArray | None = None) -> IntArray:
    """Ratings of each unit of the table, (units,)."""
    held = table.unit if rows is None else table.unit[rows]
    return np.bincount(held, minlength=len(table.units))


def _raters_of_kind(table: RatingTable, present: list[int], kind: RaterKind) -> IntArray:
    return np.array([code for code in present if table.kinds[code] == kind], dtype=np.int64)


def _split_persons(persons: IntArray, group: IntArray | None) -> tuple[IntArray, ...]:
    """Persons of each group that has any."""
    of_persons = np.zeros(len(persons), dtype=np.int64) if group is None else group[persons]
    return tuple(persons[of_persons == held] for held in np.unique(of_persons))


def _distinct_units(
    table: RatingTable, sides: IntArray, rows: BoolArray
) -> tuple[BoolArray | None, IntArray]:
    """One unit for each distinct count vector, and in its place how many units have that vector."""
    counts = np.zeros(len(table.units), dtype=np.int64)
    if not can_be_pooled(table):
        return None, counts
    symbols = len(table.categories) * (int(sides.max(initial=0)) + 1)
    base = _most_alike(table, sides) + 1
    if symbols * np.log2(base) >= EXACT_BITS:
        return None, counts
    places = float(base) ** np.arange(symbols)
    keys = np.bincount(table.unit, places[table.value + len(table.categories) * sides], len(table.units))
    keys[~(np.bincount(table.unit, rows, len(table.units)) > 0)] = -1
    distinct, first, multiplicity = _unique_keys(keys.astype(np.int64))
    first, multiplicity = first[distinct >= 0], multiplicity[distinct >= 0]
    chosen = np.zeros(len(table.units), dtype=np.bool_)
    chosen[first] = True
    counts[first] = multiplicity
    return chosen, counts


def _most_alike(table: RatingTable, sides: IntArray) -> int:
    """The most ratings that one side gives one unit, which no count in a count vector exceeds."""
    per_side = np.bincount(table.unit * (int(sides.max(initial=0)) + 1) + sides)
    return int(per_side.max(initial=0))


def _unique_keys(keys: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Distinct keys with one place and the number of each, counted instead of sorted where they are small."""
    if keys.max(initial=0) > 4 * len(keys) + 2**16:
        distinct, first, multiplicity = np.unique(keys, return_index=True, return_counts=True)
        return distinct, first, multiplicity
    counts = np.bincount(keys + 1)
    place = np.zeros(len(counts), dtype=np.int64)
    place[keys + 1] = np.arange(len(keys))
    held = np.flatnonzero(counts)
    return held - 1, place[held], counts[held]


def sum_runs(values: FloatArray, starts: IntArray) -> FloatArray:
    """Sum the rows from each start to the next, (starts, resamples)."""
    rows, resamples = values.shape
    if len(starts) == rows:
        return values
    if not len(starts):
        return np.zeros((0, resamples))
    if resamples == 1:
        return np.add.reduceat(values[:, 0], starts)[:, None]
    return multiply(sum_matrix(starts, np.ones(rows), np.arange(rows), rows), values)


def sum_matrix(starts: IntArray, values: FloatArray, column: IntArray, columns: int) -> "csr_array":
    """The sparse matrix whose rows hold, from each start to the next, `values` in the columns `column`.

    Its product with (columns, resamples) sums runs of rows several times faster than going through them.
    """
    from scipy.sparse import csr_array  # scipy is imported on use

    return csr_array((values, column, np.append(starts, len(values))), shape=(len(starts), columns))


def multiply(matrix: "csr_array", values: FloatArray) -> FloatArray:
    """Product of a sparse matrix with (columns, resamples), dense."""
    found: FloatArray = matrix @ values
    return found


def pair_cells(cells: Cells) -> tuple[IntArray, IntArray]:
    """Places of all pairs of different cells of the same unit, the earlier cell first."""
    sizes = measure_runs(cells.unit_starts, len(cells.unit))
    later = np.repeat(cells.unit_starts + sizes, sizes) - np.arange(len(cells.unit)) - 1
    one = np.repeat(np.arange(len(cells.unit)), later)
    within = np.arange(len(one)) - np.repeat(np.cumsum(later) - later, later)
    return one, one + 1 + within
