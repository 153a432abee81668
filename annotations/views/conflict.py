"""Two answers to one task, the stored one and the one just sent, side by side in the words of the rubric."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # ratings are JSON

from django.utils.translation import gettext as _

from annotations.domain.reading.shown_answers import Shown
from annotations.domain.reading.spans import ShownTexts
from annotations.models import Absent, Assignment
from annotations.views.fields import SHOWN, Field, describe_fields
from annotations.views.marked import describe_marks, write_marks
from evalplatform.common.errors import Conflict


@dataclass(frozen=True, slots=True)
class Difference:
    """One question and its two answers in words; empty where it was not answered."""

    question: str
    stored: str
    sent: str
    stored_comment: str
    sent_comment: str


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Both answers, and what the form needs to put the second in place of the first."""

    assignment: Assignment
    stored_id: str
    differences: tuple[Difference, ...]
    ratings: str
    seconds: str
    client_key: str


def describe_conflict(*, error: Conflict, assignment: Assignment, seconds: str) -> ConflictView | None:
    """None where the conflict is not one of two answers."""
    if "stored" not in error.extra:
        return None
    stored, sent = error.extra["stored"]["ratings"], error.extra["sent"]["ratings"]
    fields = describe_fields(assignment.task.rubric.criteria.order_by("position"))
    texts = ShownTexts(assignment.task)
    return ConflictView(
        assignment=assignment,
        stored_id=error.extra["stored"]["id"],
        differences=tuple(_compare(field, stored, sent, texts) for field in fields),
        ratings=json.dumps(sent),
        seconds=seconds,
        client_key=uuid.uuid4().hex,
    )


def _compare(field: Field, stored: Shown, sent: Shown, texts: ShownTexts) -> Difference:
    old, new = stored.get(field.key, {}), sent.get(field.key, {})
    return Difference(
        question=field.label,
        stored=put_in_words(field, old, texts),
        sent=put_in_words(field, new, texts),
        stored_comment=old.get("rationale", ""),
        sent_comment=new.get("rationale", ""),
    )


def put_in_words(field: Field, answer: Mapping[str, Any], texts: ShownTexts) -> str:
    """An answer to one question as the rubric words it; empty where there is none."""
    if absent := answer.get("absent"):
        return _("Not applicable") if absent == Absent.NOT_APPLICABLE else str(Absent(absent).label)
    value = answer.get("value")
    if value is None:
        return ""
    words = {option.value: f"{option.label} {option.note}".strip() for option in field.options}
    if field.kind == "ranking":
        return write_ranking(str(value))
    if isinstance(value, list):
        return write_marks(describe_marks(value, field=field, texts=texts))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if (word := words.get(json.dumps(value))) is not None:
        return _add_strength(word, field, answer)
    return str(value)


def _add_strength(word: str, field: Field, answer: Mapping[str, Any]) -> str:
    named = {option.value: option.label for option in field.strengths}
    strength = named.get(json.dumps(answer.get("strength")))
    return f"{word} ({strength.lower()})" if strength else word


def write_ranking(value: str) -> str:
    """`2>1=3` by the letters that the answers were shown under."""
    return "".join(f" {each} " if each in "=>" else SHOWN[int(each) - 1] for each in value)
