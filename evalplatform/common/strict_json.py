"""JSON as the ledger wants it: no NaN, no duplicate keys, no abyss of nesting, no half characters."""

import json
from typing import Any  # a parsed value is any JSON value

from evalplatform.common.errors import Invalid

DEEPEST = 50


def parse_strict(text: str) -> Any:
    """The value of a JSON text. Raises Invalid where it is ambiguous or hostile, with a sentence that says why."""
    try:
        value = json.loads(text, object_pairs_hook=_unique_pairs, parse_constant=_refuse_constant)
    except RecursionError:
        raise Invalid(f"The JSON is nested deeper than {DEEPEST} levels.") from None
    except ValueError as error:
        raise Invalid(f"This is no valid JSON: {error}") from None
    _check(value, DEEPEST)
    return value


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return mapping


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise Invalid(f"The JSON is nested deeper than {DEEPEST} levels.")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise Invalid("The JSON holds a number beyond the range of doubles.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            _check(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth - 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise Invalid("The JSON holds a NUL character.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid("The JSON holds half of a surrogate pair.") from None
