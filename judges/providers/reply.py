"""A provider's reply, read as the foreign text that it is: every field has our type or is missing."""

from collections.abc import Sequence
from typing import Any  # a reply is any JSON value

import orjson

from evalplatform.common.errors import ProviderFailure
from evalplatform.common.texts import drop_unstorable
from judges.providers.base import Token

MOST_TOKENS = 2**31 - 1
LONGEST_NAME = 200
ROUNDING = 1e-3  # some servers give a certain token a hair more than certainty


def read_object(body: str) -> dict[str, Any]:
    """The reply's JSON object. Raises ProviderFailure where it is none."""
    try:
        reply = orjson.loads(body)
    except orjson.JSONDecodeError:
        reply = None
    if not isinstance(reply, dict):
        raise fail_for_reply("the answer is no JSON object")
    return reply


def fail_for_reply(detail: str) -> ProviderFailure:
    """The failure of a reply that is not what its vendor promises; another call may fare better."""
    return ProviderFailure(detail, reason="bad_reply", retryable=True)


def get_object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    """The object under `name`, empty where there is none."""
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def read_text(value: Any) -> str:
    """A text without the characters that no database keeps. Raises ProviderFailure where it is none."""
    if not isinstance(value, str):
        raise fail_for_reply("the answer's text is no text")
    return drop_unstorable(value)


def read_name(value: Any) -> str:
    """A short word, such as a model's id; empty where it is none."""
    return read_text(value)[:LONGEST_NAME] if isinstance(value, str) else ""


def read_tokens(value: Any) -> int | None:
    """A count of tokens; None where it is no count."""
    return value if type(value) is int and 0 <= value <= MOST_TOKENS else None


def read_returned(reply: dict[str, Any], names: Sequence[str], **more: Any) -> dict[str, str | int]:
    """Short words and counts by which a provider tells what answered; what is missing or odd is left out."""
    given = {name: reply.get(name) for name in names} | more
    words = {name: read_name(value) for name, value in given.items() if isinstance(value, str) and value}
    counts = {name: tokens for name, value in given.items() if (tokens := read_tokens(value))}
    return {**words, **counts}


def read_logprobs(value: Any) -> tuple[Token, ...]:
    """The tokens of an answer with their odds; none at all where one of them is not what it should be."""
    if not isinstance(value, list):
        return ()
    try:
        return tuple(_read_token(part) for part in value)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ()


def _read_token(part: dict[str, Any]) -> Token:
    listed = part.get("top_logprobs") or []
    likeliest = tuple((_read_piece(other), _read_odds(other["logprob"])) for other in listed)
    return Token(_read_piece(part), _read_odds(part["logprob"]), likeliest)


def _read_piece(part: dict[str, Any]) -> bytes:
    raw = part.get("bytes")
    return bytes(raw) if isinstance(raw, list) else part["token"].encode("utf-8", "replace")


def _read_odds(value: Any) -> float:
    """A log-probability: at most zero, as low as the vendors' own mark for impossible."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value <= ROUNDING:
        raise ValueError("no log-probability")
    return min(float(value), 0.0)
