"""Answers in the words of their rubric."""

from collections.abc import Iterable
from dataclasses import dataclass

from annotations.domain.shown_answers import Shown
from annotations.views.conflict import put_in_words
from annotations.views.fields import Field


@dataclass(frozen=True, slots=True)
class SaidOf:
    """What one answer says of one question, in words."""

    question: str
    answer: str
    comment: str


def say(fields: Iterable[Field], values: Shown) -> tuple[SaidOf, ...]:
    """What an answer says of each question that it answers."""
    return tuple(
        SaidOf(field.label, put_in_words(field, value), value.get("rationale") or "")
        for field in fields
        if (value := values.get(field.key)) is not None
    )
