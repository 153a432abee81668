"""Where the variance of ratings comes from, and what more items or more raters would do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any, Literal, Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import Cells, count_per_unit, gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.grids import read_numbers
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.limits import name_flat
from evalplatform.agreement.resampling import Limits
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable
from evalplatform.agreement.variance import (
    RESIDUAL,
    Components,
    Effect,
    cross_effects,
    has_repeats,
    make_effect,
)

Facet = Literal["item", "system", "rater"]
THIN: dict[Facet, Undefined] = {
    "item": "too_few_items",
    "system": "no_variation",
    "rater": "too_few_raters",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceComponents:
    """How much of the variance of ratings each source makes.

    Attributes
    ----------
    components : source to its variance, in squared units of the ratings: ``item``, ``rater``, with systems
        ``system``, their interactions such as ``item x rater``, and ``residual``, which holds what cannot be
        told from error; below 0 where chance made it so
    shares : source to its share of their sum, those below 0 taken for 0
    levels : how many items, raters and systems there are
    ratings : how many ratings were used
    """

    components: Mapping[str, Estimate]
    shares: Mapping[str, float]
    levels: Mapping[str, int]
    ratings: int

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        components = {name: estimate.to_dict() for name, estimate in self.components.items()}
        return {**asdict(self), "components": components}


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What to expect of a study with so many items and raters, every rater rating everything once.

    Attributes
    ----------
    items, raters : of the design
    measured : what is to be told apart: ``system``, or ``item`` where there are no systems
    generalizability : reliability of the order of what is measured, in [0, 1]
    dependability : reliability of the values themselves, in [0, 1]
    error : standard error of the mean of a system (without systems: of all items) for other items and raters
    contrast : the same of the difference of two systems rated on the same items by the same raters; None
        without systems
    more : of which, ``items`` or ``raters``, twice as many would lower that error more: of the contrast, or
        without systems of the mean; None where neither matters more
    """

    items: int
    raters: int
    measured: Facet
    generalizability: float | None
    dependability: float | None
    error: float
    contrast: float | None
    more: Literal["items", "raters"] | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def variance_components(
    table: RatingTable,
    *,
    systems: Mapping[Any, str] | None = None,  # Any: unit labels of whatever type
    **interval: Unpack[IntervalOptions],
) -> VarianceComponents:
    r"""Components of variance of numeric ratings: the G-study of generalizability theory.

    Parameters
    ----------
    table : numeric ratings, with any of them missing, without weights
    systems : the system of each unit label, whose items are then the table's clusters; None: each unit is an item
    interval : `resamples`, `seed`, `confidence`, and `inference`, which knows ``these_raters`` alone

    Returns
    -------
    VarianceComponents
        Interactions are there as far as the data can tell them from each other and from error: ``item x rater``
        without systems needs a rater who rated a unit twice. Undefined components: ``raters_are_slots``,
        ``too_few_items``, ``too_few_raters``, ``no_variation`` (all ratings equal, or a single system),
        ``no_pairable_units`` (a source that cannot be told from another or from error, such as the items of a
        study with one rating each).

    Notes
    -----
    With n_a ratings in group a of source A, and n_ab of them in group b of source B:

    .. math:: E\Big[\sum_a \frac{y_{a\cdot}^2}{n_a}\Big] = N \mu^2
        + \sum_B \sigma^2_B \sum_a \sum_b \frac{n_{ab}^2}{n_a} + |A| \sigma^2_e

    solved for the components; Henderson (1953), Biometrics 9, 226-252. Without missing ratings these are the
    expected mean squares of the analysis of variance, as in Brennan (2001), Generalizability Theory. Intervals
    leave out one item at a time (Student's t), beyond 5,000 kinds of item they draw items; that of the raters'
    component speaks of these raters alone.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, variance_components
    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> rows = [(unit, f"r{k}", value) for unit, row in enumerate(ratings) for k, value in enumerate(row)]
    >>> found = variance_components(RatingTable.from_records(rows, level="interval"), inference=None)
    >>> {name: round(part.estimate, 2) for name, part in found.components.items()}
    {'item': 2.56, 'rater': 5.24, 'residual': 1.02}
    """
    settings = Settings(**interval)
    if settings.crossed:
        raise AgreementError("the components of these raters have no interval for other raters")
    if table.weight is not None:
        raise AgreementError("weights have no place in an analysis of variance")
    numbers = read_numbers(table)
    cells = gather_cells(table, count_per_unit(table) > 0, side=table.rater, crossed=systems is not None)
    unit = cells.unit_of_ratings
    codes = _code_facets(table, cells, unit, systems)
    sizes = {facet: _count_levels(facet, code, cells, codes) for facet, code in codes.items()}
    weights = cells.multiplicity[cells.cluster[unit]].astype(np.float64)
    facets = {facet: make_effect(code, is_inside=facet == "item") for facet, code in codes.items()}
    missing = {facet: THIN[facet] for facet in codes if sizes[facet] < 2}
    for facet, effect in facets.items():
        if not has_repeats(effect, weights):
            missing.setdefault(facet, "no_pairable_units")
    if len(cells.slots):
        missing["rater"] = "raters_are_slots"
    effects = _make_effects(facets, missing, weights)
    given = numbers[cells.category[cells.cell_of_ratings]] if len(unit) else np.zeros(0)
    model = Components(given, cells.cluster[unit], cells.multiplicity, effects)
    base = start_estimate(n=len(table), n_unit="ratings", level="interval", excluded=table.excluded)
    base = replace(base, inference=settings.inference, confidence=settings.confidence)
    estimates: dict[str, Estimate] = {facet: replace(base, undefined="no_pairable_units") for facet in codes}
    estimates |= _infer_components(model, settings, base)
    if len(model.values):
        estimates |= {facet: replace(base, undefined=reason) for facet, reason in missing.items()}
    return VarianceComponents(
        components=estimates,
        shares=_share_out(estimates),
        levels={facet: int(size) for facet, size in sizes.items()},
        ratings=len(table),
    )


