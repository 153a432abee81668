"""Names of raters and figures in words, in the language of the page."""

from django.utils.translation import gettext as _

from annotations.models import RaterKind
from annotations.queries.rater_groups import PEOPLE, SIMULATED
from annotations.views.wording import name_raters


def name_pair(raters: str, against: str | None) -> str:
    """Both sides of a comparison, or the one set of raters that is looked at by itself."""
    return f"{name_raters(raters)} – {name_raters(against)}" if against else name_raters(raters)


def order_raters(group: str) -> tuple[int, str]:
    """People first, then simulated raters, judges, panels, metrics, references."""
    family = group.partition(":")[0]
    kinds = (PEOPLE, SIMULATED, *(kind.value for kind in RaterKind))
    return (kinds.index(family) if family in kinds else len(kinds), group)


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
        "exploratory": _("somebody chose which tasks people rate first: they do not stand for all"),
        "unequal_draw": _("tasks were not drawn for people with the same probability"),
        "too_few_disagreements": _("too few disagreements for an interval"),
        "too_few_agreements": _("too few agreements for an interval"),
        "too_few_raters": _("fewer than five raters: no statement about other raters"),
        "no_interval": _("this figure has no interval"),
        "not_answerable": _("these ratings do not bear this figure"),
        "raters_are_slots": _("raters are positions, not persons: no statement about other raters"),
    }.get(reason, reason.replace("_", " "))
