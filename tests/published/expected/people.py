"""What every study has of its people: agreement and coefficients of each criterion."""

from collections.abc import Callable, Mapping

from evalplatform.agreement import (
    Estimate,
    RatingTable,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    intraclass_correlation,
    krippendorff_alpha,
    percent_agreement,
)
from tests.published.expected.study import Figures

FIGURES: Mapping[str, Callable[[RatingTable], Estimate]] = {
    "krippendorff_alpha_nominal": lambda table: krippendorff_alpha(table, level="nominal", inference=None),
    "krippendorff_alpha_ordinal": lambda table: krippendorff_alpha(table, level="ordinal", inference=None),
    "krippendorff_alpha_interval": lambda table: krippendorff_alpha(table, level="interval", inference=None),
    "pairwise_agreement": lambda table: percent_agreement(table, inference=None),
    "fleiss_kappa": lambda table: fleiss_kappa(table, inference=None),
    "gwet_ac1": lambda table: gwet_ac1(table, inference=None),
    "gwet_ac2_ordinal": lambda table: gwet_ac2(table, weights="ordinal", inference=None),
    "icc1": lambda table: intraclass_correlation(table, "ICC(1,1)"),
    "icc1k": lambda table: intraclass_correlation(table, "ICC(1,k)"),
}


def describe_people(name: str, table: RatingTable, *figures: str) -> Figures:
    """These figures of the table, as `name.figure`."""
    for figure in figures:
        yield f"{name}.{figure}", FIGURES[figure](table)
