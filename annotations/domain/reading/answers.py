"""What a person sent for the criteria of a rubric, read strictly: legal values only, nothing silently mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # an answer is any JSON value until it has been read

from django.utils.translation import gettext as _

from annotations.domain.asking.reasons import needs_reason
from annotations.domain.reading.legal import Illegal, clean_text
from annotations.domain.reading.spans import ShownTexts, read_spans
from annotations.domain.showing.presentation import SIDES, store_code
from annotations.models import Absent, Criterion, Level
from evalplatform.agreement import AgreementError
from evalplatform.common.errors import Fault, Invalid

LARGEST = 1e15  # beyond it doubles have no whole steps
DEFAULT_PREFERENCES = (*SIDES, "tie")
EXTRA_PREFERENCES = ("tie", "both_good", "both_bad")
PARTS = {"value", "absent", "rationale", "confidence", "strength"}
STRENGTHS = (1, 2, 3)  # slightly, clearly, much better
ABSENCES_OF_PEOPLE = (Absent.NOT_APPLICABLE, Absent.ABSTAINED)


@dataclass(frozen=True, slots=True)
class RatingDraft:
    """One criterion's value as the ledger will keep it: `field` is number, code, text, spans or absent.

    `marks_apart` is of expected passages: the share, 0 to 1, that an answer's may lie apart.
    """

    criterion: Criterion
    field: str
    value: Any
    rationale: str | None = None
    confidence: float | None = None
    strength: int | None = None
    marks_apart: float | None = None

    @property
    def meta(self) -> dict[str, Any] | None:
        """What the ledger keeps beside the value."""
        if self.marks_apart is not None:
            return {"marks_apart": self.marks_apart}
        return {"strength": self.strength} if self.strength is not None else None

    def describe(self) -> list[Any]:
        """What makes two answers the same."""
        said = [self.criterion.key, self.field, self.value, self.rationale, self.confidence]
        if self.marks_apart is not None:
            return [*said, {"marks_apart": self.marks_apart}]
        return said if self.strength is None else [*said, self.strength]


def read_answers(
    *, criteria: Iterable[Criterion], raw: Mapping[str, Any], order: tuple[int, ...], texts: ShownTexts
) -> list[RatingDraft]:
    """Check `{key: value or {value, absent, rationale, confidence, strength}}` as shown; return it in canonical terms.

    Raises Invalid with one fault for each criterion that is wrong, missing or unknown.
    """
    by_key = {criterion.key: criterion for criterion in criteria}
    faults = [Fault("no such criterion", field=f"ratings.{key}") for key in raw if key not in by_key]
    answers = []
    for key, criterion in by_key.items():
        try:
            answer = _read_one(criterion, raw.get(key), order, texts)
        except Illegal as error:
            faults.append(Fault(str(error), field=f"ratings.{key}"))
        else:
            if answer is not None:
                answers.append(answer)
    if not faults and not answers:
        said = _("Nothing has been answered: at least one answer is needed.")
        raise Invalid(said, faults=(Fault(said, field="ratings"),))
    if faults:
        raise Invalid(_("Some ratings are missing or not legal."), faults=tuple(faults))
    return answers


def list_preferences(criterion: Criterion) -> tuple[str, ...]:
    """Codes that a rater may choose: both sides always, a tie unless other values are listed without it."""
    listed = [value["value"] for value in criterion.values]
    if not listed:
        return DEFAULT_PREFERENCES
    return (*SIDES, *(code for code in EXTRA_PREFERENCES if code in listed))


def _read_one(
    criterion: Criterion, raw: Any, order: tuple[int, ...], texts: ShownTexts
) -> RatingDraft | None:
    body = raw if isinstance(raw, Mapping) else {"value": raw}
    if unknown := set(body) - PARTS:
        raise Illegal(f"no such field: {', '.join(sorted(map(str, unknown)))}")
    rationale = body.get("rationale")
    if rationale is not None:
        rationale = clean_text(rationale, what="rationale") or None
    confidence = _read_confidence(body.get("confidence"))
    value, absent = body.get("value"), body.get("absent")
    strength = _read_strength(criterion, body)
    if value is not None and absent is not None:
        raise Illegal(_("either a value, or that there is none (absent), not both"))
    if absent is not None:
        return RatingDraft(
            criterion, "absent", _read_absence(criterion, absent, rationale), rationale, confidence
        )
    if value is None or value == "":
        if criterion.required or rationale or confidence is not None:
            raise Illegal("a rating is needed")
        return None
    field, kept = _read_value(criterion, value, order, texts)
    if rationale is None and needs_reason(criterion.options.get("reason"), value):
        raise Illegal("this answer needs a reason")
    return RatingDraft(criterion, field, kept, rationale, confidence, strength)


def _read_value(
    criterion: Criterion, value: Any, order: tuple[int, ...], texts: ShownTexts
) -> tuple[str, Any]:
    if criterion.is_ranking:
        return "code", _read_ranking(criterion, value, order)
    if criterion.level == Level.PREFERENCE:
        if value not in list_preferences(criterion):
            raise Illegal(f"must be one of {', '.join(list_preferences(criterion))}")
        return "code", store_code(criterion, value, order)
    if criterion.level == Level.TEXT:
        text = clean_text(value, what="the answer")
        if not text:
            raise Illegal("a text is needed")
        return "text", text
    if criterion.level == Level.SPANS:
        return "spans", read_spans(value, criterion=criterion, texts=texts)
    listed = [choice["value"] for choice in criterion.values]
    if isinstance(value, str):
        if value not in listed:
            raise Illegal("is not one of the values of this criterion")
        return "code", value
    return "number", _read_number(criterion, value, listed)


def _read_ranking(criterion: Criterion, value: Any, order: tuple[int, ...]) -> str:
    if not isinstance(value, str):
        raise Illegal("a ranking is a text such as 2>1=3")
    try:
        return store_code(criterion, value, order)
    except AgreementError as error:
        raise Illegal(str(error)) from None


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


def _read_absence(criterion: Criterion, value: Any, rationale: str | None) -> str:
    if value not in ABSENCES_OF_PEOPLE:
        raise Illegal(f"absent must be one of {', '.join(ABSENCES_OF_PEOPLE)}")
    if value == Absent.ABSTAINED and criterion.options.get("abstain") and rationale is None:
        raise Illegal("whoever abstains here says why")
    return str(value)


def _read_strength(criterion: Criterion, body: Mapping[str, Any]) -> int | None:
    strength = body.get("strength")
    if strength is None:
        return None
    if not criterion.options.get("strength") or body.get("value") not in SIDES:
        raise Illegal("strength goes with a preferred side, where the criterion asks for it")
    if type(strength) is not int or strength not in STRENGTHS:
        raise Illegal(f"strength must be one of {', '.join(map(str, STRENGTHS))}")
    return strength


def _read_confidence(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Illegal("confidence must lie between 0 and 1")
    return float(value)