def plan_study(
    found: VarianceComponents, *, items: Sequence[int], raters: Sequence[int]
) -> tuple[Design, ...]:
    r"""What more items, or more raters, would do: the D-study of generalizability theory.

    Parameters
    ----------
    found : components of a study like the one that is planned
    items, raters : numbers to look at, each of one with each of the other

    Returns
    -------
    tuple of Design
        One for each number of items and each of raters, in that order. Components below 0 count as 0, and
        undefined ones as 0 too, so that a study with a single rater knows nothing of what raters do. An error
        where there is no residual, or nothing to be told apart.

    Notes
    -----
    For systems s, items i and raters r, with n_i and n_r of them:

    .. math:: \sigma^2_\delta = \frac{\sigma^2_{si}}{n_i} + \frac{\sigma^2_{sr}}{n_r} + \frac{\sigma^2_e}{n_i n_r},
        \quad \sigma^2_\Delta = \sigma^2_\delta + \frac{\sigma^2_i}{n_i} + \frac{\sigma^2_r}{n_r}
        + \frac{\sigma^2_{ir}}{n_i n_r}

    generalizability is sigma^2_s / (sigma^2_s + sigma^2_delta), dependability the same with sigma^2_Delta, the
    contrast's standard error the root of 2 sigma^2_delta. Without systems the items are measured, by n_r raters
    each: sigma^2_delta = (sigma^2_ir + sigma^2_e) / n_r and sigma^2_Delta = sigma^2_delta + sigma^2_r / n_r.
    Brennan (2001), Generalizability Theory; Shavelson and Webb (1991), Generalizability Theory: A Primer.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, plan_study, variance_components
    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> rows = [(unit, f"r{k}", value) for unit, row in enumerate(ratings) for k, value in enumerate(row)]
    >>> found = variance_components(RatingTable.from_records(rows, level="interval"), inference=None)
    >>> [(plan.raters, round(plan.dependability, 2), plan.more) for plan in plan_study(found, items=[6], raters=[1, 4])]
    [(1, 0.29, 'raters'), (4, 0.62, 'raters')]
    """
    if min([*items, *raters], default=1) < 1:
        raise AgreementError("a study has one item and one rater at least")
    measured: Facet = "system" if "system" in found.levels else "item"
    parts = {name: max(part.estimate or 0.0, 0.0) for name, part in found.components.items()}
    if any(found.components[name].estimate is None for name in (measured, RESIDUAL)):
        raise AgreementError(f"there is no component of {measured} and residual to plan with")
    return tuple(_expect(measured, parts, n, m) for n in items for m in raters)


def _code_facets(
    table: RatingTable,
    cells: Cells,
    unit: IntArray,
    systems: Mapping[Any, str] | None,  # Any: as above
) -> dict[Facet, IntArray]:
    """Codes of each facet's levels, (ratings,)."""
    if systems is None:
        return {"item": unit, "rater": cells.rater}
    rated = table.units[np.unique(table.unit)].tolist()
    unknown = [label for label in rated if label not in systems]
    if unknown:
        raise AgreementError(f"no system given for unit {unknown[0]!r}")
    names = sorted({systems[label] for label in rated})
    of_units = np.array([names.index(systems[label]) for label in rated], dtype=np.int64)
    return {"item": cells.cluster[unit], "system": of_units[unit], "rater": cells.rater}


