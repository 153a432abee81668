"""Cards of a project's raters, for those who may read it: what stands out, and how sure that is."""

from dataclasses import dataclass
from typing import Literal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.access import READERS, get_project_for
from annotations.queries.rater_cards import NamedCard, find_cards, list_comparable
from annotations.views.wording import choose_for_page
from evalplatform.accounts.session import current_user
from evalplatform.agreement.raters import Sign, SignName
from evalplatform.common.errors import Missing

ALPHA = 0.05
SMALLEST = 0.001  # chance below which its digits say nothing

WORDS = {
    "agreement": _("agreement, less that of the others on tasks as clear"),
    "speed": _("time taken, in times that of the others"),
    "side": _("prefers the answer shown first"),
    "length": _("prefers the longer answer, more than the others do"),
    "lenience": _("values above those of the others"),
    "drift": _("agreement gained from the first rating to the last"),
}
FOUND = {
    ("agreement", "less"): _("rarely agrees"),
    ("speed", "less"): _("very fast"),
    ("side", "more"): _("leans to the first shown"),
    ("side", "less"): _("leans to the second shown"),
    ("length", "more"): _("leans to longer answers"),
    ("length", "less"): _("leans to shorter answers"),
    ("lenience", "more"): _("more lenient than the others"),
    ("lenience", "less"): _("stricter than the others"),
    ("drift", "less"): _("agrees less and less"),
}
ONE_SIDED: frozenset[SignName] = frozenset({"agreement", "speed", "drift"})  # tested for being less
NUMBERS: frozenset[SignName] = frozenset({"speed", "lenience"})
DIFFERENCES: frozenset[SignName] = frozenset({"agreement", "length", "drift"})  # of shares


@dataclass(frozen=True, kw_only=True)
class Line:
    """A sign as the page shows it."""

    words: str
    value: str
    usual: str
    n: int
    chance: str
    found: str


@never_cache
@require_safe
@login_required
def show_rater_cards(request: HttpRequest, slug: str) -> HttpResponse:
    """The cards under one criterion, by `?criterion=`, else the first."""
    project = get_project_for(current_user(request), slug, *READERS)
    criteria = list_comparable(project=project)
    name = request.GET.get("criterion", criteria[0].name if criteria else "")
    chosen = next((row for row in criteria if row.name == name), None)
    if chosen is None and "criterion" in request.GET:
        raise Missing(f"No criterion {name!r} here.")
    sets = find_cards(project=project, criterion=chosen) if chosen else []
    context = {
        "project": project,
        "criteria": [(row.name, choose_for_page(row.labels, row.name)) for row in criteria],
        "criterion": name,
        "sets": [(held.group == "simulated", [_describe(card) for card in held.cards]) for held in sets],
    }
    return render(request, "annotations/rater_cards.html", context)


def _describe(named: NamedCard) -> dict[str, object]:
    card, agreement = named.card, named.card.agreement
    lines = [_write_line(sign) for sign in card.signs if sign.n]
    has_limits = agreement is not None and agreement.low is not None and agreement.high is not None
    return {
        "name": named.rater.name,
        "n": card.n,
        "is_slot": card.undefined == "raters_are_slots",
        "agreement": None if agreement is None else _percent(agreement.estimate),
        "share": None if agreement is None or agreement.estimate is None else f"{agreement.estimate:.3f}",
        "low": _percent(agreement.low) if has_limits and agreement else "",
        "high": _percent(agreement.high) if has_limits and agreement else "",
        "ability": _percent(card.ability),
        "lines": lines,
        "apart": [WORDS[sign.name] for sign in card.signs if not sign.n],
        "found": [line.found for line in lines if line.found],
    }


def _write_line(sign: Sign) -> Line:
    is_more = sign.name not in ONE_SIDED and sign.value is not None and sign.value > sign.usual
    way: Literal["more", "less"] = "more" if is_more else "less"
    return Line(
        words=str(WORDS[sign.name]),
        value=_show(sign.name, sign.value),
        usual=_show(sign.name, sign.usual),
        n=sign.n,
        chance=_show_chance(sign.adjusted),
        found=str(FOUND.get((sign.name, way), "")) if sign.stands_out(ALPHA) else "",
    )


def _show(name: SignName, value: float | None) -> str:
    if value is None:
        return "–"
    if name in NUMBERS:
        return number_format(round(value, 2), 2)
    if name in DIFFERENCES:
        return str(_("%(points)s percentage points") % {"points": number_format(round(100 * value), 0)})
    return _percent(value)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{number_format(round(100 * share), 0)} %"


def _show_chance(chance: float | None) -> str:
    if chance is None:
        return "–"
    return f"< {number_format(SMALLEST, 3)}" if chance < SMALLEST else number_format(round(chance, 3), 3)
