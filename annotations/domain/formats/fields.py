"""Fields of one JSON object, read with their type; a wrong one is Invalid and names the field."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard  # any JSON value

from evalplatform.common.errors import Invalid

Line = Mapping[str, Any]
LONGEST_NAME = 200


def refuse_unknown(line: Line, known: Sequence[str]) -> None:
    """Raises Invalid with the first field that is none of `known`."""
    for name in line:
        if name not in known:
            raise Invalid.at(f"there is no such field; known are {', '.join(known)}", field=name[:100])


def need_name(line: Line, field: str) -> str:
    """A text that names something: there, not empty, short enough to be a key."""
    value = read_text(line, field, longest=LONGEST_NAME)
    if not value:
        raise Invalid.at("a name is missing", field=field)
    return value


def read_text(line: Line, field: str, *, longest: int | None = None) -> str | None:
    value = line.get(field)
    if value is None or (type(value) is str and (longest is None or len(value) <= longest)):
        return value
    if isinstance(value, str):
        raise Invalid.at(f"longer than {longest} characters", field=field)
    raise Invalid.at(f"a text is wanted, not {describe(value)}", field=field)


def read_texts(line: Line, field: str) -> list[str | None] | None:
    value = line.get(field)
    if value is None:
        return None
    if not isinstance(value, list) or not value:
        raise Invalid.at(f"a list of texts is wanted, not {describe(value)}", field=field)
    for entry in value:
        if entry is not None and not isinstance(entry, str):
            raise Invalid.at(f"a list of texts is wanted, but it holds {describe(entry)}", field=field)
    return value


def read_mapping(line: Line, field: str) -> dict[str, Any] | None:
    value = line.get(field)
    if value is None or isinstance(value, dict):
        return value
    raise Invalid.at(f"an object is wanted, not {describe(value)}", field=field)


def read_flag(line: Line, field: str, *, default: bool) -> bool:
    value = line.get(field, default)
    if not isinstance(value, bool):
        raise Invalid.at(f"true or false is wanted, not {describe(value)}", field=field)
    return value


def read_float(line: Line, field: str, *, low: float, high: float | None = None) -> float | None:
    value = line.get(field)
    if value is None:
        return None
    if not is_number(value):
        raise Invalid.at(f"a number is wanted, not {describe(value)}", field=field)
    if value < low or (high is not None and value > high):
        wanted = f"from {low:g} on" if high is None else f"from {low:g} to {high:g}"
        raise Invalid.at(f"{value} is not {wanted}", field=field)
    return float(value)


def is_number(value: object) -> TypeGuard[int | float]:
    """JSON's true and false are no numbers, though Python's are."""
    return type(value) is int or type(value) is float


def describe(value: object) -> str:
    """What a JSON value is, in words short enough for an error."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
