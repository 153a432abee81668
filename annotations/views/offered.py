"""Marks to choose from: those of all who answered, each once, with whose they are."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any  # a passage is JSON

from annotations.domain.reading.shown_answers import Shown
from annotations.domain.reading.spans import ShownTexts
from annotations.views.fields import DIGITS, Field
from annotations.views.marked import Mark, describe_marks, holds_text

Said = tuple[str, Shown]  # whose answer, and its values


@dataclass(frozen=True, slots=True)
class OfferedMark:
    """A mark, ticked where it is part of the answer; `by` are those who set it, `key` ticks it."""

    mark: Mark
    by: tuple[str, ...]
    is_held: bool
    key: str


def offer_marks(
    field: Field, held: object, *, others: Iterable[Said], texts: ShownTexts
) -> tuple[OfferedMark, ...]:
    """What the answer holds and what others marked, in the order of the text; what holds none of it is left out."""
    own = _list_marks(held, field, texts)
    by: dict[str, list[str]] = {mark.value: [] for mark in own}
    found = {mark.value: mark for mark in own}
    for name, values in others:
        for mark in _list_marks(values.get(field.key, {}).get("value"), field, texts):
            found.setdefault(mark.value, mark)
            by.setdefault(mark.value, []).append(name)
    ordered = sorted(found, key=_place)
    ticked = {mark.value for mark in own}
    return tuple(
        OfferedMark(found[value], tuple(dict.fromkeys(by[value])), value in ticked, _choose_key(number))
        for number, value in enumerate(ordered)
    )


def _list_marks(spans: object, field: Field, texts: ShownTexts) -> Sequence[Mark]:
    if not isinstance(spans, list):
        return ()
    known = [span for span in spans if isinstance(span, dict) and _is_whole(span)]
    return describe_marks(known, field=field, texts=texts)


def _is_whole(span: dict[str, Any]) -> bool:
    """Whether it holds text and says of it what a mark can say: what was sent may be anything."""
    words = [span.get("category", ""), span.get("severity", "")]
    return holds_text(span) and all(isinstance(word, str) for word in words)


def _place(value: str) -> tuple[int, int, int, str]:
    span = json.loads(value)
    return (span.get("turn") or 0, span["start"], span["end"], value)


def _choose_key(number: int) -> str:
    """1 to 9; 0 stands for no error, as on the rating page."""
    return DIGITS[number] if number < len(DIGITS) - 1 else ""
