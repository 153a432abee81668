"""Do verdicts follow length and markup?"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.bias.clustered import begin
from evalplatform.agreement.bias.logit import LogitFit, fit_logit
from evalplatform.agreement.bias.results import Comparison
from evalplatform.agreement.bias.verdicts import Raters, rows_of, score_values, split_raters
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.quantiles import find_student_t
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable

Features = Mapping[Any, tuple[Mapping[str, float], Mapping[str, float]]]  # Any: unit labels of whatever type
Fits = tuple[LogitFit | Undefined, ...]


def style_effects(
    table: RatingTable,
    features: Features,
    *,
    raters: Raters | None = None,
    relative: Collection[str] = ("length",),
    **interval: Unpack[IntervalOptions],
) -> dict[str, Estimate]:
    r"""Log odds of a verdict for one standard deviation more of each feature, all at once.

    Parameters
    ----------
    table : preferences against the canonical order; a tie of any kind and an inconsistent verdict are half
        a win
    features : numbers of both answers of each unit label in the canonical order, such as `markup_features`
        gives; all answers have the same
    raters : whose verdicts; None: everybody's
    relative : features whose difference is taken over their sum, the others as it is
    interval : `inference`, `confidence`; errors are clustered by item, nothing is drawn

    Returns
    -------
    dict
        Feature to `Estimate`; ``n`` counts verdicts. Undefined: ``no_pairable_units`` (no verdict),
        ``no_variation`` (a feature that never differs, which then stands in no equation), ``collinear``,
        ``perfect_separation`` (a feature tells all verdicts). No interval: ``too_few_items`` where clusters are no
        more than coefficients.

    Notes
    -----
    .. math:: \operatorname{logit} P(\text{first}) = \alpha + \sum_f \beta_f z_f

    with z the differences of the pairs in standard deviations. The interval is Student's t with one degree
    of freedom less than clusters, on a sandwich of cluster scores. A coefficient is no bias: better answers
    may be longer. `style_bias` holds it against people. Li et al. (2024), "Does Style Matter?", style control
    in Chatbot Arena.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.bias import style_effects
    >>> verdicts = ["first", "first", "second", "second", "first", "second"]
    >>> table = RatingTable.from_arrays(range(6), ["ann"] * 6, verdicts, level="nominal")
    >>> bold = {u: ({"bold": b}, {"bold": 0.0}) for u, b in enumerate([2.0, 1.0, 0.0, 1.0, 0.0, 0.0])}
    >>> round(style_effects(table, bold, inference=None)["bold"].estimate, 3)
    1.051
    """
    settings = Settings(**interval)
    rows = np.ones(len(table), dtype=np.bool_) if raters is None else rows_of(table, raters)
    names, columns = _standardise(table, features, relative, rows)
    fits = _fit_sides(table, columns, (rows,))
    return {
        name: _infer(table, (rows,), fits, place, settings) for name, place in _places(names, columns).items()
    }


def style_bias(
    table: RatingTable,
    raters: Raters,
    others: Raters,
    features: Features,
    *,
    relative: Collection[str] = ("length",),
    **interval: Unpack[IntervalOptions],
) -> dict[str, Comparison]:
    r"""How much more a judge, or a person, goes by length and markup than others on the same pairs.

    Parameters
    ----------
    table : preferences against the canonical order
    raters, others : two groups without a common member
    features, relative : as for `style_effects`
    interval : `inference`, `confidence`; errors are clustered by item, nothing is drawn

    Returns
    -------
    dict
        Feature to `Comparison` of log odds a standard deviation; the difference is the bias. Over the units
        that both rated; ``n`` counts verdicts. Undefined as for `style_effects`.

    Notes
    -----
    Each group has its own equation; the error of the difference is that of the differences of what each
    cluster adds to either. Log odds also grow with how sure a group is of everything: a group that errs
    less has larger ones in all features.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.bias import style_bias
    >>> rows = [(u, r, v) for r, votes in {"j": "112212", "p": "121212"}.items() for u, v in enumerate(votes)]
    >>> table = RatingTable.from_records(rows, level="nominal").map_values({"1": "first", "2": "second"})
    >>> bold = {u: ({"bold": b}, {"bold": 0.0}) for u, b in enumerate([2.0, 1.0, 0.0, 1.0, 0.0, 0.0])}
    >>> round(style_bias(table, "j", "p", bold, inference=None)["bold"].difference.estimate, 3)
    1.051
    """
    settings = Settings(**interval)
    sides = split_raters(table, raters, others)
    counts = [np.bincount(table.unit[side], minlength=len(table.units)) > 0 for side in sides]
    shared = (counts[0] & counts[1])[table.unit]
    one, other = (side & shared for side in sides)
    names, columns = _standardise(table, features, relative, one | other)
    fits = _fit_sides(table, columns, (one, other))
    return {
        name: Comparison(
            raters=_infer(table, (one,), fits[:1], place, settings),
            others=_infer(table, (other,), fits[1:], place, settings),
            difference=_infer(table, (one, other), fits, place, settings),
        )
        for name, place in _places(names, columns).items()
    }


def _standardise(
    table: RatingTable, features: Features, relative: Collection[str], rows: BoolArray
) -> tuple[list[str], FloatArray]:
    """Names, and differences of each unit in standard deviations over the units that are asked about."""
    units = np.unique(table.unit[rows])
    labels = table.units.tolist()
    pairs = []
    for unit in units.tolist():
        if labels[unit] not in features:
            raise AgreementError(f"no features given for unit {labels[unit]!r}")
        pairs.append(features[labels[unit]])
    names = sorted({name for pair in pairs for side in pair for name in side})
    if any(set(side) != set(names) for pair in pairs for side in pair):
        raise AgreementError("the answers differ in the features they have")
    columns = np.zeros((len(labels), len(names)))
    for place, name in enumerate(names):
        one, other = (np.array([pair[side][name] for pair in pairs], dtype=np.float64) for side in (0, 1))
        if not np.isfinite(one - other).all():
            raise AgreementError("each feature must be a number")
        columns[units, place] = _scale(one, other, is_relative=name in relative)
    return names, columns


def _scale(one: FloatArray, other: FloatArray, *, is_relative: bool) -> FloatArray:
    lead = one - other
    if is_relative:
        total = np.abs(one) + np.abs(other)
        lead = np.divide(lead, total, out=np.zeros(len(lead)), where=total > 0)
    spread = float(lead.std()) if len(lead) else 0.0
    scaled: FloatArray = (lead - lead.mean()) / spread if spread > 1e-12 else np.zeros(len(lead))
    return scaled


def _places(names: list[str], columns: FloatArray) -> dict[str, int | None]:
    """Place of each feature's coefficient behind the intercept; None where it never differs."""
    varies: BoolArray = (columns != 0).any(axis=0)
    places = np.cumsum(varies)
    return {name: int(places[n]) if varies[n] else None for n, name in enumerate(names)}


