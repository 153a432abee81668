"""Few human labels and many verdicts of a judge: what to buy, what comes of it, and when to stop."""

from evalplatform.agreement.few_labels.allocation import allocate_labels, expect_spread
from evalplatform.agreement.few_labels.contrasts import ppi_contrasts
from evalplatform.agreement.few_labels.decisions import Decision
from evalplatform.agreement.few_labels.families import Family, decide_family
from evalplatform.agreement.few_labels.item_orders import draw_order
from evalplatform.agreement.few_labels.labels import LabelledUnits, label_units
from evalplatform.agreement.few_labels.planning import find_cheapest_plan, plan_labels, power_curve
from evalplatform.agreement.few_labels.plans import Plan
from evalplatform.agreement.few_labels.powered import Powered
from evalplatform.agreement.few_labels.ppi import ppi_mean, ppi_win_rate
from evalplatform.agreement.few_labels.prevalence import rogan_gladen
from evalplatform.agreement.few_labels.saving import Saving, expected_saving
from evalplatform.agreement.few_labels.sequential import decide_sequentially
from evalplatform.agreement.few_labels.tiers import CROWD_PRICE, EXPERT_PRICE, Components, Tier

__all__ = [
    "CROWD_PRICE",
    "EXPERT_PRICE",
    "Components",
    "Decision",
    "Family",
    "LabelledUnits",
    "Plan",
    "Powered",
    "Saving",
    "Tier",
    "allocate_labels",
    "decide_family",
    "decide_sequentially",
    "draw_order",
    "expect_spread",
    "expected_saving",
    "find_cheapest_plan",
    "label_units",
    "plan_labels",
    "power_curve",
    "ppi_contrasts",
    "ppi_mean",
    "ppi_win_rate",
    "rogan_gladen",
]
