"""What the vendors' clients share: limits of a connection, and their errors in our words."""

import logging
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, TypeVar  # the SDKs' raw answers are generic over their parsed type

from django.conf import settings

from evalplatform.common.errors import ProviderFailure
from evalplatform.common.outbound import PrivateAddressError
from judges.providers.base import CONNECT_SECONDS, PRIVATE, fail_for_status
from judges.providers.pinned import build_pinned_transport

T = TypeVar("T")
LONGEST_DETAIL = 500
LARGEST_REPLY = 1_000_000
KEPT_HEADERS = ("retry-after", "request-id", "x-request-id")
KEPT_PREFIXES = ("x-ratelimit-", "anthropic-ratelimit-")


def build_client_options(sdk: ModuleType, *, key: str, base_url: str, calls: int) -> dict[str, Any]:
    """Options of the SDK's client: our time-outs, no retries of its own, no redirects, one connection a call."""
    import httpx2

    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it would write a line for each call
    timeout = sdk.Timeout(settings.EVALPLATFORM_PROVIDER_TIMEOUT, connect=CONNECT_SECONDS)
    limits = httpx2.Limits(max_connections=calls, max_keepalive_connections=calls)
    options: dict[str, Any] = {"timeout": timeout, "limits": limits, "follow_redirects": False}
    if base_url:  # somebody's word; the vendor's own address may be reached through the operator's proxy
        options["transport"] = build_pinned_transport(sdk, base_url=base_url, limits=limits)
    return {
        "api_key": key or "none",
        "base_url": base_url or None,
        "max_retries": 0,
        "timeout": timeout,
        "http_client": sdk.DefaultAioHttpClient(**options),
    }


async def ask(
    sdk: ModuleType, key: str, call: Callable[[], Awaitable[Any]]
) -> tuple[str, Mapping[str, str], float]:
    """Make one call; its body, headers worth keeping, and seconds taken. Raises ProviderFailure.

    `call` gives the HTTP answer, or what an SDK's `with_raw_response` wraps it in.
    """
    start = time.monotonic()
    answer = await name_failures(sdk, key, call)
    answer = getattr(answer, "http_response", answer)
    check_reply(answer.headers.get("content-type", ""), len(answer.content))
    return scrub(answer.text, key), keep_headers(answer.headers), time.monotonic() - start


def check_reply(content_type: str, size: int) -> None:
    """Raises ProviderFailure for what cannot be a reply."""
    if "json" not in content_type:
        raise ProviderFailure("the answer is no JSON", reason="bad_reply", retryable=True)
    if size > LARGEST_REPLY:
        raise ProviderFailure("the answer is too large", reason="bad_reply", retryable=False)


async def name_failures(sdk: ModuleType, key: str, call: Callable[[], Awaitable[T]]) -> T:
    """What the call answers, with the SDK's errors in our words. Raises ProviderFailure."""
    try:
        return await call()
    except sdk.APIStatusError as error:
        answer = error.response
        raise fail_for_answer(error.status_code, answer.text, answer.headers, key) from None
    except (sdk.APIConnectionError, TimeoutError) as error:
        raise fail_for_connection(error) from None


def fail_for_connection(error: BaseException) -> ProviderFailure:
    """The failure of a call without an answer. A refused connection is no time-out, whatever the transport calls it."""
    causes = list(_follow_causes(error))
    for cause in causes:
        if isinstance(cause, PrivateAddressError):
            return ProviderFailure(str(cause), reason=PRIVATE, retryable=False)
        if isinstance(cause, ConnectionError | socket.gaierror):
            detail = f"the connection broke: {type(cause).__name__}"
            return ProviderFailure(detail, reason="connection", retryable=True)
    if any("Timeout" in type(cause).__name__ for cause in causes):
        return ProviderFailure("no answer in time", reason="timeout", retryable=True)
    detail = f"the connection broke: {type(causes[-1]).__name__}"
    return ProviderFailure(detail, reason="connection", retryable=True)


def _follow_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def keep_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Rate limits and request ids, nothing else."""
    lowered = {name.lower(): value for name, value in headers.items()}
    return {k: v for k, v in lowered.items() if k in KEPT_HEADERS or k.startswith(KEPT_PREFIXES)}


def fail_for_answer(status: int, text: str, headers: Mapping[str, str], key: str) -> ProviderFailure:
    """The failure of a call that was answered with another status than success."""
    detail = scrub(text, key)[:LONGEST_DETAIL]
    failure = fail_for_status(status, detail, headers)
    if status == 429 and "insufficient_quota" in detail:
        failure.reason, failure.retryable = "quota", False
    return failure


def scrub(text: str, key: str) -> str:
    """Some servers repeat the key: it must not be kept. Scrub before anything is cut."""
    return text.replace(key, "[key]") if len(key) > 3 else text
