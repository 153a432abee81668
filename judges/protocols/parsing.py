"""From a reply to ratings: a value only by the schema, everything else under the name of what went wrong."""

import functools
import json
import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any  # a reply is any JSON value

import orjson
from jsonschema import Draft202012Validator

from annotations.models import Absent
from evalplatform.common.texts import drop_unstorable
from judges.protocols.answer import Answer
from judges.protocols.order import turn_to_canonical
from judges.protocols.ranking import read_ranking

NOTHING_ABSENT: Mapping[str, str] = MappingProxyType({})
OUTSIDE = frozenset({"enum", "minimum", "maximum"})
PROSE, RANKED = "prose", "ranked"  # forms of a text that is no word of a list
STATED = "stated"  # of a repair: whether the earlier reply says it at all
LONGEST_WORD = 64  # characters of a value that is worth remembering
FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)


def read_verdict(
    text: str,
    schema: dict[str, Any],
    *,
    refused: bool,
    shown_order: str,
    prose: frozenset[str] = frozenset(),
    ranked: frozenset[str] = frozenset(),
    absent: Mapping[str, str] = NOTHING_ABSENT,
) -> dict[str, Answer]:
    """An answer for every criterion of `schema`; verdicts of pairs are turned to the canonical order.

    `prose` names the criteria whose value is free text, `ranked` those under which all answers are ranked, `absent`
    those known to have none, and why.
    """
    keys = schema["properties"]
    if refused:
        return {key: Answer(absent=Absent.REFUSED) for key in keys}
    reply = read_reply(text)
    return read_part(reply, schema, shown_order=shown_order, prose=prose, ranked=ranked, absent=absent)


def read_part(
    reply: Mapping[str, Any],
    schema: dict[str, Any],
    *,
    shown_order: str = "",
    prose: frozenset[str] = frozenset(),
    ranked: frozenset[str] = frozenset(),
    absent: Mapping[str, str] = NOTHING_ABSENT,
) -> dict[str, Answer]:
    """The answers in an object of a reply, as `read_verdict` gives them."""
    return {
        key: Answer(absent=absent[key])
        if key in absent
        else _read_answer(
            reply.get(key), parts["properties"]["value"], shown_order, _name_form(key, prose, ranked)
        )
        for key, parts in schema["properties"].items()
    }


def get_part(reply: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of this name in a reply, empty where there is none."""
    part = reply.get(name)
    return part if isinstance(part, dict) else {}


def get_words(reply: Mapping[str, Any], name: str) -> str:
    """The text of this name in a reply, empty where there is none."""
    words = reply.get(name)
    return drop_unstorable(words) if isinstance(words, str) else ""


def read_repair(
    text: str,
    schema: dict[str, Any],
    *,
    refused: bool,
    shown_order: str,
    prose: frozenset[str] = frozenset(),
    ranked: frozenset[str] = frozenset(),
) -> dict[str, Answer]:
    """The answers that a repair found stated in the earlier reply; whatever was not stated there stays unreadable."""
    reply = {} if refused else read_reply(text)
    stated = {key: part for key, part in reply.items() if isinstance(part, dict) and part.get(STATED) is True}
    return {
        key: _read_answer(
            stated.get(key), parts["properties"]["value"], shown_order, _name_form(key, prose, ranked)
        )
        for key, parts in schema["properties"].items()
    }


def read_reply(text: str) -> dict[str, Any]:
    """The only JSON object of a reply, in a fence or not; empty where there is none."""
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


def _name_form(key: str, prose: frozenset[str], ranked: frozenset[str]) -> str:
    return PROSE if key in prose else RANKED if key in ranked else ""


def _read_answer(answer: Any, schema: dict[str, Any], shown_order: str, form: str) -> Answer:
    if not isinstance(answer, dict) or "value" not in answer:
        return Answer(absent=Absent.UNPARSABLE)
    said = answer.get("rationale") or answer.get("reasoning")
    rationale = drop_unstorable(said) if isinstance(said, str) and said else None
    value = answer["value"]
    if absent := _find_fault(value, schema):
        return Answer(absent=absent, rationale=rationale)
    if isinstance(value, str):
        if form == PROSE:
            return Answer(text=drop_unstorable(value), rationale=rationale)
        if form == RANKED:
            ranking = read_ranking(value, shown_order)
            return Answer(code=ranking, absent=None if ranking else Absent.UNPARSABLE, rationale=rationale)
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
    spelled = orjson.dumps(schema)
    is_long = isinstance(value, str) and len(value) > LONGEST_WORD
    faults = _list_faults(value, spelled) if is_long else _remember_faults(value, spelled)
    if "enum" in schema and not any(isinstance(value, str) == isinstance(v, str) for v in schema["enum"]):
        return Absent.UNPARSABLE
    if not faults:
        return None
    return Absent.OUT_OF_SCALE if faults <= OUTSIDE else Absent.UNPARSABLE


def _list_faults(value: Any, schema: bytes) -> frozenset[str]:
    return frozenset(str(error.validator) for error in _open_validator(schema).iter_errors(value))


_remember_faults = functools.lru_cache(maxsize=4096, typed=True)(
    _list_faults
)  # verdicts are few values, often


@functools.lru_cache(maxsize=1024)
def _open_validator(schema: bytes) -> Draft202012Validator:
    return Draft202012Validator(orjson.loads(schema))
