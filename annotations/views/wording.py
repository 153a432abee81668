"""Texts that a project keeps by language, and names of raters in words, in the language of the page."""

import math
from collections.abc import Mapping

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from annotations.models import Project, RaterKind
from annotations.queries.rater_groups import PEOPLE, SIMULATED
from evalplatform.common.texts import choose_text


def choose_for_page(texts: Mapping[str, str], fallback: str = "") -> str:
    """The text in the page's language, else in English, else in any, else `fallback`."""
    return choose_text(texts, get_language() or "en", fallback)


def name_for_raters(project: Project) -> str:
    """What raters may know a project by: a title may tell which systems or judges stand in it."""
    stated = project.manifest.get("rater_title") or ""
    return (choose_for_page(stated) if isinstance(stated, dict) else stated) or project.slug


def name_raters(group: str) -> str:
    """A set of raters in words: simulated ones say so first."""
    family, _colon, name = group.partition(":")
    words = {
        PEOPLE: _("people"),
        SIMULATED: _("SIMULATED raters"),
        RaterKind.PERSON: _("person"),
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


def describe_usual_time(seconds: float | None) -> str:
    """What a rater reads of the median time of a task, rounded up to five seconds or, from two minutes on, to minutes.

    Empty for None.
    """
    if seconds is None:
        return ""
    if seconds <= 2 * 60 - 5:
        count = 5 * math.ceil(seconds / 5)
        words = ngettext(
            "Half of the tasks take raters %(count)d second or less.",
            "Half of the tasks take raters %(count)d seconds or less.",
            count,
        )
    else:
        count = math.ceil(seconds / 60)
        words = ngettext(
            "Half of the tasks take raters %(count)d minute or less.",
            "Half of the tasks take raters %(count)d minutes or less.",
            count,
        )
    return words % {"count": count}
