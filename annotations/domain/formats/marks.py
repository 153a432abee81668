"""The marked passages of a rating's line, checked."""

from typing import Any  # a passage is JSON

from annotations.domain.formats.fields import Line, describe, read_text
from evalplatform.common.errors import Invalid

WORDS = ("category", "severity", "text")
OFFSETS = ("start", "end")


def check_marks(value: object) -> list[Any]:
    """The passages as they came. Raises Invalid with the field that is wrong."""
    if not isinstance(value, list):
        raise Invalid.at(f"a list of spans is wanted, not {describe(value)}", field="value")
    for span in value:
        if not isinstance(span, dict):
            raise Invalid.at(f"a span is an object, not {describe(span)}", field="value")
        for field in WORDS:
            read_text(span, field)
        _check_place(span)
    return value


def _check_place(span: Line) -> None:
    """Both offsets or none, as in sets that know the words alone; an end at its start is an omission."""
    start, end = (_read_whole(span, field, low=0) for field in OFFSETS)
    if (start is None) != (end is None):
        missing = OFFSETS[0] if start is None else OFFSETS[1]
        raise Invalid.at("a span needs start and end, or neither", field=missing)
    if start is not None and end is not None and end < start:
        raise Invalid.at(f"a span ends before its start {start}: {end}", field="end")
    _read_whole(span, "turn", low=1)


def _read_whole(span: Line, field: str, *, low: int) -> int | None:
    number = span.get(field)
    if number is None or (type(number) is int and number >= low):
        return number
    raise Invalid.at(f"a whole number from {low} on is wanted, not {describe(number)}", field=field)
