"""From a reply to ratings: a value only by the schema, everything else under the name of what went wrong."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any  # a reply is any JSON value

from jsonschema import Draft202012Validator

from annotations.models import Absent
from evalplatform.common.texts import drop_unstorable
from judges.protocols.order import turn_to_canonical

NOTHING_ABSENT: Mapping[str, str] = MappingProxyType({})
OUTSIDE = frozenset({"enum", "minimum", "maximum"})
FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """One criterion's part of a verdict: exactly one of number, code, text, absent."""

    number: float | None = None
    code: str | None = None
    text: str | None = None
    absent: str | None = None
    rationale: str | None = None


def read_verdict(
    text: str,
    schema: dict[str, Any],
    *,
    refused: bool,
    shown_order: str,
    prose: frozenset[str] = frozenset(),
    absent: Mapping[str, str] = NOTHING_ABSENT,
) -> dict[str, Answer]:
    """An answer for every criterion of `schema`; verdicts of pairs are turned to the canonical order.

    `prose` names the criteria whose value is free text, `absent` those known to have none, and why.
    """
    keys = schema["properties"]
    if refused:
        return {key: Answer(absent=Absent.REFUSED) for key in keys}
    reply = _load(text)
    return {
        key: Answer(absent=absent[key])
        if key in absent
        else _read_answer(reply.get(key), parts["properties"]["value"], shown_order, key in prose)
        for key, parts in keys.items()
    }


def _load(text: str) -> dict[str, Any]:
    stripped = text.strip()
    fenced = FENCE.match(stripped)
    try:
        value = json.loads(
            fenced.group(1) if fenced else stripped,
            object_pairs_hook=_refuse_twice,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("two verdicts in one object")
    return dict(pairs)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _read_answer(answer: Any, schema: dict[str, Any], shown_order: str, is_prose: bool) -> Answer:
    if not isinstance(answer, dict) or "value" not in answer:
        return Answer(absent=Absent.UNPARSABLE)
    said = answer.get("rationale")
    rationale = drop_unstorable(said) if isinstance(said, str) and said else None
    value = answer["value"]
    if absent := _find_fault(value, schema):
        return Answer(absent=absent, rationale=rationale)
    if isinstance(value, str):
        if is_prose:
            return Answer(text=drop_unstorable(value), rationale=rationale)
        return Answer(code=turn_to_canonical(value, shown_order), rationale=rationale)
    return _read_number(value, rationale)


def _read_number(value: Any, rationale: str | None) -> Answer:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):  # a scale without an end does not reach there
        return Answer(absent=Absent.OUT_OF_SCALE, rationale=rationale)
    return Answer(number=number, rationale=rationale)


def _find_fault(value: Any, schema: dict[str, Any]) -> str | None:
    """Why the value is not one: of the wrong type, or of the right type and beyond the scale."""
    if isinstance(value, bool | list | dict) or value is None:
        return Absent.UNPARSABLE
    faults = {str(error.validator) for error in Draft202012Validator(schema).iter_errors(value)}
    if "enum" in schema and not any(isinstance(value, str) == isinstance(v, str) for v in schema["enum"]):
        return Absent.UNPARSABLE
    if not faults:
        return None
    return Absent.OUT_OF_SCALE if faults <= OUTSIDE else Absent.UNPARSABLE
