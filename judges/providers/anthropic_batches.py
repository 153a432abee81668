"""Anthropic's message batches."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any  # bodies and replies are any JSON value

from evalplatform.common.errors import ProviderFailure
from judges.providers import anthropic as messages
from judges.providers.base import CALLED_OFF, EXPIRED, Completion, fail_for_status
from judges.providers.batching import (
    LISTED,
    BatchLook,
    BatchOutcome,
    BatchRow,
    fetch_lines,
    read_batch_id,
    read_counts,
    read_moment,
    settle_row,
    write_body,
)
from judges.providers.http import ask, build_client_options
from judges.providers.reply import fail_for_reply, get_object, read_name, read_object

CLOCKS = timedelta(minutes=5)  # by how much the provider's clock and ours may differ
STATUSES = {
    "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
    "not_found_error": 404, "rate_limit_error": 429, "timeout_error": 504, "overloaded_error": 529,
}  # fmt: skip
ENDS = {"expired": EXPIRED, "canceled": CALLED_OFF}


class AnthropicDesk:
    """Its batches carry no mark: one that was lost on the way is told by its age, its size, and then by its rows."""

    def __init__(self, *, key: str, base_url: str) -> None:
        import anthropic
        import httpx2

        self._sdk, self._key, self._answer = anthropic, key, httpx2.Response
        options = build_client_options(anthropic, key=key, base_url=base_url, calls=1)
        self._client = anthropic.AsyncAnthropic(**options)
        self._batches = self._client.messages.batches.with_raw_response

    async def submit(self, *, mark: str, rows: Sequence[BatchRow]) -> BatchLook:
        requests: Any = [{"custom_id": row.mark, "params": messages.build(row.request)} for row in rows]
        text, _, _ = await ask(self._sdk, self._key, lambda: self._batches.create(requests=requests))
        return read_look(read_object(text))

    async def find(self, *, mark: str, size: int, since: datetime) -> list[str]:
        text, _, _ = await ask(self._sdk, self._key, lambda: self._batches.list(limit=LISTED))
        held = read_object(text).get("data")
        if not isinstance(held, list):
            raise fail_for_reply("the answer is no list of batches")
        seen = [read_look(part) for part in held if isinstance(part, dict)]
        fitting = [
            look
            for look in seen
            if look.size == size and look.created_at and look.created_at >= since - CLOCKS
        ]
        return [look.provider_id for look in fitting]

    async def look(self, provider_id: str) -> BatchLook:
        text, _, _ = await ask(self._sdk, self._key, lambda: self._batches.retrieve(provider_id))
        return read_look(read_object(text))

    async def fetch(self, seen: BatchLook) -> list[BatchOutcome]:
        # By the batch's id, not by the address that the reply names: the key goes nowhere else.
        path = f"/v1/messages/batches/{seen.provider_id}/results"
        rows = await fetch_lines(self._sdk, self._key, lambda: self._client.get(path, cast_to=self._answer))
        return [settle_row(row.get("custom_id"), partial(_read_row, row)) for row in rows]

    async def cancel(self, provider_id: str) -> None:
        await ask(self._sdk, self._key, lambda: self._batches.cancel(provider_id))

    async def close(self) -> None:
        await self._client.close()


def _read_row(row: dict[str, Any]) -> Completion:
    result = get_object(row, "result")
    kind = read_name(result.get("type"))
    if kind == "succeeded":
        return messages.read(write_body(result.get("message")), headers={}, latency=0.0)
    if kind in ENDS:
        raise ProviderFailure(f"this row of the batch {kind}", reason=ENDS[kind], retryable=True)
    if kind != "errored":
        raise fail_for_reply("the row holds neither answer nor error")
    error = get_object(get_object(result, "error"), "error")
    status = STATUSES.get(read_name(error.get("type")), 500)
    raise fail_for_status(status, read_name(error.get("message")) or "no reason is given", {})


def read_look(reply: dict[str, Any]) -> BatchLook:
    """A batch as it is shown. Raises ProviderFailure where it has no id."""
    counts = read_counts(get_object(reply, "request_counts"))
    return BatchLook(
        provider_id=read_batch_id(reply.get("id")),
        is_ended=reply.get("processing_status") == "ended",
        size=sum(counts.values()),
        created_at=read_moment(reply.get("created_at")),
        expires_at=read_moment(reply.get("expires_at")),
        counts=counts,
    )
