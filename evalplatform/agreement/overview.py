"""Every coefficient that applies to a table, beside each other: no single one tells the story."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Unpack

import numpy as np

from evalplatform.agreement.generalizability.components import variance_components
from evalplatform.agreement.means import mean_value
from evalplatform.agreement.reliability.alpha import krippendorff_alpha
from evalplatform.agreement.reliability.intraclass import ICC_FORMS, intraclass_correlation, name_inference
from evalplatform.agreement.reliability.kappas import (
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
)
from evalplatform.agreement.reliability.percent import percent_agreement
from evalplatform.agreement.reliability.rankings import kendall_tau_b, kendall_w, spearman_rho
from evalplatform.agreement.reliability.sources import cohen_kappa
from evalplatform.agreement.reliability.weighting import Weighting
from evalplatform.agreement.results import Estimate, Inference
from evalplatform.agreement.settings import IntervalOptions
from evalplatform.agreement.table import LEVELS, Level, RatingTable

Make = Callable[..., Estimate]
WEIGHTS: dict[Level, Weighting] = {"ordinal": "ordinal", "interval": "quadratic", "ratio": "quadratic"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEstimate:
    """A figure and what it is called; `weights`: the credit that near misses got."""

    statistic: str
    estimate: Estimate
    weights: Weighting | None = None

    def to_dict(self) -> dict[str, object]:
        """Give it as plain JSON types."""
        return {"statistic": self.statistic, "weights": self.weights, **self.estimate.to_dict()}


def describe_reliability(
    table: RatingTable,
    *,
    inferences: Sequence[Inference] = ("these_raters", "rater_population"),
    **interval: Unpack[IntervalOptions],
) -> list[NamedEstimate]:
    """Work out all coefficients that the values and the raters of a table allow.

    Parameters
    ----------
    table : its level says which coefficients apply; ``unstated`` asks for all that the values allow: words have
        the nominal level, numbers every level
    inferences : what intervals should speak of, one `Estimate` each; a figure whose model speaks of one of them
        alone comes once
    interval : `resamples`, `seed`, `confidence`

    Returns
    -------
    list of NamedEstimate
        Undefined figures included, each with its reason. Ranks, means and analyses of variance take no weights and
        are left out where ratings have some.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, describe_reliability
    >>> rows = [(1, "ann", "yes"), (1, "bob", "yes"), (2, "ann", "no"), (2, "bob", "yes")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> found = describe_reliability(table, inferences=["these_raters"])
    >>> [each.statistic for each in found][:3]
    ['percent_agreement', 'percent_agreement_macro', 'krippendorff_alpha']
    """
    options: dict[str, Any] = {**interval}  # Any: the values of `IntervalOptions`
    options.pop("inference", None)
    found = [
        NamedEstimate(statistic=name, weights=weights, estimate=make(inference=inference, **options))
        for name, weights, make in _list_figures(table)
        for inference in inferences
    ]
    return found + list(_list_models(table, options))


def find_levels(table: RatingTable) -> tuple[Level, ...]:
    """Levels of measurement to work out a table at: its own, or all that its values allow."""
    if table.level != "unstated":
        return (table.level,)
    numbers = table.numbers
    if numbers is None or not len(numbers):
        return ("nominal",)
    return LEVELS if numbers.min() >= 0 else LEVELS[:3]


def _list_figures(table: RatingTable) -> Iterator[tuple[str, Weighting | None, Make]]:
    """Name, weights, and how to make it for an inference."""
    levels = find_levels(table)
    yield "percent_agreement", None, lambda **how: percent_agreement(table, **how)
    yield "percent_agreement_macro", None, lambda **how: percent_agreement(table, mean="macro", **how)
    for level in levels:
        yield "krippendorff_alpha", None, _bind(krippendorff_alpha, table, level=level)
    for name, kappa in (
        ("fleiss_kappa", fleiss_kappa),
        ("conger_kappa", conger_kappa),
        ("brennan_prediger", brennan_prediger),
    ):
        for weights in dict.fromkeys((None, *_weights_of(levels))):
            yield name, weights, _bind(kappa, table, weights=weights)
    yield "gwet_ac1", None, _bind(gwet_ac1, table)
    for weights in _weights_of(levels):
        yield "gwet_ac2", weights, _bind(gwet_ac2, table, weights=weights)
    if table.weight is None and set(levels) != {"nominal"}:
        yield "kendall_w", None, _bind(kendall_w, table)
    yield from _list_figures_of_two(table, levels)
    if table.weight is None and _has_numbers(table, levels):
        yield "mean_value", None, _bind(mean_value, table)


def _list_figures_of_two(
    table: RatingTable, levels: Sequence[Level]
) -> Iterator[tuple[str, Weighting | None, Make]]:
    columns = _put_side_by_side(table)
    if columns is None:
        return
    clusters = table.clusters[table.cluster].tolist()
    shared: dict[str, Any] = {"clusters": clusters, "categories": table.categories}  # Any: labels
    for weights in dict.fromkeys((None, *_weights_of(levels))):
        yield "cohen_kappa", weights, _bind(cohen_kappa, *columns, weights=weights, **shared)
    if set(levels) != {"nominal"}:
        yield "spearman_rho", None, _bind(spearman_rho, *columns, **shared)
        yield "kendall_tau_b", None, _bind(kendall_tau_b, *columns, **shared)


def _list_models(table: RatingTable, options: dict[str, Any]) -> Iterator[NamedEstimate]:
    """Figures whose model says what they speak of."""
    if table.weight is not None or not _has_numbers(table, find_levels(table)):
        return
    for form in ICC_FORMS:
        found = intraclass_correlation(table, form, **options)
        inference = found.inference or name_inference(form)
        yield NamedEstimate(statistic=form, estimate=replace(found, inference=inference))
    parts = variance_components(table, **options)
    for source, estimate in parts.components.items():
        yield NamedEstimate(statistic=f"variance_of_{source}", estimate=estimate)


def _bind(
    statistic: Callable[..., Estimate], *given: Any, **options: Any
) -> Make:  # Any: arguments of any figure
    return lambda **how: statistic(*given, **options, **how)


def _weights_of(levels: Sequence[Level]) -> list[Weighting]:
    return list(dict.fromkeys(WEIGHTS[level] for level in levels if level in WEIGHTS))


def _has_numbers(table: RatingTable, levels: Sequence[Level]) -> bool:
    has_distances = bool({"interval", "ratio"} & set(levels))
    return has_distances and table.numbers is not None and len(table) > 0


def _put_side_by_side(table: RatingTable) -> list[list[Any]] | None:  # Any: labels
    """One column for each of exactly two raters who rated nothing twice, None where they missed a unit."""
    used = np.unique(table.rater)
    if len(used) != 2 or table.weight is not None or "slot" in {table.kinds[code] for code in used}:
        return None
    place = table.unit * len(table.raters) + table.rater
    if len(np.unique(place)) < len(place):
        return None
    columns: list[list[Any]] = [[None] * len(table.units) for _ in used]
    for column, code in zip(columns, used.tolist(), strict=True):
        rows = table.rater == code
        for unit, value in zip(table.unit[rows].tolist(), table.value[rows].tolist(), strict=True):
            column[unit] = table.categories[value]
    return columns