def _fit_sides(table: RatingTable, columns: FloatArray, sides: tuple[BoolArray, ...]) -> Fits:
    used = np.column_stack([np.ones(len(columns)), columns[:, (columns != 0).any(axis=0)]])
    gains = score_values(table)
    weight = np.ones(len(table)) if table.weight is None else table.weight
    return tuple(
        fit_logit(
            used[table.unit[side]],
            gains[table.value[side]],
            weight[side],
            table.cluster[table.unit[side]],
            len(table.clusters),
        )
        if side.any()
        else "no_pairable_units"
        for side in sides
    )


def _infer(
    table: RatingTable, sides: tuple[BoolArray, ...], fits: Fits, place: int | None, settings: Settings
) -> Estimate:
    """The coefficient of one side, or of the first less that of the second."""
    verdicts = int(sum(side.sum() for side in sides))
    base = begin(start_estimate(n=verdicts, n_unit="verdicts", excluded=table.excluded), settings)
    base = replace(base, seed=None)
    held = [fit for fit in fits if isinstance(fit, LogitFit)]
    if len(held) < len(fits):
        return replace(base, undefined=next(fit for fit in fits if not isinstance(fit, LogitFit)))
    if place is None:
        return replace(base, undefined="no_variation")
    signs = (1.0, -1.0)
    point = sum(sign * float(fit.coefficients[place]) for sign, fit in zip(signs, held, strict=False))
    base = replace(base, estimate=point)
    if settings.inference is None:
        return base
    clusters = len(np.unique(np.concatenate([table.cluster[table.unit[side]] for side in sides])))
    if clusters <= len(held[0].coefficients):
        return replace(base, undefined="too_few_items")
    influence = sum(sign * fit.influence[place] for sign, fit in zip(signs, held, strict=False))
    return _add_limits(base, float(np.sqrt(np.square(influence).sum())), clusters)


def _add_limits(base: Estimate, error: float, clusters: int) -> Estimate:
    point = base.estimate
    if point is None or not error > 1e-12:
        return replace(base, undefined="no_variation")
    reach = find_student_t(clusters - 1, base.confidence) * error
    return replace(base, low=point - reach, high=point + reach, method="cluster_sandwich")
