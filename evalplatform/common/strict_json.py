"""JSON as the ledger wants it: no NaN, no duplicate keys, no abyss of nesting, no half characters."""

import json
import math
from typing import Any  # a parsed value is any JSON value

from evalplatform.common.errors import Invalid

DEEPEST = 50
LONGEST_INTEGER = 20  # digits and sign; what is longer is no number of 64 bits
SMALLEST, LARGEST = -(2**63), 2**64 - 1


class _Ambiguous(dict[str, Any]):
    """An object in which a key stands twice."""

    twice = ""


def parse_strict(text: str) -> Any:
    """The value of a JSON text. Raises Invalid where it is ambiguous or hostile, and names the field where it can."""
    if text.startswith("\ufeff"):
        raise Invalid("This is no valid JSON: it begins with a byte order mark.")
    try:
        value = json.loads(
            text, object_pairs_hook=_read_pairs, parse_int=_read_integer, parse_float=_read_float
        )
    except RecursionError:
        raise Invalid(f"The JSON is nested deeper than {DEEPEST} levels.") from None
    except ValueError as error:
        raise Invalid(f"This is no valid JSON: {error}") from None
    _check(value, DEEPEST, "")
    return value


def _read_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) == len(pairs):
        return mapping
    keys = [key for key, _ in pairs]
    marked = _Ambiguous(mapping)
    marked.twice = next(key for key in keys if keys.count(key) > 1)
    return marked


def _read_integer(digits: str) -> int | float:
    """Too many digits are an infinity, which the check refuses where it stands."""
    return int(digits) if len(digits) <= LONGEST_INTEGER else math.inf


def _read_float(digits: str) -> float:
    """Minus zero is zero: not every database keeps its sign."""
    return float(digits) + 0.0


def _check(value: Any, depth: int, field: str) -> None:
    if depth < 0:
        raise Invalid.at(f"the JSON is nested deeper than {DEEPEST} levels", field=field)
    if isinstance(value, str):
        _check_text(value, field)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise Invalid.at("a number is NaN or beyond what can be kept", field=field)
    elif isinstance(value, int):
        if not SMALLEST <= value <= LARGEST:
            raise Invalid.at("a number is NaN or beyond what can be kept", field=field)
    elif isinstance(value, dict):
        _check_object(value, depth, field)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _check(inner, depth - 1, f"{field}[{number}]")


def _check_object(value: dict[str, Any], depth: int, field: str) -> None:
    if isinstance(value, _Ambiguous):
        _check_text(value.twice, field)
        raise Invalid.at("the key stands twice in one object", field=_join(field, value.twice))
    for key, inner in value.items():
        _check_text(key, field)
        _check(inner, depth - 1, _join(field, key))


def _join(field: str, key: str) -> str:
    name = key if len(key) <= 100 else f"{key[:100]}…"
    return f"{field}.{name}" if field else name


def _check_text(text: str, field: str) -> None:
    if "\x00" in text:
        raise Invalid.at("a text holds the character NUL", field=field)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid.at("a text holds half of a surrogate pair", field=field) from None
