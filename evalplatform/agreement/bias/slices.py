"""Is a judge as good, or as lenient, in one language as in another?"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal, Unpack

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray, LabelArray, Labels, encode_labels
from evalplatform.agreement.bias.clustered import (
    SHARE,
    UNBOUNDED,
    Bounds,
    encode_rows,
    infer_figure,
    infer_mean,
    make_figure,
    subtract_rates,
)
from evalplatform.agreement.bias.results import to_plain
from evalplatform.agreement.bias.verdicts import Raters, average_units, split_raters
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.columns import check_lengths, find_present, take
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable

Measure = Literal["agreement", "leniency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceDifference:
    """The mean of one slice less that of another."""

    one: Hashable
    other: Hashable
    difference: Estimate

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return to_plain(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceComparison:
    """A figure by slice, such as language, and the differences of all pairs of slices.

    Attributes
    ----------
    by_slice : slice to figure, slices sorted
    differences : one for each pair of slices; their intervals make no allowance for how many they are
    """

    by_slice: Mapping[Hashable, Estimate]
    differences: tuple[SliceDifference, ...]

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return to_plain(self)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class _Outcomes:
    """Numbers with the codes of their slice and their item, (rows,) each."""

    value: FloatArray
    slice: IntArray
    cluster: IntArray


def compare_slices(
    outcomes: Labels,
    slices: Labels,
    *,
    clusters: Labels | None = None,
    bounds: Bounds = UNBOUNDED,
    **interval: Unpack[IntervalOptions],
) -> SliceComparison:
    r"""Mean of any number in each slice, and the differences between slices.

    Parameters
    ----------
    outcomes : (n,) numbers, such as 1 where a judge agreed with people; missing ones are left out
    slices : (n,) the slice of each, such as its language
    clusters : (n,) the items that are resampled whole; an item may stand in several slices, as one that was
        translated does, and its outcomes are then paired. None: every outcome is its own
    bounds : range of the outcomes, at which limits are cut
    interval : `inference`, `resamples`, `seed`, `confidence`; items are drawn

    Returns
    -------
    SliceComparison
        ``n`` counts outcomes. Undefined: ``no_pairable_units`` for a slice without outcomes. A difference has
        an interval only where both its slices have.

    Notes
    -----
    .. math:: \bar x_a - \bar x_b

    Examples
    --------
    >>> from evalplatform.agreement.bias import compare_slices
    >>> found = compare_slices([1, 1, 0, 1], ["en", "en", "ru", "ru"], inference=None)
    >>> found.by_slice["ru"].estimate, found.differences[0].difference.estimate
    (0.5, 0.5)
    """
    check_lengths([outcomes, slices])
    settings = Settings(**interval)
    present = find_present(outcomes)
    values = _as_numbers(outcomes, present)
    if ((values < bounds[0]) | (values > bounds[1])).any():
        raise AgreementError("an outcome lies beyond the bounds")
    code, names = encode_labels(slices)
    cluster = encode_rows(len(code), clusters)[present]
    rows = _Outcomes(value=values, slice=code[present], cluster=cluster)
    return _compare(rows, names, settings, bounds, ("missing", code[~present]))


def language_bias(
    table: RatingTable,
    raters: Raters,
    others: Raters,
    *,
    measure: Measure = "agreement",
    languages: Mapping[Any, str] | None = None,  # Any: unit labels of whatever type
    **interval: Unpack[IntervalOptions],
) -> SliceComparison:
    r"""How well, or how leniently, a judge rates in each language, against people on the same units.

    Parameters
    ----------
    table : ratings
    raters, others : two groups without a common member, such as a judge and people
    measure : ``agreement``, the share of equal pairs of one rating of each group; or ``leniency``, the mean
        of the first group less that of the others, which needs numbers
    languages : language of each unit label; None: the strata of the table
    interval : `inference`, `resamples`, `seed`, `confidence`; items are drawn

    Returns
    -------
    SliceComparison
        Over the units that both rated, each weighing one; ``n`` counts units. Undefined as for
        `compare_slices`.

    Notes
    -----
    A difference between languages is a bias of the judge only as far as people are as reliable in both:
    people's own agreement by language belongs beside it.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.bias import language_bias
    >>> rows = [(1, "judge", 4), (1, "ann", 4), (2, "judge", 5), (2, "ann", 4)]
    >>> table = RatingTable.from_records(rows, level="interval")
    >>> found = language_bias(table, "judge", "ann", languages={1: "en", 2: "ru"}, inference=None)
    >>> found.by_slice["en"].estimate, found.by_slice["ru"].estimate
    (1.0, 0.0)
    """
    settings = Settings(**interval)
    sides = split_raters(table, raters, others)
    code, names = encode_labels(_languages_of(table, languages))
    if measure == "leniency":
        if table.numbers is None:
            raise AgreementError("leniency needs numbers")
        one, other = (average_units(table, table.numbers, side) for side in sides)
        values, bounds = one - other, UNBOUNDED
    elif measure == "agreement":
        values, bounds = _agree(table, sides), SHARE
    else:
        raise AgreementError(f"no such measure: {measure}")
    rated = np.isfinite(values)
    unpaired = ~rated & (np.bincount(table.unit[sides[0] | sides[1]], minlength=len(table.units)) > 0)
    rows = _Outcomes(value=values[rated], slice=code[rated], cluster=table.cluster[rated])
    return _compare(rows, names, settings, bounds, ("unpaired", code[unpaired]))


def _compare(
    rows: _Outcomes, names: LabelArray, settings: Settings, bounds: Bounds, lost: tuple[str, IntArray]
) -> SliceComparison:
    labels = names.tolist()
    sizes = np.bincount(rows.slice, minlength=len(labels))
    figures = []
    for code in range(len(labels)):
        base = start_estimate(
            n=int(sizes[code]), n_unit="units", excluded={lost[0]: int((lost[1] == code).sum())}
        )
        held = rows.slice == code
        figures.append(infer_mean(rows.value[held], rows.cluster[held], settings, base, bounds=bounds))
    differences = tuple(
        SliceDifference(
            one=labels[one],
            other=labels[other],
            difference=_subtract(rows, (one, other), (figures[one], figures[other]), settings, bounds),
        )
        for one, other in combinations(range(len(labels)), 2)
    )
    return SliceComparison(by_slice=dict(zip(labels, figures, strict=True)), differences=differences)


def _subtract(
    rows: _Outcomes,
    pair: tuple[int, int],
    parts: tuple[Estimate, Estimate],
    settings: Settings,
    bounds: Bounds,
) -> Estimate:
    held = np.isin(rows.slice, pair)
    first = (rows.slice[held] == pair[0]).astype(np.float64)
    columns = [rows.value[held] * first, first, rows.value[held] * (1 - first), 1 - first]
    width = bounds[1] - bounds[0]
    figure = make_figure(columns, rows.cluster[held], subtract_rates, bounds=(-width, width))
    base = start_estimate(n=int(held.sum()), n_unit="units", excluded={})
    found = infer_figure(figure, settings, base)
    obstacle = next((part.undefined for part in parts if part.undefined), None)
    if found.low is None or obstacle is None:
        return found
    return replace(found, low=None, high=None, method=None, undefined=obstacle)


def _agree(table: RatingTable, sides: tuple[BoolArray, BoolArray]) -> FloatArray:
    """Share of equal pairs of each unit, (units,), NaN where a side did not rate it."""
    size = max(len(table.categories), 1)
    weight = np.ones(len(table)) if table.weight is None else table.weight
    codes = table.unit * size + table.value
    one, other = (
        sum_by(codes[side], weight[side], len(table.units) * size).reshape(-1, size) for side in sides
    )
    pairs = one.sum(axis=1) * other.sum(axis=1)
    shares = np.full(len(pairs), np.nan)
    np.divide((one * other).sum(axis=1), pairs, out=shares, where=pairs > 0)
    return shares


def _languages_of(table: RatingTable, languages: Mapping[Any, str] | None) -> Labels:  # Any: as above
    if languages is None:
        if table.stratum is None:
            raise AgreementError("the table has no strata, and no languages are given")
        return table.stratum
    missing = [unit for unit in table.units.tolist() if unit not in languages]
    if missing:
        raise AgreementError(f"no language given for unit {missing[0]!r}")
    return [languages[unit] for unit in table.units.tolist()]


def _as_numbers(outcomes: Labels, present: BoolArray) -> FloatArray:
    try:
        values = np.array([float(value) for value in take(outcomes, present)], dtype=np.float64)
    except (TypeError, ValueError):
        raise AgreementError("an outcome is no number") from None
    if not np.isfinite(values).all():
        raise AgreementError("an outcome is no number")
    return values