def _count_levels(facet: Facet, code: IntArray, cells: Cells, codes: Mapping[Facet, IntArray]) -> int:
    """Levels of a facet; units that were gathered as one type are items of their own."""
    if facet != "item":
        return len(np.unique(code))
    if "system" in codes:
        return len(cells.multiplicity)
    return int(cells.multiplicity[cells.cluster].sum())


def _make_effects(
    facets: Mapping[Facet, Effect], missing: Mapping[Facet, Undefined], weights: FloatArray
) -> dict[str, Effect]:
    """The facets that have levels to compare, and those of their interactions that are groupings of their own."""
    main: dict[str, Effect] = {facet: effect for facet, effect in facets.items() if facet not in missing}
    effects = dict(main)
    for one, other in combinations(main, 2):
        both = cross_effects(main[one], main[other])
        if both.size > max(main[one].size, main[other].size) and has_repeats(both, weights):
            effects[f"{one} x {other}"] = both
    return effects


def _infer_components(model: Components, settings: Settings, base: Estimate) -> dict[str, Estimate]:
    """The components that the model holds."""
    if not model.width:
        reason: Undefined = "no_variation" if len(model.values) else "no_pairable_units"
        return {name: replace(base, undefined=reason) for name in model.names}
    values = (model.solve(model.whole)[:, 0] * model.scale).tolist()
    if not np.isfinite(values).all():
        return {name: replace(base, undefined="no_pairable_units") for name in model.names}
    found = {name: replace(base, estimate=value) for name, value in zip(model.names, values, strict=True)}
    if settings.inference is None:
        return found
    if model.multiplicity.sum() < 2:
        return {name: replace(part, undefined="too_few_items") for name, part in found.items()}
    method, limits = model.limits(settings)
    return {
        name: _add_limits(part, method, each, settings, model)
        for (name, part), each in zip(found.items(), limits, strict=True)
    }


def _add_limits(
    part: Estimate, method: str, limits: Limits | None, settings: Settings, model: Components
) -> Estimate:
    if limits is None:
        return replace(part, undefined=name_flat(model))
    return replace(part, low=limits[0], high=limits[1], method=method, seed=settings.seed)


def _share_out(estimates: Mapping[str, Estimate]) -> dict[str, float]:
    held = {name: max(part.estimate, 0.0) for name, part in estimates.items() if part.estimate is not None}
    total = sum(held.values())
    return {name: part / total for name, part in held.items()} if total else {}


def _expect(measured: Facet, parts: Mapping[str, float], items: int, raters: int) -> Design:
    object_variance = parts[measured]
    relative, absolute = _errors(measured, parts, items, raters)
    mean = absolute if measured == "system" else _mean_error(parts, items, raters)
    choices = {
        "items": _wanted(measured, parts, 2 * items, raters),
        "raters": _wanted(measured, parts, items, 2 * raters),
    }
    return Design(
        items=items,
        raters=raters,
        measured=measured,
        generalizability=_reliability(object_variance, relative),
        dependability=_reliability(object_variance, absolute),
        error=float(np.sqrt(mean)),
        contrast=float(np.sqrt(2 * relative)) if measured == "system" else None,
        more=_choose(choices["items"], choices["raters"]),
    )


def _errors(measured: Facet, parts: Mapping[str, float], items: int, raters: int) -> tuple[float, float]:
    """Variance of the error of what is measured, compared with its like and by itself."""
    held = {name: parts.get(name, 0.0) for name in ("item", "rater", "item x rater", RESIDUAL)}
    if measured == "item":
        relative = (held["item x rater"] + held[RESIDUAL]) / raters
        return relative, relative + held["rater"] / raters
    relative = (
        parts.get("item x system", 0.0) / items
        + parts.get("system x rater", 0.0) / raters
        + held[RESIDUAL] / (items * raters)
    )
    common = held["item"] / items + held["rater"] / raters + held["item x rater"] / (items * raters)
    return relative, relative + common


def _mean_error(parts: Mapping[str, float], items: int, raters: int) -> float:
    """Variance of the mean over all items and raters."""
    single = parts.get("item x rater", 0.0) + parts[RESIDUAL]
    return parts.get("item", 0.0) / items + parts.get("rater", 0.0) / raters + single / (items * raters)


def _wanted(measured: Facet, parts: Mapping[str, float], items: int, raters: int) -> float:
    """The error that is to be made small: of contrasts of systems, or of the mean of all items."""
    return (
        _errors(measured, parts, items, raters)[0]
        if measured == "system"
        else _mean_error(parts, items, raters)
    )


def _choose(with_items: float, with_raters: float) -> Literal["items", "raters"] | None:
    if np.isclose(with_items, with_raters, rtol=1e-9, atol=0):
        return None
    return "items" if with_items < with_raters else "raters"


def _reliability(signal: float, error: float) -> float | None:
    return signal / (signal + error) if signal + error > 0 else None
