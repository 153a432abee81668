"""What a person sent for the criteria of a rubric, read strictly: legal values only, nothing silently mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # an answer is any JSON value until it has been read

from django.utils.translation import gettext as _

from annotations.domain.presentation import SIDES, turn_preference
from annotations.models import Absent, Criterion, Level
from evalplatform.common.errors import Fault, Invalid

LONGEST_TEXT = 20_000
LARGEST = 1e15  # beyond it doubles have no whole steps
DEFAULT_PREFERENCES = (*SIDES, "tie")
EXTRA_PREFERENCES = ("tie", "both_good", "both_bad")
ABSENCES_OF_PEOPLE = (Absent.NOT_APPLICABLE, Absent.ABSTAINED)


@dataclass(frozen=True, slots=True)
class RatingDraft:
    """One criterion's value as the ledger will keep it: `field` is number, code, text, spans or absent."""

    criterion: Criterion
    field: str
    value: Any
    rationale: str | None = None
    confidence: float | None = None

    def describe(self) -> list[Any]:
        """What makes two answers the same."""
        return [self.criterion.key, self.field, self.value, self.rationale, self.confidence]


class Illegal(ValueError):
    """Why a value cannot stand; becomes a fault of its criterion."""


def read_answers(
    *, criteria: Iterable[Criterion], raw: Mapping[str, Any], order: tuple[int, ...]
) -> list[RatingDraft]:
    """Check `{key: value or {value, absent, rationale, confidence}}` as shown; return it in canonical terms.

    Raises Invalid with one fault for each criterion that is wrong, missing or unknown.
    """
    by_key = {criterion.key: criterion for criterion in criteria}
    faults = [Fault("no such criterion", field=f"ratings.{key}") for key in raw if key not in by_key]
    answers = []
    for key, criterion in by_key.items():
        try:
            answer = _read_one(criterion, raw.get(key), order)
        except Illegal as error:
            faults.append(Fault(str(error), field=f"ratings.{key}"))
        else:
            if answer is not None:
                answers.append(answer)
    if not faults and not answers:
        faults.append(Fault("nothing has been answered", field="ratings"))
    if faults:
        raise Invalid(_("Some ratings are missing or not legal."), faults=tuple(faults))
    return answers


def list_preferences(criterion: Criterion) -> tuple[str, ...]:
    """Codes that a rater may choose: both sides always, a tie unless other values are listed without it."""
    listed = [value["value"] for value in criterion.values]
    if not listed:
        return DEFAULT_PREFERENCES
    return (*SIDES, *(code for code in EXTRA_PREFERENCES if code in listed))


def clean_text(value: Any, *, what: str, longest: int = LONGEST_TEXT) -> str:
    """A text that every database can keep. Raises Illegal."""
    if not isinstance(value, str):
        raise Illegal(f"{what} must be a text")
    if len(value) > longest:
        raise Illegal(f"{what} is longer than {longest} characters")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Illegal(f"{what} holds characters that cannot be kept")
    return value.strip()


def _read_one(criterion: Criterion, raw: Any, order: tuple[int, ...]) -> RatingDraft | None:
    body = raw if isinstance(raw, Mapping) else {"value": raw}
    if unknown := set(body) - {"value", "absent", "rationale", "confidence"}:
        raise Illegal(f"no such field: {', '.join(sorted(map(str, unknown)))}")
    rationale = body.get("rationale")
    if rationale is not None:
        rationale = clean_text(rationale, what="rationale") or None
    confidence = _read_confidence(body.get("confidence"))
    value, absent = body.get("value"), body.get("absent")
    if value is not None and absent is not None:
        raise Illegal("either a value or absent, not both")
    if absent is not None:
        return RatingDraft(criterion, "absent", _read_absence(absent), rationale, confidence)
    if value is None or value == "":
        if criterion.required or rationale or confidence is not None:
            raise Illegal("a rating is needed")
        return None
    field, value = _read_value(criterion, value, order)
    return RatingDraft(criterion, field, value, rationale, confidence)


def _read_value(criterion: Criterion, value: Any, order: tuple[int, ...]) -> tuple[str, Any]:
    if criterion.level == Level.PREFERENCE:
        if value not in list_preferences(criterion):
            raise Illegal(f"must be one of {', '.join(list_preferences(criterion))}")
        return "code", turn_preference(value, order)
    if criterion.level == Level.TEXT:
        text = clean_text(value, what="the answer")
        if not text:
            raise Illegal("a text is needed")
        return "text", text
    if criterion.level == Level.SPANS:
        return "spans", _read_spans(value)
    listed = [choice["value"] for choice in criterion.values]
    if isinstance(value, str):
        if value not in listed:
            raise Illegal("is not one of the values of this criterion")
        return "code", value
    return "number", _read_number(criterion, value, listed)


def _read_number(criterion: Criterion, value: Any, listed: list[Any]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        raise Illegal("must be a number" if not listed else "is not one of the values of this criterion")
    numbers = [number for number in listed if not isinstance(number, str)]
    if listed and not criterion.fractions:
        if value not in numbers:
            raise Illegal("is not one of the values of this criterion")
        return float(value)
    if listed and not numbers:
        raise Illegal("is not one of the values of this criterion")
    low = criterion.minimum if criterion.minimum is not None else min(numbers, default=None)
    high = criterion.maximum if criterion.maximum is not None else max(numbers, default=None)
    if (low is not None and value < low) or (high is not None and value > high):
        raise Illegal(f"must lie between {low} and {high}")
    if not criterion.fractions and value != int(value):
        raise Illegal("must be a whole number")
    return float(value)


def _read_spans(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(span, dict) for span in value):
        raise Illegal("must be a list of marked passages")
    for span in value:
        start, end = span.get("start"), span.get("end")
        if not (type(start) is int and type(end) is int and 0 <= start < end <= LARGEST):
            raise Illegal("a passage needs whole numbers start < end")
        for key in set(span) - {"start", "end"}:
            clean_text(span[key], what=f"{key} of a passage")
    return value


def _read_absence(value: Any) -> str:
    if value not in ABSENCES_OF_PEOPLE:
        raise Illegal(f"absent must be one of {', '.join(ABSENCES_OF_PEOPLE)}")
    return str(value)


def _read_confidence(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Illegal("confidence must lie between 0 and 1")
    return float(value)
