"""A rubric as a plain form: for decisions of reviewers, and for raters who are asked again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # ratings are JSON

from django.http import QueryDict

from annotations.domain.presentation import SIDES
from annotations.domain.shown_answers import Shown
from annotations.models import Absent
from annotations.views.fields import Field
from evalplatform.common.errors import Invalid
from evalplatform.common.strict_json import parse_strict


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is filled in; `chosen` and `strength` are JSON of options, `typed` a number or text."""

    field: Field
    chosen: str = ""
    typed: str = ""
    comment: str = ""
    is_absent: bool = False
    strength: str = ""


def fill_form(fields: Iterable[Field], values: Shown) -> tuple[Question, ...]:
    """The form with an answer filled in."""
    return tuple(_fill(field, values.get(field.key, {})) for field in fields)


def read_form(form: QueryDict, fields: Iterable[Field], *, kept: Shown) -> dict[str, Any]:
    """Ratings as `read_answers` takes them. What the form cannot ask stays as it was (`kept`)."""
    ratings = {field.key: _read(form, field, kept.get(field.key, {})) for field in fields}
    return {key: rating for key, rating in ratings.items() if rating}


def _fill(field: Field, value: Mapping[str, Any]) -> Question:
    held = value.get("value")
    if isinstance(held, float) and held.is_integer():
        held = int(held)
    return Question(
        field=field,
        chosen="" if held is None or field.kind != "choice" else json.dumps(held),
        typed="" if held is None or isinstance(held, list) else str(held),
        comment=value.get("rationale") or "",
        is_absent=value.get("absent") == Absent.NOT_APPLICABLE,
        strength=json.dumps(value["strength"]) if "strength" in value else "",
    )


def _read(form: QueryDict, field: Field, kept: Mapping[str, Any]) -> dict[str, Any]:
    comment = form.get(f"comment:{field.key}", "").strip()
    said = {"rationale": comment} if comment else {}
    if field.kind == "unsupported":
        return {**kept, **said}
    if field.may_be_absent and form.get(f"absent:{field.key}"):
        return {"absent": Absent.NOT_APPLICABLE.value, **said}
    value = _read_value(field, form.get(f"value:{field.key}", "").strip())
    if value is None:
        return said
    return {"value": value, **said, **(_read_strength(field, form) if value in SIDES else {})}


def _read_strength(field: Field, form: QueryDict) -> dict[str, Any]:
    sent = form.get(f"strength:{field.key}", "")
    known = [json.loads(option.value) for option in field.strengths if option.value == sent]
    return {"strength": known[0]} if known else {}


def _read_value(field: Field, text: str) -> Any:
    """What is no value of the kind stays a text, which the rubric then refuses by name."""
    if not text:
        return None
    try:
        if field.kind == "choice":
            return parse_strict(text)
        return float(text.replace(",", ".")) if field.kind == "number" else text
    except (ValueError, Invalid):
        return text
