"""Several judges as one: what a panel says and is worth, and a cascade from a cheap judge to people."""

from evalplatform.agreement.panels.advantage import PanelAdvantage, compare_with_best
from evalplatform.agreement.panels.cascade import Cascade, Stage, StagePlan, plan_cascade, route_cases
from evalplatform.agreement.panels.effective import effective_judges
from evalplatform.agreement.panels.verdicts import panel_verdicts, score_verdicts
from evalplatform.agreement.panels.weights import cross_fit_weights, learn_weights

__all__ = [
    "Cascade",
    "PanelAdvantage",
    "Stage",
    "StagePlan",
    "compare_with_best",
    "cross_fit_weights",
    "effective_judges",
    "learn_weights",
    "panel_verdicts",
    "plan_cascade",
    "route_cases",
    "score_verdicts",
]
