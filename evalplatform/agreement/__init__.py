"""Agreement between raters: pure statistics on arrays and records, usable in a notebook without Django.

A name is imported when it is first asked for, so that a notebook or a command loads only the rooms that it uses.
Every figure leaves as a frozen result with its interval, what it counts, and a name for what is undefined.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalplatform.agreement.between import agreement_between
    from evalplatform.agreement.errors import AgreementError
    from evalplatform.agreement.generalizability.components import VarianceComponents, variance_components
    from evalplatform.agreement.generalizability.designs import Design, plan_study
    from evalplatform.agreement.means import mean_value, value_rate
    from evalplatform.agreement.orders import (
        OrderPairs,
        PositionConsistency,
        inconsistency_rate,
        merge_orders,
        pair_orders,
        position_consistency,
    )
    from evalplatform.agreement.overview import NamedEstimate, describe_reliability
    from evalplatform.agreement.plurality import agreement_with_plurality
    from evalplatform.agreement.preferences import PREFERENCES, RULES, Rule, Ties, apply_rule, orient_verdict
    from evalplatform.agreement.ranking import win_rates
    from evalplatform.agreement.reading import Columns, read_tables
    from evalplatform.agreement.reliability.alpha import krippendorff_alpha
    from evalplatform.agreement.reliability.categories import category_agreement
    from evalplatform.agreement.reliability.intraclass import ICC_FORMS, IccForm, intraclass_correlation
    from evalplatform.agreement.reliability.kappas import (
        brennan_prediger,
        conger_kappa,
        fleiss_kappa,
        gwet_ac1,
        gwet_ac2,
        weighted_agreement,
    )
    from evalplatform.agreement.reliability.matrix import RaterMatrix, pairwise_rater_agreement
    from evalplatform.agreement.reliability.percent import percent_agreement
    from evalplatform.agreement.reliability.rankings import kendall_tau_b, kendall_w, spearman_rho
    from evalplatform.agreement.reliability.rater_pairs import PairMatrix, pairwise_coefficients
    from evalplatform.agreement.reliability.rest import agreement_with_rest
    from evalplatform.agreement.reliability.sources import cohen_kappa, scott_pi
    from evalplatform.agreement.remarks import (
        describe_strength,
        list_remarks,
        warn_of_nothing,
        warn_of_paradox,
        warn_of_repeats,
    )
    from evalplatform.agreement.results import Estimate, Inference, Undefined
    from evalplatform.agreement.table import LEVELS, Level, RaterKind, RatingTable, TableLevel
    from evalplatform.agreement.votes import take_plurality

__all__ = [
    "ICC_FORMS",
    "LEVELS",
    "PREFERENCES",
    "RULES",
    "AgreementError",
    "Columns",
    "Design",
    "Estimate",
    "IccForm",
    "Inference",
    "Level",
    "NamedEstimate",
    "OrderPairs",
    "PairMatrix",
    "PositionConsistency",
    "RaterKind",
    "RaterMatrix",
    "RatingTable",
    "Rule",
    "TableLevel",
    "Ties",
    "Undefined",
    "VarianceComponents",
    "agreement_between",
    "agreement_with_plurality",
    "agreement_with_rest",
    "apply_rule",
    "brennan_prediger",
    "category_agreement",
    "cohen_kappa",
    "conger_kappa",
    "describe_reliability",
    "describe_strength",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "inconsistency_rate",
    "intraclass_correlation",
    "kendall_tau_b",
    "kendall_w",
    "krippendorff_alpha",
    "list_remarks",
    "mean_value",
    "merge_orders",
    "orient_verdict",
    "pair_orders",
    "pairwise_coefficients",
    "pairwise_rater_agreement",
    "percent_agreement",
    "plan_study",
    "position_consistency",
    "read_tables",
    "scott_pi",
    "spearman_rho",
    "take_plurality",
    "value_rate",
    "variance_components",
    "warn_of_nothing",
    "warn_of_paradox",
    "warn_of_repeats",
    "weighted_agreement",
    "win_rates",
]

# Module to the names it is asked for by; the imports above say the same to whoever reads types.
HOMES = {
    "between": ("agreement_between",),
    "errors": ("AgreementError",),
    "generalizability.components": (
        "VarianceComponents",
        "variance_components",
    ),
    "generalizability.designs": (
        "Design",
        "plan_study",
    ),
    "means": (
        "mean_value",
        "value_rate",
    ),
    "orders": (
        "OrderPairs",
        "PositionConsistency",
        "inconsistency_rate",
        "merge_orders",
        "pair_orders",
        "position_consistency",
    ),
    "overview": (
        "NamedEstimate",
        "describe_reliability",
    ),
    "plurality": ("agreement_with_plurality",),
    "preferences": (
        "PREFERENCES",
        "RULES",
        "Rule",
        "Ties",
        "apply_rule",
        "orient_verdict",
    ),
    "ranking": ("win_rates",),
    "reading": (
        "Columns",
        "read_tables",
    ),
    "remarks": (
        "describe_strength",
        "list_remarks",
        "warn_of_nothing",
        "warn_of_paradox",
        "warn_of_repeats",
    ),
    "reliability.alpha": ("krippendorff_alpha",),
    "reliability.categories": ("category_agreement",),
    "reliability.intraclass": (
        "ICC_FORMS",
        "IccForm",
        "intraclass_correlation",
    ),
    "reliability.kappas": (
        "brennan_prediger",
        "conger_kappa",
        "fleiss_kappa",
        "gwet_ac1",
        "gwet_ac2",
        "weighted_agreement",
    ),
    "reliability.matrix": (
        "RaterMatrix",
        "pairwise_rater_agreement",
    ),
    "reliability.percent": ("percent_agreement",),
    "reliability.rankings": (
        "kendall_tau_b",
        "kendall_w",
        "spearman_rho",
    ),
    "reliability.rater_pairs": (
        "PairMatrix",
        "pairwise_coefficients",
    ),
    "reliability.rest": ("agreement_with_rest",),
    "reliability.sources": (
        "cohen_kappa",
        "scott_pi",
    ),
    "results": (
        "Estimate",
        "Inference",
        "Undefined",
    ),
    "table": (
        "LEVELS",
        "Level",
        "RaterKind",
        "RatingTable",
        "TableLevel",
    ),
    "votes": ("take_plurality",),
}
_HOME_OF = {name: home for home, names in HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
