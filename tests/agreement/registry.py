"""Every statistic with what it promises not to depend on; one that is not entered here fails the suite."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from evalplatform.agreement import (
    ICC_FORMS,
    LEVELS,
    Estimate,
    RatingTable,
    agreement_between,
    agreement_with_plurality,
    agreement_with_rest,
    brennan_prediger,
    category_agreement,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    inconsistency_rate,
    intraclass_correlation,
    kendall_tau_b,
    kendall_w,
    krippendorff_alpha,
    mean_value,
    percent_agreement,
    scott_pi,
    spearman_rho,
    value_rate,
    variance_components,
    weighted_agreement,
)

EXAMPLES = 100 if os.environ.get("EVALPLATFORM_NIGHTLY") else 12  # tables that each figure is tried on

Figure = Callable[..., Estimate]
Promise = Literal[
    "rater names",  # which rater is which
    "sources",  # which of raters a and b comes first
    "category names",  # which category is which
    "copies",  # every unit twice
    "lone ratings",  # units rated once
    "measurement unit",  # all values times the same number
]


@dataclass(frozen=True)
class Declared:
    """A figure of a table of raters a to e and values 1 to 4, with the range that its limits lie in."""

    statistic: str  # its public name
    figure: Figure
    promises: frozenset[Promise]
    low: float = -1.0
    high: float = 1.0


def of_sources(statistic: Callable[..., Any]) -> Figure:  # Any: a figure, or a record that holds one
    """The figure of what raters a and b gave, where each gave one value."""

    def figure(table: RatingTable, **options: Any) -> Estimate:
        given: dict[tuple[int, str], list[Any]] = {}
        for unit, rater, value in zip(table.unit, table.rater, table.value, strict=True):
            given.setdefault((int(unit), table.raters[rater]), []).append(table.categories[value])
        columns = [
            [
                values[0] if len(values := given.get((unit, name), [])) == 1 else None
                for unit in range(len(table.units))
            ]
            for name in "ab"
        ]
        clusters = table.clusters[table.cluster].tolist()
        found: Estimate = statistic(*columns, clusters=clusters, categories=table.categories, **options)
        return found

    return figure


def between(table: RatingTable, **options: Any) -> Estimate:
    return agreement_between(table, ["a", "b"], ["c", "d", "e"], **options)


def plurality(table: RatingTable, **options: Any) -> Estimate:
    return agreement_with_plurality(table, "a", list("bcde"), **options)


def rest(table: RatingTable, **options: Any) -> Estimate:
    return agreement_with_rest(table, **options)["a"]


def category(table: RatingTable, **options: Any) -> Estimate:
    return category_agreement(table, **options)[table.categories[0]]


def component(table: RatingTable, source: str, inference: object = None, **options: Any) -> Estimate:
    return variance_components(table, **options).components[source]


def within_two(statistic: Figure) -> Figure:
    """The figure of raters a and b alone, of a statistic that speaks of what its model says."""

    def figure(table: RatingTable, inference: object = None, **options: Any) -> Estimate:
        return statistic(table.subset(raters=["a", "b"]), **options)

    return figure


def declare(
    statistic: str, figure: Figure, *promises: Promise, low: float = -1.0, high: float = 1.0
) -> Declared:
    return Declared(statistic, figure, frozenset(promises), low, high)


LOWEST, HIGHEST = float("-inf"), float("inf")
MANY: tuple[Promise, ...] = ("rater names", "category names", "copies")
ORDERED: tuple[Promise, ...] = ("rater names", "copies", "measurement unit")

REGISTRY: dict[str, Declared] = {
    "micro": declare("percent_agreement", percent_agreement, *MANY, "lone ratings", low=0),
    "macro": declare(
        "percent_agreement", partial(percent_agreement, mean="macro"), *MANY, "lone ratings", low=0
    ),
    "between": declare("agreement_between", between, "category names", "copies", "lone ratings", low=0),
    "plurality": declare(
        "agreement_with_plurality", plurality, "category names", "copies", "lone ratings", low=0
    ),
    "kappa of plurality": declare(
        "agreement_with_plurality",
        partial(plurality, statistic="cohen_kappa"),
        "category names",
        "copies",
        "lone ratings",
    ),
    "rate": declare(
        "value_rate",
        lambda table, **options: value_rate(table, {1}, **options),
        "rater names",
        "copies",
        low=0,
    ),
    "mean": declare("mean_value", partial(mean_value, bounds=(1, 4)), "rater names", "copies", low=1, high=4),
    "inconsistency": declare("inconsistency_rate", inconsistency_rate, "rater names", "copies", low=0),
    "alpha nominal": declare(
        "krippendorff_alpha",
        partial(krippendorff_alpha, level="nominal"),
        "rater names",
        "category names",
        "lone ratings",
    ),
    **{
        f"alpha {level}": declare(
            "krippendorff_alpha",
            partial(krippendorff_alpha, level=level),
            "rater names",
            "lone ratings",
            "measurement unit",
        )
        for level in LEVELS
        if level != "nominal"
    },
    "cohen": declare(
        "cohen_kappa", of_sources(cohen_kappa), "sources", "category names", "copies", "lone ratings"
    ),
    "cohen ordinal": declare(
        "cohen_kappa",
        of_sources(partial(cohen_kappa, weights="ordinal")),
        "sources",
        "copies",
        "lone ratings",
        "measurement unit",
    ),
    "scott": declare("scott_pi", of_sources(scott_pi), "sources", "category names", "copies", "lone ratings"),
    "fleiss": declare("fleiss_kappa", fleiss_kappa, *MANY, low=LOWEST),
    "fleiss quadratic": declare(
        "fleiss_kappa", partial(fleiss_kappa, weights="quadratic"), *ORDERED, low=LOWEST
    ),
    "conger": declare("conger_kappa", conger_kappa, *MANY, low=LOWEST),
    "conger linear": declare("conger_kappa", partial(conger_kappa, weights="linear"), *ORDERED, low=LOWEST),
    "weighted": declare(
        "weighted_agreement", weighted_agreement, "rater names", "copies", "measurement unit", low=0
    ),
    "brennan prediger": declare("brennan_prediger", brennan_prediger, *MANY),
    "ac1": declare("gwet_ac1", gwet_ac1, *MANY, low=LOWEST),
    "ac2": declare("gwet_ac2", gwet_ac2, *ORDERED, low=LOWEST),
    **{
        form: declare(
            "intraclass_correlation",
            within_two(partial(intraclass_correlation, form=form)),
            "sources",
            "lone ratings",
            "measurement unit",
            low=LOWEST,
        )
        for form in ICC_FORMS
    },
    "rest": declare(
        "agreement_with_rest",
        partial(rest, coefficient="agreement"),
        "category names",
        "copies",
        "lone ratings",
        low=0,
    ),
    "kappa of rest": declare(
        "agreement_with_rest",
        partial(rest, coefficient="cohen_kappa"),
        "category names",
        "copies",
        "lone ratings",
    ),
    "category": declare("category_agreement", category, "rater names", "copies", "lone ratings", low=0),
    "kappa of category": declare(
        "category_agreement", partial(category, statistic="fleiss_kappa"), "rater names", "copies", low=LOWEST
    ),
    **{
        f"variance of {source}": declare(
            "variance_components", partial(component, source=source), "rater names", low=LOWEST, high=HIGHEST
        )
        for source in ("item", "rater", "residual")
    },
    "concordance": declare(
        "kendall_w", kendall_w, "rater names", "copies", "lone ratings", "measurement unit", low=0
    ),
    **{
        statistic.__name__: declare(
            statistic.__name__,
            of_sources(statistic),
            "sources",
            "copies",
            "lone ratings",
            "measurement unit",
        )
        for statistic in (spearman_rho, kendall_tau_b)
    },
}

# public names that are no figure of ratings
OTHERS = {
    "describe_strength",
    "list_remarks",
    "read_tables",
    "warn_of_nothing",
    "warn_of_paradox",
    "warn_of_repeats",
    "apply_rule",
    "merge_orders",
    "orient_verdict",
    "pair_orders",
    "take_plurality",
}
# held to account by tests of their own: they return more than one figure of a table
APART = {
    "describe_reliability",
    "pairwise_coefficients",
    "pairwise_rater_agreement",
    "plan_study",
    "position_consistency",
    "win_rates",
}
