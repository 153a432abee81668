"""What the rating page offers to say of a marked passage."""

from collections.abc import Iterable, Mapping
from typing import Any  # goes to the page as JSON

from django.utils.translation import gettext as _

from annotations.models import Criterion
from annotations.queries.marks import WEIGHTS
from annotations.views.wording import choose_for_page

RANKS = {"neutral": 1, "minor": 1, "major": 2, "critical": 3}  # how a mark is painted
OTHER_RANK = 2


def describe_marking(criterion: Criterion) -> dict[str, Any]:
    """Categories and severities in the page's language, and what each pair weighs where all severities are of MQM."""
    categories = _describe(criterion.options.get("categories") or ())
    severities = _describe(criterion.options.get("severities") or ())
    return {
        "categories": categories,
        "severities": [
            {**entry, "rank": RANKS.get(entry["value"].lower(), OTHER_RANK)} for entry in severities
        ],
        "weights": _weigh(categories, severities),
        "words": {
            "change": _("Change"),
            "remove": _("Remove"),
            "score": _("MQM score:"),
            "ticked": _("A rater has marked this too: it is ticked."),
        },
    }


def _describe(entries: Iterable[Any]) -> list[dict[str, str]]:
    return [_describe_one(entry if isinstance(entry, Mapping) else {"value": entry}) for entry in entries]


def _describe_one(entry: Mapping[str, Any]) -> dict[str, str]:
    return {"value": entry["value"], "label": choose_for_page(entry.get("labels") or {}, entry["value"])}


def _weigh(
    categories: list[dict[str, str]], severities: list[dict[str, str]]
) -> dict[str, dict[str, float]] | None:
    names = [severity["value"] for severity in severities]
    if not names or any(name not in WEIGHTS.severities for name in names):
        return None
    words = [category["value"] for category in categories] or [""]
    return {word: {name: WEIGHTS.weigh(word, name) for name in names} for word in words}
