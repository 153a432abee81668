"""The marked passages of a rating's line, checked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any  # a passage is JSON

from annotations.domain.formats.fields import Line, describe, read_text
from evalplatform.common.errors import Invalid

WORDS = ("category", "severity", "text")
OFFSETS = ("start", "end")


@dataclass(frozen=True, slots=True)
class TextLengths:
    """How many code points an answer has: its text, and each of its turns. None where there is no text."""

    text: int | None
    turns: tuple[int | None, ...] = ()

    def find_marked(self, *, asked: int, rated: int | None, turn: int | None) -> int | None:
        """Of the text that a mark in `turn` (from 1; None: not said) stands in; None where that is not known.

        Of an item with so many user turns (`asked`), the turn `rated` is rated, or the whole (None).
        """
        asked = min(asked, rated or asked)
        turns = self.turns[:rated]
        last = turns[-1] if rated is not None and len(turns) == rated else self.text
        if asked <= 1:
            return last if turn in (None, 1, rated) else None
        place = turn or rated
        if place is None or place > asked or (rated is not None and place < asked):
            return None
        answers = turns or (*[None] * (asked - 1), last)
        return answers[place - 1] if place <= len(answers) else None


FindLength = Callable[[int | None], int | None]  # code points of the text in a turn; None where not known


def check_marks(value: object, find_length: FindLength | None) -> list[Any]:
    """The passages as they came. Raises Invalid with the field that is wrong.

    `find_length` gives the code points of the text that a mark in this turn stands in, None where that is not known.
    """
    if not isinstance(value, list):
        raise Invalid.at(f"a list of spans is wanted, not {describe(value)}", field="value")
    for span in value:
        if not isinstance(span, dict):
            raise Invalid.at(f"a span is an object, not {describe(span)}", field="value")
        for field in WORDS:
            read_text(span, field)
        _check_place(span, find_length)
    return value


def drop_places(marks: list[Any], find_length: FindLength) -> tuple[list[Any], int]:
    """The passages, of those whose place `check_marks` would refuse the words alone; and how many these are."""
    kept = [span if _has_place(span, find_length) else _drop_place(span) for span in marks]
    return kept, sum(one is not other for one, other in zip(kept, marks, strict=True))


def _has_place(span: Line, find_length: FindLength) -> bool:
    try:
        _check_place(span, find_length)
    except Invalid:
        return False
    return True


def _drop_place(span: Line) -> Line:
    return {key: value for key, value in span.items() if key not in (*OFFSETS, "turn")}


def _check_place(span: Line, find_length: FindLength | None) -> None:
    """Both offsets or none, as in sets that know the words alone; an end at its start is an omission."""
    start, end = (_read_whole(span, field, low=0) for field in OFFSETS)
    if (start is None) != (end is None):
        missing = OFFSETS[0] if start is None else OFFSETS[1]
        raise Invalid.at("a span needs start and end, or neither", field=missing)
    turn = _read_whole(span, "turn", low=1)
    if start is None or end is None:
        return
    if end < start:
        raise Invalid.at(f"a span ends before its start {start}: {end}", field="end")
    length = find_length(turn) if find_length else None
    if length is not None and end > length:
        raise Invalid.at(
            f"a span ends past the end of its text, which has {length} characters: {end}", field="end"
        )


def _read_whole(span: Line, field: str, *, low: int) -> int | None:
    number = span.get(field)
    if number is None or (type(number) is int and number >= low):
        return number
    raise Invalid.at(f"a whole number from {low} on is wanted, not {describe(number)}", field=field)
