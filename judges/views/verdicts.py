"""What was read out of a reply, in words and in the order in which the judge saw the answers."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import Rating
from judges.models import Attempt
from judges.protocols.order import turn_to_canonical
from judges.queries.attempts import list_ratings_of
from judges.views.clips import Clip, clip_text

MOST_VALUE, MOST_TOLD = 400, 6_000  # bytes of HTML: of a value, and of all rationales of a verdict
PREFERENCES = {
    "first": gettext_lazy("the answer shown first"),
    "second": gettext_lazy("the answer shown second"),
    "tie": gettext_lazy("a tie"),
    "both_good": gettext_lazy("both good"),
    "both_bad": gettext_lazy("both bad"),
}


@dataclass(frozen=True, slots=True)
class ValueRead:
    """One criterion's part of a verdict; `absent` says in words why there is no value."""

    criterion: str
    value: str
    absent: str
    rationale: Clip | None


def describe_verdict(attempt: Attempt, *, most: int = MOST_TOLD) -> list[ValueRead]:
    """By criterion; empty where no verdict came of the call."""
    if attempt.annotation_id is None:
        return []
    ratings = list_ratings_of(attempt)
    return [_describe_value(rating, attempt.shown_order, most // len(ratings)) for rating in ratings]


def _describe_value(rating: Rating, shown_order: str, most: int) -> ValueRead:
    """A rating as it was meant by who saw the answers in this order."""
    return ValueRead(
        criterion=rating.criterion.name or rating.criterion.key,
        value=clip_text(_write_value(rating, shown_order), most=min(most, MOST_VALUE)).text,
        absent=str(rating.get_absent_display()) if rating.absent else "",
        rationale=clip_text(rating.rationale, most=most) if rating.rationale else None,
    )


def _write_value(rating: Rating, shown_order: str) -> str:
    if rating.number is not None:
        return f"{rating.number:g}"
    if rating.code is not None:
        code = turn_to_canonical(rating.code, shown_order)
        return str(PREFERENCES.get(code, code)) if shown_order else code
    if rating.spans is not None:
        return _("marked passages")
    return rating.text or ""
