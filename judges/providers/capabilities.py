"""What a model can be asked for: known for the vendors' own models, probed for any other, never guessed."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any  # stored capabilities and parameters are JSON

from judges.models import Connection, Provider


class ReplyFormat(StrEnum):
    """How a model is held to the form of a verdict, from the strictest to the loosest."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    TEXT = "text"


class Endpoint(StrEnum):
    """Which of OpenAI's interfaces is spoken."""

    CHAT = "chat"
    RESPONSES = "responses"
    DECISIONS = "decisions"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """True: it is there; False: it is not; None: nobody knows. `schema` is empty where nobody knows."""

    schema: str = ""
    logprobs: bool | None = None
    temperature: bool | None = None
    top_p: bool | None = None
    seed: bool | None = None
    reasoning_effort: bool | None = None
    effort: bool | None = None
    verbosity: bool | None = None
    service_tier: bool | None = None
    prompt_cache: bool | None = None
    batch: bool | None = None
    responses: bool | None = None
    decisions: bool | None = None


UNKNOWN = Capabilities()
CHAT_MODEL = Capabilities(
    schema=ReplyFormat.JSON_SCHEMA, logprobs=True, temperature=True, top_p=True, seed=True, reasoning_effort=False,
    effort=False, verbosity=None, service_tier=True, prompt_cache=False, batch=True, responses=True, decisions=False,
)  # fmt: skip
REASONING_MODEL = replace(
    CHAT_MODEL,
    logprobs=False,
    temperature=False,
    top_p=False,
    seed=None,
    reasoning_effort=True,
    verbosity=None,
)
CLAUDE = Capabilities(
    schema=ReplyFormat.JSON_SCHEMA, logprobs=False, temperature=None, top_p=None, seed=False, reasoning_effort=False,
    effort=None, verbosity=False, service_tier=True, prompt_cache=True, batch=True, responses=False, decisions=False,
)  # fmt: skip
NOTHING = Capabilities(
    schema=ReplyFormat.JSON_SCHEMA, **{f.name: False for f in fields(Capabilities) if f.name != "schema"}
)

# The vendors' models at their own addresses, as their documentation told in 2026; the first pattern that fits holds.
# What differs between snapshots or depends on another parameter stays None: the vendor's own refusal tells.
KNOWN: Mapping[str, tuple[tuple[str, Capabilities], ...]] = {
    Provider.OPENAI: (
        (r"gpt-6-luna", replace(NOTHING, decisions=True)),
        (
            r"gpt-4o-2024-05-13|gpt-4-turbo|gpt-3\.5-turbo",
            replace(CHAT_MODEL, schema=ReplyFormat.JSON_OBJECT),
        ),
        (r"gpt-4o|gpt-4\.1", CHAT_MODEL),
        (r"gpt-4", replace(CHAT_MODEL, schema=ReplyFormat.TEXT)),
        (r"gpt-5(?!\.)", replace(REASONING_MODEL, verbosity=True)),
        (r"gpt-5\.", replace(REASONING_MODEL, logprobs=None, temperature=None, top_p=None, verbosity=True)),
        (r"o1-mini|o1-preview", replace(REASONING_MODEL, schema=ReplyFormat.TEXT, reasoning_effort=False)),
        (r"o[134]", REASONING_MODEL),
    ),
    Provider.ANTHROPIC: (
        (
            r"claude-(2|3|instant|opus-4-0|opus-4-2|sonnet-4-0|sonnet-4-2)",
            replace(CLAUDE, schema=ReplyFormat.TEXT, temperature=True, top_p=True, effort=False),
        ),
        (r"claude-(haiku|sonnet)-4-5", replace(CLAUDE, temperature=True, top_p=True, effort=False)),
        (r"claude-opus-4-5", replace(CLAUDE, temperature=True, top_p=True, effort=True)),
        (r"claude-", CLAUDE),
    ),
    Provider.LOCAL: ((r"", NOTHING),),
}

# What is certain of a vendor's language, whatever the model and the address.
ALWAYS: Mapping[str, Mapping[str, Any]] = {
    Provider.OPENAI: {"effort": False, "prompt_cache": False},
    Provider.ANTHROPIC: {
        "logprobs": False, "seed": False, "reasoning_effort": False, "verbosity": False, "responses": False,
        "decisions": False,
    },
    Provider.LOCAL: {},
}  # fmt: skip


def find_capabilities(connection: Connection, model: str) -> Capabilities:
    """What the model behind the connection can do: as probed, else as known of a vendor's own model."""
    found = _find_known(connection, model)
    probed = connection.capabilities.get(model)
    if isinstance(probed, dict):
        found = replace(found, **{k: v for k, v in _read_stored(probed).items() if v not in (None, "")})
    return replace(found, **ALWAYS[connection.provider])


def _find_known(connection: Connection, model: str) -> Capabilities:
    if connection.base_url:
        return UNKNOWN
    known = (found for pattern, found in KNOWN[connection.provider] if re.match(pattern, model))
    return next(known, UNKNOWN)


def _read_stored(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Only names of capabilities with values of their type: a row may be older than this code."""
    given = {f.name: stored.get(f.name) for f in fields(Capabilities)}
    schema = given.pop("schema")
    kept = {name: value for name, value in given.items() if value is None or isinstance(value, bool)}
    return {**kept, "schema": schema if schema in list(ReplyFormat) else ""}


def describe_capabilities(found: Capabilities) -> dict[str, str]:
    """Each capability in a word, for people."""
    words = {True: "yes", False: "no", None: "not known", "": "not known"}
    return {name: words.get(value, str(value)) for name, value in asdict(found).items()}
