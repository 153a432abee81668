"""Preferences of raters as numbers, a row a verdict or a row a unit."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.preferences import PREFERENCES
from evalplatform.agreement.table import RatingTable

Raters = str | Collection[str]
POINTS = {"first": 1.0, "second": 0.0}


def score_values(table: RatingTable) -> FloatArray:
    """Points for the canonical first system of each category: 1, 0, or one half where neither won."""
    unknown = set(table.categories) - set(PREFERENCES)
    if unknown:
        raise AgreementError(f"not a preference: {min(map(repr, unknown))}")
    return np.array([POINTS.get(str(label), 0.5) for label in table.categories], dtype=np.float64)


def keep_decided(table: RatingTable) -> RatingTable:
    """Keep the verdicts that name a winner; the others are counted under what they are."""
    score_values(table)
    for name in PREFERENCES:
        if name not in POINTS:
            table = table.drop_values({name}, reason="inconsistent" if name == "inconsistent" else "tie")
    return table


def rows_of(table: RatingTable, raters: Raters) -> BoolArray:
    """Which ratings are of these raters, (n,)."""
    return np.isin(table.rater, table.codes_of(raters))


def split_raters(table: RatingTable, raters: Raters, others: Raters) -> tuple[BoolArray, BoolArray]:
    """Which ratings are of either group, (n,) each; the groups may not share a member."""
    one, other = rows_of(table, raters), rows_of(table, others)
    if np.intersect1d(table.codes_of(raters), table.codes_of(others)).size:
        raise AgreementError("the two groups have a rater in common")
    return one, other


def average(points: FloatArray, codes: IntArray, size: int, weights: FloatArray | None) -> FloatArray:
    """Weighted mean of the points of each code, (size,), NaN where a code has none."""
    held = np.ones(len(points)) if weights is None else weights
    below = sum_by(codes, held, size)
    out = np.full(size, np.nan)
    np.divide(sum_by(codes, points * held, size), below, out=out, where=below > 0)
    return out


def average_units(table: RatingTable, points: FloatArray, rows: BoolArray) -> FloatArray:
    """Mean over some ratings of each unit of the points of their categories, (units,)."""
    weights = None if table.weight is None else table.weight[rows]
    return average(points[table.value[rows]], table.unit[rows], len(table.units), weights)


def spread_pairs(
    table: RatingTable,
    of_units: Mapping[Any, tuple[float, float]],  # Any: unit labels of whatever type
    name: str,
) -> FloatArray:
    """Both numbers of each unit, (units, 2); a unit that holds ratings and has none is an error."""
    rated = np.bincount(table.unit, minlength=len(table.units)) > 0
    spread = np.zeros((len(table.units), 2))
    for code, unit in enumerate(table.units.tolist()):
        if rated[code]:
            if unit not in of_units:
                raise AgreementError(f"no {name} given for unit {unit!r}")
            spread[code] = of_units[unit]
    if not np.isfinite(spread).all():
        raise AgreementError(f"each {name} must be a number")
    return spread
