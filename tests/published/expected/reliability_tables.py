"""Textbook tables with missing ratings."""

from evalplatform.agreement import (
    Estimate,
    RatingTable,
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    krippendorff_alpha,
    weighted_agreement,
)
from evalplatform.agreement.reliability.weighting import WEIGHTINGS, Weighting
from tests.published.expected.people import describe_people
from tests.published.expected.study import Figures, Study, make_table


def work_out(study: Study) -> Figures:
    for name in study.criteria:
        lines = [line for line in study.people if line["criterion"] == name]
        table = make_table(lines, level="unstated")
        levels = ("nominal", "ordinal", "interval")
        yield from describe_people(name, table, *(f"krippendorff_alpha_{level}" for level in levels))
        for weights in (None, *WEIGHTINGS):
            part = f"{name}.{weights or 'identity'}"
            yield f"{part}.percent_agreement", weighted_agreement(table, weights=weights, inference=None)
            yield f"{part}.bp", brennan_prediger(table, weights=weights, inference=None)
            yield f"{part}.conger", conger_kappa(table, weights=weights, inference=None)
            yield f"{part}.fleiss", fleiss_kappa(table, weights=weights, inference=None)
            gwet = (
                gwet_ac1(table, inference=None)
                if weights is None
                else gwet_ac2(table, weights=weights, inference=None)
            )
            yield f"{part}.gwet", gwet
        # The squared difference is the distance of the interval level, the identity that of the nominal one.
        yield f"{name}.identity.krippendorff", krippendorff_alpha(table, level="nominal", inference=None)
        yield f"{name}.quadratic.krippendorff", krippendorff_alpha(table, level="interval", inference=None)


def gwet(table: RatingTable, weights: Weighting | None) -> Estimate:
    """AC1 without weights, AC2 with them."""
    return (
        gwet_ac1(table, inference=None)
        if weights is None
        else gwet_ac2(table, weights=weights, inference=None)
    )
