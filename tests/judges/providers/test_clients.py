import asyncio
import dataclasses
import socket
from typing import Any  # settings and bodies

import pytest
from django.test import override_settings

from evalplatform.common.errors import ProviderFailure
from judges.models import Connection, Judge
from judges.providers import Completion, JudgeRequest, open_provider
from tests.fakes.provider import FakeProvider

SCHEMA = {
    "type": "object",
    "properties": {
        "clarity": {
            "type": "object",
            "properties": {
                "rationale": {"type": "string"},
                "value": {"type": "integer", "minimum": 1, "maximum": 5},
            },
        }
    },
}
REQUEST = JudgeRequest(model="m", system="Judge.", user="[[An answer.]]", schema=SCHEMA)
VENDORS = ["openai", "anthropic", "thin"]  # thin: OpenAI's chat completions without the SDK


def ask(
    vendor: str, fake: FakeProvider, request: JudgeRequest = REQUEST, key: str = "sk-planted"
) -> Completion:
    return ask_at(vendor, base_url(vendor, fake), request, key)


def ask_at(vendor: str, address: str, request: JudgeRequest = REQUEST, key: str = "sk-planted") -> Completion:
    async def go() -> Completion:
        provider_name = "openai" if vendor == "thin" else vendor
        judge = Judge(model="m", connection=Connection(provider=provider_name, base_url=address))
        provider = open_provider(judge, key=key, calls=2)
        try:
            return await provider.complete(request)
        finally:
            await provider.close()

    with override_settings(EVALPLATFORM_TRANSPORT="thin" if vendor == "thin" else "sdk"):
        return asyncio.run(go())


def base_url(vendor: str, fake: FakeProvider) -> str:
    return fake.url.removesuffix("/v1") if vendor == "anthropic" else fake.url


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_answer_carries_text_model_and_tokens(vendor: str) -> None:
    with FakeProvider() as fake:
        answer = ask(vendor, fake)
    assert answer.text == '{"clarity": {"rationale": "Because it says more.", "value": 3}}'
    assert (answer.returned_model, answer.tokens_in, answer.tokens_cached, answer.tokens_out) == (
        "m-2026",
        100,
        40,
        10,
    )
    assert fake.keys == {"sk-planted"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_refusal_is_a_completion(vendor: str) -> None:
    with FakeProvider(faults=["refusal"]) as fake:
        assert ask(vendor, fake).is_refusal


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("fault", "reason", "retryable", "retry_after"),
    [
        ("429:7", "http_429", True, 7.0),
        ("500", "http_500", True, None),
        ("529", "http_529", True, None),
        ("400", "http_400", False, None),
        ("401", "http_401", False, None),
        ("302", "http_302", False, None),
        ("429:insufficient_quota", "quota", False, None),
        ("hang", "timeout", True, None),
        ("cut", "connection", True, None),
        ("html", "bad_reply", True, None),
    ],
)
def test_failures_are_named(
    vendor: str, fault: str, reason: str, retryable: bool, retry_after: float | None, settings: Any
) -> None:
    settings.EVALPLATFORM_PROVIDER_TIMEOUT = 0.5
    with FakeProvider(faults=[fault]) as fake, pytest.raises(ProviderFailure) as caught:
        ask(vendor, fake)
    failure = caught.value
    assert (failure.reason, failure.retryable, failure.retry_after) == (reason, retryable, retry_after)
    assert len(fake.requests) == 1


@pytest.mark.parametrize("vendor", ["openai", "thin"])
def test_an_answer_without_choices_is_a_failure(vendor: str) -> None:
    with FakeProvider(faults=["choiceless"]) as fake, pytest.raises(ProviderFailure) as caught:
        ask(vendor, fake)
    assert caught.value.reason == "bad_reply"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_key_that_the_server_repeats_is_not_kept(vendor: str) -> None:
    with FakeProvider(faults=["401:bad key sk-planted"]) as fake, pytest.raises(ProviderFailure) as caught:
        ask(vendor, fake)
    assert caught.value.detail == '{"error": {"message": "bad key [key]"}}'


@pytest.mark.parametrize("vendor", ["openai", "thin"])
def test_openai_gets_the_schema_and_only_what_is_set(vendor: str) -> None:
    request = dataclasses.replace(REQUEST, parameters={"temperature": 0, "price_in": 1, "max_tokens": 50})
    with FakeProvider() as fake:
        ask(vendor, fake, request)
    body = fake.requests[0]
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert sorted(body) == ["max_tokens", "messages", "model", "response_format", "temperature"]


def test_anthropic_gets_lists_in_place_of_ranges() -> None:
    with FakeProvider() as fake:
        ask("anthropic", fake)
    schema = fake.requests[0]["output_config"]["format"]["schema"]
    assert schema["properties"]["clarity"]["properties"]["value"] == {"enum": [1, 2, 3, 4, 5]}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_refused_connection_is_no_time_out(vendor: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(ProviderFailure) as caught:
        ask_at(vendor, address)
    assert (caught.value.reason, str(caught.value)) == (
        "connection",
        "the connection broke: ConnectionRefusedError",
    )
