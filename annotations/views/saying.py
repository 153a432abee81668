"""Answers in the words of their rubric."""

from collections.abc import Iterable
from dataclasses import dataclass

from annotations.domain.reading.shown_answers import Shown
from annotations.domain.reading.spans import ShownTexts
from annotations.views.conflict import put_in_words
from annotations.views.fields import Field
from annotations.views.marked import Mark, describe_marks


@dataclass(frozen=True, slots=True)
class SaidOf:
    """What one answer says of one question, in words; `marks` are the passages, where it marks any."""

    question: str
    answer: str
    comment: str
    marks: tuple[Mark, ...] = ()


def say(fields: Iterable[Field], values: Shown, *, texts: ShownTexts) -> tuple[SaidOf, ...]:
    """What an answer says of each question that it answers."""
    return tuple(
        SaidOf(
            field.label,
            put_in_words(field, value, texts),
            value.get("rationale") or "",
            describe_marks(value["value"], field=field, texts=texts)
            if isinstance(value.get("value"), list)
            else (),
        )
        for field in fields
        if (value := values.get(field.key)) is not None
    )
