"""What is known of the vendors' models, what a probe adds, and that what is stored is read as foreign."""

import pytest

from judges.models import Connection
from judges.providers.capabilities import UNKNOWN, Capabilities, describe_capabilities, find_capabilities


def at_vendor(provider: str, model: str) -> Capabilities:
    return find_capabilities(Connection(provider=provider), model)


@pytest.mark.parametrize(
    ("provider", "model", "schema", "logprobs", "temperature", "reasoning_effort"),
    [
        ("openai", "gpt-4.1-mini", "json_schema", True, True, False),
        ("openai", "gpt-4o-2024-05-13", "json_object", True, True, False),
        ("openai", "gpt-4-0613", "text", True, True, False),
        ("openai", "gpt-5-mini", "json_schema", False, False, True),
        ("openai", "gpt-5.4", "json_schema", None, None, True),
        ("openai", "o3", "json_schema", False, False, True),
        ("anthropic", "claude-haiku-4-5-20251001", "json_schema", False, True, False),
        ("anthropic", "claude-3-5-haiku-latest", "text", False, True, False),
        ("openai", "unheard-of", "", None, None, None),
        ("anthropic", "unheard-of", "", False, None, False),
        ("local", "any", "json_schema", False, False, False),
    ],
)
def test_models_of_the_vendors_are_known(
    provider: str,
    model: str,
    schema: str,
    logprobs: bool | None,
    temperature: bool | None,
    reasoning_effort: bool | None,
) -> None:
    found = at_vendor(provider, model)
    told = (found.schema, found.logprobs, found.temperature, found.reasoning_effort)
    assert told == (schema, logprobs, temperature, reasoning_effort)


def test_a_name_tells_nothing_at_an_address_of_somebody_elses() -> None:
    found = find_capabilities(Connection(provider="openai", base_url="http://127.0.0.1/v1"), "gpt-4.1")
    assert (found.schema, found.logprobs, found.effort) == ("", None, False)


def test_a_probe_overrules_what_was_known_where_it_is_sure() -> None:
    stored = {"gpt-4.1": {"schema": "", "logprobs": False, "temperature": None, "probed_at": "2026-11-27"}}
    found = find_capabilities(Connection(provider="openai", capabilities=stored), "gpt-4.1")
    assert (found.schema, found.logprobs, found.temperature) == ("json_schema", False, True)


@pytest.mark.parametrize("stored", [None, "yes", {"schema": "xml", "logprobs": "yes", "telepathy": True}])
def test_an_odd_row_tells_nothing(stored: object) -> None:
    connection = Connection(provider="openai", base_url="http://127.0.0.1/v1", capabilities={"m": stored})
    assert find_capabilities(connection, "m") == find_capabilities(
        Connection(provider="openai", base_url="http://127.0.0.1/v1"), "m"
    )


def test_capabilities_are_told_in_words() -> None:
    told = describe_capabilities(Capabilities(schema="text", logprobs=True, seed=False))
    assert (told["schema"], told["logprobs"], told["seed"], told["batch"]) == (
        "text",
        "yes",
        "no",
        "not known",
    )
    assert set(describe_capabilities(UNKNOWN).values()) == {"not known"}
