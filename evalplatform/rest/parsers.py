"""JSON as the ledger wants it: UTF-8, no NaN, no duplicate keys, no abyss of nesting."""

import json
from collections.abc import Mapping
from typing import IO, Any  # a parsed body is any JSON value

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

DEEPEST = 50


class StrictJSONParser(BaseParser):
    """application/json, refused with a sentence where it is ambiguous or hostile."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            text = stream.read().decode("utf-8")
            value = json.loads(text, object_pairs_hook=_unique_pairs, parse_constant=_refuse_constant)
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        except RecursionError:
            raise ParseError(f"The body is nested deeper than {DEEPEST} levels.") from None
        except ValueError as error:
            raise ParseError(f"The body is no valid JSON: {error}") from None
        _check_depth_and_text(value, DEEPEST)
        return value


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return mapping


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _check_depth_and_text(value: Any, depth: int) -> None:
    if depth < 0:
        raise ParseError(f"The body is nested deeper than {DEEPEST} levels.")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise ParseError("The body holds a number beyond the range of doubles.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            _check_depth_and_text(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _check_depth_and_text(inner, depth - 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError("The body holds a NUL character.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ParseError("The body holds half of a surrogate pair.") from None
