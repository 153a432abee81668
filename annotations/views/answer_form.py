"""A rubric as a plain form: for decisions of reviewers, and for raters who are asked again."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # ratings are JSON

from django.http import QueryDict

from annotations.domain.reading.shown_answers import Shown
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.showing.presentation import SIDES
from annotations.models import Absent
from annotations.views.fields import DIGITS, SHOWN, Field
from annotations.views.offered import OfferedMark, Said, offer_marks
from evalplatform.common.errors import Invalid
from evalplatform.common.strict_json import parse_strict

ABSENCES = {"absent": Absent.NOT_APPLICABLE, "abstained": Absent.ABSTAINED}  # by the names of their boxes
LETTERS = SHOWN[: len(DIGITS)]  # of the answers that are ranked
LOOKALIKES = str.maketrans("АВСЕН", "ABCEH")  # Cyrillic letters that are taken for them
NO_MARKS = "[]"  # nothing is wrong: an answer of its own


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is filled in.

    `chosen` and `strength` are JSON of options, `typed` a number, a text or a ranking by letters; `marks` are the
    passages that can be ticked, and `is_clean` says that none is wrong.
    """

    field: Field
    chosen: str = ""
    typed: str = ""
    comment: str = ""
    absent: str = ""
    strength: str = ""
    marks: tuple[OfferedMark, ...] = ()
    is_clean: bool = False


def fill_form(
    fields: Iterable[Field], values: Shown, *, texts: ShownTexts, others: Sequence[Said] = ()
) -> tuple[Question, ...]:
    """The form with an answer filled in; `others` have marked passages that can be chosen too."""
    return tuple(_fill(field, values.get(field.key, {}), texts, others) for field in fields)


def read_form(form: QueryDict, fields: Iterable[Field], *, kept: Shown) -> dict[str, Any]:
    """Ratings as `read_answers` takes them. What the form cannot ask stays as it was (`kept`)."""
    ratings = {field.key: _read(form, field, kept.get(field.key, {})) for field in fields}
    return {key: rating for key, rating in ratings.items() if rating}


def _fill(field: Field, value: Mapping[str, Any], texts: ShownTexts, others: Sequence[Said]) -> Question:
    held = value.get("value")
    return Question(
        field=field,
        chosen="" if held is None or field.kind != "choice" else json.dumps(_shorten(held)),
        typed=_spell(field, held),
        comment=value.get("rationale") or "",
        absent=value.get("absent") or "",
        strength=json.dumps(value["strength"]) if "strength" in value else "",
        marks=offer_marks(field, held, others=others, texts=texts) if field.kind == "spans" else (),
        is_clean=held == [],
    )


def _shorten(held: Any) -> Any:
    return int(held) if isinstance(held, float) and held.is_integer() else held


def _spell(field: Field, held: Any) -> str:
    """What stands in the field that is typed in."""
    if held is None or isinstance(held, list):
        return ""
    text = str(_shorten(held))
    return text.translate(str.maketrans(DIGITS, LETTERS)) if field.kind == "ranking" else text


def _read(form: QueryDict, field: Field, kept: Mapping[str, Any]) -> dict[str, Any]:
    comment = form.get(f"comment:{field.key}", "").strip()
    said = {"rationale": comment} if comment else {}
    if field.kind == "unsupported":
        return {**kept, **said}
    absent = _read_absence(form, field)
    if field.kind == "spans":
        return {**_read_marked(form, field), **absent, **said}  # of both the rubric says that one is too much
    if absent:
        return {**absent, **said}
    value = _read_value(field, _read_text(form, field))
    if value is None:
        return said
    return {"value": value, **said, **(_read_strength(field, form) if value in SIDES else {})}


def _read_absence(form: QueryDict, field: Field) -> dict[str, str]:
    allowed = {"absent": field.may_be_absent, "abstained": field.may_abstain}
    named = (name for name, may_be in allowed.items() if may_be and form.get(f"{name}:{field.key}"))
    return next(({"absent": ABSENCES[name].value} for name in named), {})


def _read_text(form: QueryDict, field: Field) -> str:
    return form.get(f"value:{field.key}", "").strip()


def _read_strength(field: Field, form: QueryDict) -> dict[str, Any]:
    sent = form.get(f"strength:{field.key}", "")
    known = [json.loads(option.value) for option in field.strengths if option.value == sent]
    return {"strength": known[0]} if known else {}


def _read_marked(form: QueryDict, field: Field) -> dict[str, Any]:
    value = _read_marks(form, field)
    return {} if value is None else {"value": value}


def _read_marks(form: QueryDict, field: Field) -> Any:
    """The marks that are ticked or set, each once; what is none stays a text, which is then refused by name."""
    sent = form.getlist(f"mark:{field.key}")
    marks: list[Any] = []
    try:
        for mark in map(parse_strict, sent):
            if mark not in marks:
                marks.append(mark)
    except (ValueError, Invalid):
        return sent
    return marks or ([] if _read_text(form, field) == NO_MARKS else None)


def _read_value(field: Field, text: str) -> Any:
    """What is no value of the kind stays a text, which the rubric then refuses by name."""
    if not text:
        return None
    if field.kind == "ranking":
        return _read_ranking(text)
    try:
        if field.kind == "choice":
            return parse_strict(text)
        return float(text.replace(",", ".")) if field.kind == "number" else text
    except (ValueError, Invalid):
        return text


def _read_ranking(text: str) -> str:
    """`B > A = C` as the numbers of the answers."""
    letters = "".join(text.upper().split()).translate(LOOKALIKES)
    return letters.translate(str.maketrans(LETTERS, DIGITS))
