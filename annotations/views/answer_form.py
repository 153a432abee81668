"""A rubric as a plain form: for decisions of reviewers, and for raters who are asked again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # ratings are JSON

from django.http import QueryDict

from annotations.domain.shown_answers import Shown
from annotations.models import Absent
from annotations.views.fields import Field
from evalplatform.common.errors import Invalid
from evalplatform.common.strict_json import parse_strict


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is filled in; `chosen` is the JSON of an option, `typed` a number or text."""

    field: Field
    chosen: str = ""
    typed: str = ""
    comment: str = ""
    is_absent: bool = False


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
    )


def _read(form: QueryDict, field: Field, kept: Mapping[str, Any]) -> dict[str, Any]:
    comment = form.get(f"comment:{field.key}", "").strip()
    said = {"rationale": comment} if comment else {}
    if field.kind == "unsupported":
        return {**kept, **said}
    if field.may_be_absent and form.get(f"absent:{field.key}"):
        return {"absent": Absent.NOT_APPLICABLE.value, **said}
    value = _read_value(field, form.get(f"value:{field.key}", "").strip())
    return said if value is None else {"value": value, **said}


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
