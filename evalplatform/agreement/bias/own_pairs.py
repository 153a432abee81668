"""Verdicts of a judge, of judges of other families and of people on the same pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray, encode_labels
from evalplatform.agreement.bias.verbosity import Lengths
from evalplatform.agreement.bias.verdicts import (
    Raters,
    average,
    average_units,
    rows_of,
    score_values,
    split_raters,
    spread_pairs,
)
from evalplatform.agreement.columns import add_counts
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.table import RatingTable

ORDERS = {"forward": 1.0, "swapped": -1.0}


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class OwnPairs:
    """One row a unit and order shown; preferences for the canonical first answer, less one half.

    Attributes
    ----------
    judge, others, margin : (rows,) mean verdict of the judge, of judges of families that wrote neither answer,
        and of people, whatever order they saw; NaN where there is none
    own : (rows,) 1 where the first answer is of the judge's family, -1 where the second is, 0 where none is
    length : (rows,) difference of the lengths over their sum
    order : (rows,) 1 where the canonical order was shown, -1 where it was swapped, 0 where that is not known
    cluster : (rows,) the items
    excluded : verdicts left out, by reason
    """

    judge: FloatArray
    others: FloatArray
    margin: FloatArray
    own: FloatArray
    length: FloatArray
    order: FloatArray
    cluster: IntArray
    excluded: Mapping[str, int]

    def keep(self, rows: BoolArray) -> Self:
        """Keep some rows."""
        names = ("judge", "others", "margin", "own", "length", "order", "cluster")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})


def gather_pairs(
    table: RatingTable,
    judge: str,
    people: Raters,
    systems: Mapping[Any, tuple[str, str]],  # Any: unit labels of whatever type
    families: Mapping[str, str],
    lengths: Lengths | None,
) -> OwnPairs:
    """Gather the verdicts that `self_preference` compares; pairs with both answers of the own family go out."""
    if judge not in families:
        raise AgreementError(f"no family given for the judge {judge!r}")
    of_judge, of_people = split_raters(table, judge, people)
    points = score_values(table) - 0.5
    margin = average_units(table, points, of_people)
    written = _families_of_units(table, systems, families)
    own = (written == families[judge]).astype(np.float64)
    third = _find_third(table, judge, people, families, written)
    unit, order, code = _code_rows(table)
    weight = table.weight

    def mean(rows: BoolArray) -> FloatArray:
        held = None if weight is None else weight[rows]
        return average(points[table.value[rows]], code[rows], len(unit), held)

    pairs = OwnPairs(
        judge=mean(of_judge),
        others=mean(third),
        margin=margin[unit],
        own=(own[:, 0] - own[:, 1])[unit],
        length=_relative_lengths(table, lengths)[unit],
        order=order,
        cluster=table.cluster[unit],
        excluded=table.excluded,
    )
    both = own.all(axis=1)[unit]
    lost = add_counts(pairs.excluded, both_own=int(both[code[of_judge]].sum()))
    return replace(pairs.keep(~both & np.isfinite(pairs.judge)), excluded=lost)


def _families_of_units(
    table: RatingTable,
    systems: Mapping[Any, tuple[str, str]],  # Any: as above
    families: Mapping[str, str],
) -> Any:  # Any: (units, 2) labels
    rated = np.bincount(table.unit, minlength=len(table.units)) > 0
    written = np.full((len(table.units), 2), None, dtype=np.object_)
    for code, unit in enumerate(table.units.tolist()):
        if rated[code]:
            if unit not in systems:
                raise AgreementError(f"no systems given for unit {unit!r}")
            written[code] = [families.get(name) for name in systems[unit]]
    return written


def _find_third(
    table: RatingTable,
    judge: str,
    people: Raters,
    families: Mapping[str, str],
    written: Any,  # Any: (units, 2) labels
) -> BoolArray:
    """Which ratings are of judges of another family than the judge's that wrote neither answer, (n,)."""
    voters = rows_of(table, people)
    names = [name for name in table.raters if families.get(name, families[judge]) != families[judge]]
    third = rows_of(table, names) & ~voters
    of_rater = np.array([families.get(name) for name in table.raters], dtype=np.object_)
    involved = (written[table.unit] == of_rater[table.rater][:, None]).any(axis=1)
    result: BoolArray = third & ~involved.astype(np.bool_)
    return result


def _code_rows(table: RatingTable) -> tuple[IntArray, FloatArray, IntArray]:
    """Unit and order of each row, and the row of each rating."""
    if table.presentation is None:
        return np.arange(len(table.units)), np.zeros(len(table.units)), table.unit
    shown, labels = encode_labels(table.presentation)
    rows, code = np.unique(table.unit * max(len(labels), 1) + shown, return_inverse=True)
    order = np.array([ORDERS.get(str(label), 0.0) for label in labels.tolist()], dtype=np.float64)
    unit, place = np.divmod(rows, max(len(labels), 1))
    return unit, order[place], code


def _relative_lengths(table: RatingTable, lengths: Lengths | None) -> FloatArray:
    if lengths is None:
        return np.zeros(len(table.units))
    both = spread_pairs(table, lengths, "lengths")
    total = both.sum(axis=1)
    lead: FloatArray = np.divide(both[:, 0] - both[:, 1], total, out=np.zeros(len(total)), where=total > 0)
    return lead
