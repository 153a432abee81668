"""People's votes and a judge's verdicts on the same units, as numbers beside each other."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, LabelArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.preferences import PREFERENCES
from evalplatform.agreement.table import RatingTable

WON = {"first": 1.0, "second": 0.0}


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class LabelledUnits:
    """What people and the judge say of each unit.

    Attributes
    ----------
    units : (n,) labels of the units that the judge rated
    human : (n,) mean of the people's votes, NaN where nobody voted
    judge : (n,) mean of the judge's verdicts
    clusters : (n,) codes of the items that the units belong to
    """

    units: LabelArray
    human: FloatArray
    judge: FloatArray
    clusters: IntArray


def label_units(
    table: RatingTable,
    people: str | Collection[str],
    judge: str,
    *,
    points: Mapping[Hashable, float] | None = None,
) -> LabelledUnits:
    """Put the mean of people's votes beside a judge's verdict, for every unit that the judge rated.

    Parameters
    ----------
    table : ratings of both
    people, judge : names of raters
    points : number that each value counts as. Left out: a win of the first 1, of the second 0 and everything
        else one half where values are preferences, else the values themselves, which must be numbers

    Returns
    -------
    LabelledUnits
        In the order of the table's units; its arrays are what the figures of few labels take. A vote is a
        vote: the means of units with one and with three weigh the same.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.few_labels import label_units
    >>> rows = [(1, "ann", "first"), (1, "bob", "tie"), (1, "gpt", "first"), (2, "gpt", "second")]
    >>> found = label_units(RatingTable.from_records(rows, level="nominal"), ["ann", "bob"], "gpt")
    >>> found.human.tolist(), found.judge.tolist()
    ([0.75, nan], [1.0, 0.0])
    """
    values = _points_of(table, points)
    human, judged = (
        _mean_by_unit(table, values, raters) for raters in (table.codes_of(people), table.codes_of(judge))
    )
    rated = np.flatnonzero(np.isfinite(judged))
    return LabelledUnits(
        units=table.units[rated], human=human[rated], judge=judged[rated], clusters=table.cluster[rated]
    )


def win_points(value: Hashable) -> float:
    """What a preference counts for the first: 1 won, 0 lost, one half for all else."""
    return WON.get(str(value), 0.5)


def _points_of(table: RatingTable, points: Mapping[Hashable, float] | None) -> FloatArray:
    if points is not None:
        unnamed = [label for label in table.categories if label not in points]
        if unnamed:
            raise AgreementError(f"no points given for {unnamed[0]!r}")
        return np.array([points[label] for label in table.categories], dtype=np.float64)
    if table.categories and set(table.categories) <= set(PREFERENCES):
        return np.array([win_points(label) for label in table.categories])
    if table.numbers is None:
        raise AgreementError("values that are neither preferences nor numbers need points")
    return table.numbers


def _mean_by_unit(table: RatingTable, values: FloatArray, raters: IntArray) -> FloatArray:
    """Mean of what these raters gave each unit, (units,), NaN where they gave nothing."""
    rows = np.isin(table.rater, raters)
    weight = np.ones(int(rows.sum())) if table.weight is None else table.weight[rows]
    size = len(table.units)
    total = sum_by(table.unit[rows], weight * values[table.value[rows]], size)
    count = sum_by(table.unit[rows], weight, size)
    mean = np.full(size, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean
