"""How close each rating is to those of the others on its unit, and how close chance alone would bring it."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.table import RatingTable

ORDERED = frozenset({"ordinal", "interval", "ratio"})


@dataclass(frozen=True, eq=False, kw_only=True)
class Closeness:
    """Agreement of single ratings, each rater once a unit.

    Attributes
    ----------
    own : (n,) mean closeness to the others on the unit, in [0, 1]; NaN where nobody else rated it
    among : (n,) mean closeness of the others to each other, 0 where there are fewer than two
    size : (n,) ratings of the unit
    """

    own: FloatArray
    among: FloatArray
    size: FloatArray


def place_values(table: RatingTable) -> FloatArray | None:
    """Where each category stands from 0 to 1, (categories,); None where values are equal or not, and nothing between.

    Numbers keep their distances; a scale that only orders has steps of one length.
    """
    if table.level not in ORDERED or len(table.categories) < 2:
        return None
    numbers = None if table.level == "ordinal" else table.numbers
    places = np.arange(len(table.categories), dtype=np.float64) if numbers is None else numbers
    span = float(places.max() - places.min())
    return (places - places.min()) / span if span else None


def find_closeness(table: RatingTable) -> Closeness:
    """Closeness of two values: 1 where they are equal, else 0; on an ordered scale 1 less their distance.

    The longest distance of the scale is 1: the linear weights of Cicchetti and Allison (1971), American Journal of
    EEG Technology 11, 101-109.
    """
    units = len(table.units)
    size = sum_by(table.unit, np.ones(len(table)), units)[table.unit]
    near = _sum_nearness(table, size)
    together = sum_by(table.unit, near, units)[table.unit]
    among, pairs = together - 2 * near, (size - 1) * (size - 2)
    return Closeness(
        own=np.divide(near, size - 1, out=np.full(len(table), np.nan), where=size > 1),
        among=np.divide(among, pairs, out=np.zeros(len(table)), where=pairs > 0),
        size=size,
    )


def chance_closeness(table: RatingTable) -> FloatArray:
    """Expected closeness of each rater whose own values stood on its units in any order: in [0, 1], NaN where alone.

    Cohen (1960), Educational and Psychological Measurement 20, 37-46, with the mean of the others as second rater.
    """
    own, others = _share_values(table)
    places = place_values(table)
    if places is None:
        return np.asarray((own * others).sum(axis=1))
    order = np.argsort(places, kind="stable")
    below, below_others = np.cumsum(own[:, order], axis=1), np.cumsum(others[:, order], axis=1)
    apart = below * (1 - below_others) + below_others * (1 - below)
    return np.asarray(1 - apart[:, :-1] @ np.diff(places[order]))


def _share_values(table: RatingTable) -> tuple[FloatArray, FloatArray]:
    """Shares of each rater's values, and of the others' on the same units, (raters, categories); NaN where alone."""
    from scipy.sparse import coo_array  # scipy is imported on use

    size = np.bincount(table.unit, minlength=len(table.units))[table.unit]
    met = size > 1
    unit, rater, value, weight = table.unit[met], table.rater[met], table.value[met], 1 / (size[met] - 1)
    raters, units, values = len(table.raters), len(table.units), len(table.categories)
    ones = np.ones(len(unit))
    own = coo_array((ones, (rater, value)), shape=(raters, values)).toarray()
    self_part = coo_array((weight, (rater, value)), shape=(raters, values)).toarray()
    meets = coo_array((weight, (rater, unit)), shape=(raters, units)).tocsr()
    holds = coo_array((ones, (unit, value)), shape=(units, values)).tocsr()
    others = (meets @ holds).toarray() - self_part
    count = own.sum(axis=1)[:, None]
    nothing = np.full(own.shape, np.nan)
    return (
        np.divide(own, count, out=nothing.copy(), where=count > 0),
        np.divide(others, count, out=nothing.copy(), where=count > 0),
    )


def _sum_nearness(table: RatingTable, size: FloatArray) -> FloatArray:
    """Sum of each rating's closeness to the others on its unit, (n,)."""
    places = place_values(table)
    if places is not None:
        return size - 1 - _sum_distances(table, places[table.value])
    cells = max(len(table.categories), 1)
    cell = table.unit * cells + table.value
    return np.asarray(sum_by(cell, np.ones(len(table)), len(table.units) * cells)[cell] - 1)


def _sum_distances(table: RatingTable, place: FloatArray) -> FloatArray:
    """Sum of distances to all ratings of the unit, (n,): in order, as many lie below as have come before."""
    order = np.lexsort((place, table.unit))
    unit, held = table.unit[order], place[order]
    count = np.bincount(unit, minlength=len(table.units))
    start = np.cumsum(count) - count
    nth = np.arange(len(unit)) - start[unit]
    running = np.concatenate([[0.0], np.cumsum(held)])
    total = running[start + count] - running[start]
    before = running[:-1] - running[start[unit]]
    found = np.empty(len(unit))
    found[order] = held * nth - before + (total[unit] - before - held) - held * (count[unit] - nth - 1)
    return np.maximum(found, 0.0)
