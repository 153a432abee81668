"""A provider's reply, read as the foreign text that it is: every field has our type or is missing."""

from typing import Any  # a reply is any JSON value

import orjson

from evalplatform.common.errors import ProviderFailure
from evalplatform.common.texts import drop_unstorable

MOST_TOKENS = 2**31 - 1
LONGEST_NAME = 200


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
