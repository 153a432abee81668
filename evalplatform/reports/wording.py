"""Names of raters and figures in words, in the language of the page."""

from django.utils.translation import gettext as _

from annotations.models import RaterKind
from annotations.queries.rater_groups import PEOPLE, SIMULATED


def name_raters(group: str) -> str:
    """A set of raters in words: simulated ones say so first."""
    family, _colon, name = group.partition(":")
    words = {
        PEOPLE: _("people"),
        SIMULATED: _("SIMULATED raters"),
        RaterKind.JUDGE: _("judge"),
        RaterKind.PANEL: _("panel"),
        RaterKind.METRIC: _("metric"),
        RaterKind.REFERENCE: _("reference"),
    }
    if family.startswith(f"{SIMULATED}-"):
        return _("SIMULATED %(name)s") % {"name": name}
    word = words.get(family, family)
    if not name:
        return word
    return f"{word} ({name})" if family in (PEOPLE, SIMULATED) else f"{word} {name}"


def name_pair(raters: str, against: str | None) -> str:
    """Both sides of a comparison, or the one set of raters that is looked at by itself."""
    return f"{name_raters(raters)} – {name_raters(against)}" if against else name_raters(raters)


def order_raters(group: str) -> tuple[int, str]:
    """People first, then simulated raters, judges, panels, metrics, references."""
    family = group.partition(":")[0]
    kinds = (PEOPLE, SIMULATED, *(kind.value for kind in RaterKind))
    return (kinds.index(family) if family in kinds else len(kinds), group)


def name_statistic(statistic: str, level: str | None = None) -> str:
    """A statistic in words."""
    words = {
        "percent_agreement": _("agreement"),
        "percent_agreement_without_ties": _("agreement without ties"),
        "percent_agreement_macro": _("agreement, mean of units"),
        "percent_agreement_macro_without_ties": _("agreement without ties, mean of units"),
        "krippendorff_alpha": _("Krippendorff's alpha"),
        "krippendorff_alpha_without_ties": _("Krippendorff's alpha without ties"),
        "agreement_with_plurality": _("agreement with the plurality"),
        "agreement_with_plurality_without_ties": _("agreement with the plurality, without ties"),
        "cohen_kappa_with_plurality": _("Cohen's kappa with the plurality"),
        "cohen_kappa_with_plurality_without_ties": _("Cohen's kappa with the plurality, without ties"),
        "position_consistency": _("same verdict in both orders"),
        "inconsistency_rate": _("verdict changes with the order"),
        "tie_rate": _("ties"),
        "win_rate": _("win rate"),
        "win_rate_of_plurality": _("win rate by the plurality"),
        "mean_score": _("mean score"),
        "first_share": _("verdicts for the answer shown first"),
        "primacy": _("the answer shown first wins in both orders"),
        "recency": _("the answer shown second wins in both orders"),
        "order_fairness_p": _("p of first and second place being alike"),
        "fleiss_kappa": _("Fleiss' kappa"),
        "conger_kappa": _("Conger's kappa"),
        "brennan_prediger": _("Brennan and Prediger's coefficient"),
        "gwet_ac1": _("Gwet's AC1"),
        "gwet_ac2": _("Gwet's AC2"),
        "kendall_w": _("Kendall's W"),
        "same_target_judge": _("agreement with the other votes"),
        "same_target_people": _("people's agreement with the other votes"),
        "same_target_difference": _("agreement with the other votes, less people's"),
        "same_target_relative_to_people": _("agreement with the other votes, relative to people's"),
        "pearson_with_mean": _("Pearson's r with people's mean"),
        "spearman_with_mean": _("Spearman's rho with people's mean"),
        "mean_absolute_error_with_mean": _("mean distance from people's mean"),
        "system_kendall_tau_b": _("Kendall's tau of the systems' means"),
        "bradley_terry": _("strength (Bradley and Terry)"),
    }
    family, _colon, value = statistic.partition(":")
    if family == "variance_component":
        return _("variance of %(source)s") % {"source": value}
    word = _("share of “%(value)s”") % {"value": value} if value else words.get(family, family)
    return f"{word} ({name_level(level)})" if level and "alpha" in statistic else word


def name_level(level: str) -> str:
    return {
        "nominal": _("nominal"),
        "ordinal": _("ordinal"),
        "interval": _("interval"),
        "ratio": _("ratio"),
    }.get(level, level)


def name_inference(inference: str | None) -> str:
    return {
        "these_raters": _("these raters, other items"),
        "rater_population": _("other raters too"),
    }.get(inference or "", "")


def name_rule(rule: str | None) -> str:
    return {
        "tie": _("inconsistent counts as a tie"),
        "dropped": _("inconsistent left out"),
        "disagree": _("inconsistent counts as disagreement"),
    }.get(rule or "", "")


def explain_undefined(reason: str) -> str:
    """Why there is no figure, in words."""
    return {
        "no_pairable_units": _("no answer was rated by two of them"),
        "no_variation": _("nearly all values are the same"),
        "too_few_items": _("too few items"),
        "too_few_disagreements": _("too few disagreements for an interval"),
        "too_few_agreements": _("too few agreements for an interval"),
        "too_few_raters": _("fewer than five raters: no statement about other raters"),
        "no_interval": _("this figure has no interval"),
        "not_answerable": _("these ratings do not bear this figure"),
        "raters_are_slots": _("raters are positions, not persons: no statement about other raters"),
    }.get(reason, reason.replace("_", " "))
