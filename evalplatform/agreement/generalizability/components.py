"""Where the variance of ratings comes from: items, systems, raters and their interactions."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any, Literal, Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, encode_labels
from evalplatform.agreement.cells import Cells, count_per_unit, gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.generalizability.effects import Effect, cross_effects, has_repeats, make_effect
from evalplatform.agreement.generalizability.variance import Components
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.limits import name_flat
from evalplatform.agreement.reliability.grids import read_numbers
from evalplatform.agreement.resampling import Limits
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable

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
    leave out one item at a time: Student's t, whose reach is never shorter than with its skewness taken out (Hall
    1992, Journal of the Royal Statistical Society B 54, 221-228). Beyond 5,000 kinds of item they draw items.
    Limits stop at 0, or at a component below it; that of the raters' component speaks of these raters alone.

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
    settings.refuse_method()
    if settings.crossed:
        raise AgreementError("the components of these raters have no interval for other raters")
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
    of_units, _ = encode_labels([systems[label] for label in rated])
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
