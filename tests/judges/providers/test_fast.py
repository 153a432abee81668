"""The thin client is the SDK's equal: what it sends, what it answers, and how it fails."""

import dataclasses
from typing import Any  # settings, and what a call came to

import pytest

from evalplatform.common.errors import ProviderFailure
from judges.providers import JudgeRequest
from tests.fakes.provider import FakeProvider
from tests.judges.providers.test_clients import REQUEST, ask

LIMITS = {"x-ratelimit-limit-requests": "600", "X-Request-Id": "r-1", "set-cookie": "a=b"}
REQUESTS = [
    REQUEST,
    dataclasses.replace(
        REQUEST, user='[[\u00e9\U0001f600 \\ "quoted"\n]]', parameters={"temperature": 0.5, "seed": 7}
    ),
    dataclasses.replace(REQUEST, parameters={"max_tokens": 3, "verbosity": "low", "price_in": 1}),
]
SPOILT = ["unparsable", "short", "empty", "twice", "outside", "nan", "of_ten"]
FAULTS = [
    "",
    "refusal",
    "choiceless",
    "html",
    "cut",
    "reset",
    "hang",
    "drip",
    "302:http://127.0.0.1:1/",
    *SPOILT,
]
STATUSES = [
    "400",
    "401",
    "402",
    "403",
    "404",
    "408",
    "409",
    "413",
    "422",
    "429",
    "429:7",
    "429:0.5",
    "500",
    "503:3",
    "529",
]


def tell(vendor: str, fault: str, request: JudgeRequest = REQUEST) -> tuple[dict[str, Any], list[Any]]:
    """What a call came to in all its fields but the time taken, and what the provider was sent."""
    with FakeProvider(faults=[fault], headers=LIMITS) as fake:
        try:
            came = dataclasses.asdict(ask(vendor, fake, request))
            came.pop("latency")
        except ProviderFailure as failure:
            came = {name: getattr(failure, name) for name in ("reason", "retryable", "retry_after", "detail")}
            if failure.reason == "connection":
                came.pop("detail")  # names what broke in the words of the library
        return came, [*fake.requests, sorted(fake.keys)]


@pytest.mark.parametrize("fault", [*FAULTS, *STATUSES])
def test_every_answer_and_every_fault_comes_to_the_same(fault: str, settings: Any) -> None:
    settings.EVALPLATFORM_PROVIDER_TIMEOUT = 0.7
    assert tell("thin", fault) == tell("openai", fault)


@pytest.mark.parametrize("request_number", range(len(REQUESTS)))
def test_every_question_is_put_the_same(request_number: int) -> None:
    request = REQUESTS[request_number]
    assert tell("thin", "", request) == tell("openai", "", request)


def test_a_reply_without_an_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("judges.providers.fast.LARGEST_REPLY", 100)
    monkeypatch.setattr("judges.providers.http.LARGEST_REPLY", 100)
    assert tell("thin", "") == tell("openai", "")
    with FakeProvider() as fake, pytest.raises(ProviderFailure) as caught:
        ask("thin", fake)
    assert (caught.value.reason, str(caught.value)) == ("bad_reply", "the answer is too large")
