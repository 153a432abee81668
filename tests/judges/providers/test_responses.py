"""OpenAI's responses, what every interface tells of itself, and Anthropic's cached prefix."""

import dataclasses
import json
from typing import Any  # replies are any JSON value

import pytest

from evalplatform.common.errors import ProviderFailure
from judges.providers import responses
from judges.providers.anthropic import build
from judges.providers.base import Completion
from tests.fakes.provider import FakeProvider
from tests.judges.providers.test_clients import REQUEST, SCHEMA, ask

RESPONSES = dataclasses.replace(REQUEST, parameters={"endpoint": "responses"})
SAID = '{"clarity": {"rationale": "Because it says more.", "value": 3}}'


def test_a_response_is_read_like_any_answer() -> None:
    parameters = {"endpoint": "responses", "reasoning_effort": "low", "verbosity": "low", "temperature": 0}
    with FakeProvider() as fake:
        answer = ask("openai", fake, dataclasses.replace(REQUEST, parameters=parameters))
    assert (answer.text, answer.returned_model, answer.finish_reason) == (SAID, "m-2026", "completed")
    assert (answer.tokens_in, answer.tokens_cached, answer.tokens_out) == (100, 40, 10)
    assert answer.returned == {
        "id": "resp_1", "service_tier": "default", "created": 1_790_000_000, "reasoning_tokens": 4,
    }  # fmt: skip
    form = {"type": "json_schema", "name": "verdict", "schema": SCHEMA, "strict": True}
    assert fake.requests == [
        {
            "model": "m", "instructions": "Judge.", "input": "[[An answer.]]", "max_output_tokens": 1024,
            "text": {"format": form, "verbosity": "low"}, "reasoning": {"effort": "low"}, "store": False,
            "temperature": 0,
        }
    ]  # fmt: skip


def test_a_response_may_decline() -> None:
    with FakeProvider(faults=["refusal"]) as fake:
        answer = ask("openai", fake, RESPONSES)
    assert (answer.is_refusal, answer.text) == (True, "I cannot judge this.")


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
def test_odds_come_with_every_token(endpoint: str) -> None:
    parameters = {"endpoint": endpoint}
    with FakeProvider() as fake:
        answer = ask("openai", fake, dataclasses.replace(REQUEST, parameters=parameters, logprobs=True))
    assert b"".join(token.piece for token in answer.logprobs).decode() == SAID
    assert [len(token.likeliest) for token in answer.logprobs if token.piece == b" 3"] == [3]


@pytest.mark.parametrize(
    "output", [None, {}, [3], [{"type": "message"}], [{"type": "message", "content": ["x"]}],
               [{"type": "message", "content": [{"type": "output_text", "text": 3}]}]]
)  # fmt: skip
def test_an_odd_response_is_a_named_failure(output: Any) -> None:
    with pytest.raises(ProviderFailure) as caught:
        read({"output": output})
    assert caught.value.reason == "bad_reply"


def test_a_response_that_failed_is_a_failure_and_a_filtered_one_a_refusal() -> None:
    with pytest.raises(ProviderFailure, match="the answer failed: server_error"):
        read({"status": "failed", "error": {"code": "server_error"}})
    assert read({"output": [], "incomplete_details": {"reason": "content_filter"}}).is_refusal
    cut = read({"status": "incomplete", "output": [], "incomplete_details": {"reason": "max_output_tokens"}})
    assert (cut.finish_reason, cut.text, cut.tokens_in) == ("max_output_tokens", "", None)


def read(reply: dict[str, Any]) -> Completion:
    return responses.read(json.dumps(reply), headers={}, latency=0.1)


@pytest.mark.parametrize(
    ("vendor", "returned"),
    [
        (
            "openai",
            {"id": "c1", "created": 1_790_000_000, "system_fingerprint": "fp_1", "service_tier": "default"},
        ),
        ("anthropic", {"id": "m1", "service_tier": "standard"}),
    ],
)
def test_what_a_provider_tells_of_itself_is_kept(vendor: str, returned: dict[str, Any]) -> None:
    with FakeProvider() as fake:
        assert ask(vendor, fake).returned == returned


def test_a_long_system_text_is_marked_to_be_cached_and_a_short_one_is_not() -> None:
    long = dataclasses.replace(REQUEST, system="Judge. " * 1000)
    off = dataclasses.replace(long, parameters={"prompt_cache": False})
    with FakeProvider() as fake:
        for request in (REQUEST, long, off):
            ask("anthropic", fake, request)
    marked = [{"type": "text", "text": long.system, "cache_control": {"type": "ephemeral"}}]
    assert [body["system"] for body in fake.requests] == [REQUEST.system, marked, long.system]


def test_what_calls_share_of_the_users_turn_is_marked_by_itself() -> None:
    text = {"type": "text"}
    kept = {**text, "cache_control": {"type": "ephemeral"}}
    shared = "Examples. " * 500
    short = dataclasses.replace(REQUEST, user=f"{shared}{REQUEST.user}", shared=len(shared))
    long = dataclasses.replace(short, system="Judge. " * 1000)
    few = dataclasses.replace(REQUEST, user=f"One. {REQUEST.user}", shared=5)
    off = dataclasses.replace(long, parameters={"prompt_cache": False})
    parts = [{**kept, "text": shared}, {**text, "text": REQUEST.user}]
    asked = [build(request) for request in (short, long, few, off)]
    assert [(body["system"], body["messages"][0]["content"]) for body in asked] == [
        (short.system, parts),
        ([{**kept, "text": long.system}], parts),
        (few.system, few.user),
        (off.system, off.user),
    ]


def test_older_models_get_their_sampling() -> None:
    with FakeProvider() as fake:
        ask("anthropic", fake, dataclasses.replace(REQUEST, parameters={"temperature": 0, "top_p": 0.5}))
    assert (fake.requests[0]["temperature"], fake.requests[0]["top_p"]) == (0, 0.5)
