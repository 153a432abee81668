"""OpenAI's batches: a file of requests goes up, a file of answers and one of errors come down."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any  # bodies and replies are any JSON value

import orjson

from evalplatform.common.errors import ProviderFailure
from judges.providers import chat, responses
from judges.providers.base import CALLED_OFF, EXPIRED, Completion, JudgeRequest
from judges.providers.batching import (
    BATCH_FULL,
    BATCH_REFUSED,
    LISTED,
    BatchLook,
    BatchOutcome,
    BatchRow,
    fail_for_row,
    fetch_lines,
    read_batch_id,
    read_counts,
    read_moment,
    settle_row,
    write_body,
)
from judges.providers.capabilities import Endpoint
from judges.providers.http import ask, build_client_options
from judges.providers.reply import fail_for_reply, get_object, read_name, read_object, read_tokens

ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
OURS = "evalplatform_batch"
CODES = {"batch_expired": EXPIRED, "batch_cancelled": CALLED_OFF}
FULL = "token_limit_exceeded"  # too much waits at the provider: later there is room


class OpenAIDesk:
    """Chat completions or responses, as the judge's endpoint says."""

    def __init__(self, *, key: str, base_url: str, parameters: Mapping[str, Any]) -> None:
        import httpx2
        import openai

        self._sdk, self._key, self._is_vendor, self._answer = openai, key, not base_url, httpx2.Response
        self._speaks_responses = parameters.get("endpoint") == Endpoint.RESPONSES
        self._client = openai.AsyncOpenAI(**build_client_options(openai, key=key, base_url=base_url, calls=1))

    async def submit(self, *, mark: str, rows: Sequence[BatchRow]) -> BatchLook:
        lines = b"\n".join(orjson.dumps(self._write_row(row)) for row in rows)
        upload = self._client.files.with_raw_response.create
        text, _, _ = await ask(
            self._sdk, self._key, lambda: upload(file=(f"{mark}.jsonl", lines), purpose="batch")
        )
        file_id = read_batch_id(read_object(text).get("id"))
        create = self._client.batches.with_raw_response.create
        endpoint: Any = responses.PATH if self._speaks_responses else chat.PATH
        text, _, _ = await ask(
            self._sdk,
            self._key,
            lambda: create(
                input_file_id=file_id, endpoint=endpoint, completion_window="24h", metadata={OURS: mark}
            ),
        )
        return read_look(read_object(text))

    def _write_row(self, row: BatchRow) -> dict[str, Any]:
        path = responses.PATH if self._speaks_responses else chat.PATH
        return {"custom_id": row.mark, "method": "POST", "url": path, "body": self._build(row.request)}

    def _build(self, request: JudgeRequest) -> dict[str, Any]:
        if self._speaks_responses:
            return responses.build(request)
        return chat.build(request, is_vendor=self._is_vendor)

    async def find(self, *, mark: str, size: int, since: datetime) -> list[str]:
        batches = self._client.batches.with_raw_response
        text, _, _ = await ask(self._sdk, self._key, lambda: batches.list(limit=LISTED))
        held = read_object(text).get("data")
        if not isinstance(held, list):
            raise fail_for_reply("the answer is no list of batches")
        seen = [read_look(part) for part in held if isinstance(part, dict)]
        return [look.provider_id for look in seen if look.mark == mark]

    async def look(self, provider_id: str) -> BatchLook:
        batches = self._client.batches.with_raw_response
        text, _, _ = await ask(self._sdk, self._key, lambda: batches.retrieve(provider_id))
        return read_look(read_object(text))

    async def fetch(self, seen: BatchLook) -> list[BatchOutcome]:
        rows: list[dict[str, Any]] = []
        for name in seen.files:
            get = partial(self._client.get, f"/files/{name}/content", cast_to=self._answer)
            rows += await fetch_lines(self._sdk, self._key, get)
        return [settle_row(row.get("custom_id"), partial(self._read_row, row)) for row in rows]

    def _read_row(self, row: dict[str, Any]) -> Completion:
        error = get_object(row, "error")
        if code := read_name(error.get("code")):
            reason = CODES.get(code, "bad_reply")
            raise ProviderFailure(read_name(error.get("message")) or code, reason=reason, retryable=True)
        response = get_object(row, "response")
        if response.get("status_code") != 200:
            raise fail_for_row(response.get("status_code"), response.get("body"))
        read = responses.read if self._speaks_responses else chat.read
        return read(write_body(response.get("body")), headers={}, latency=0.0)

    async def cancel(self, provider_id: str) -> None:
        batches = self._client.batches.with_raw_response
        await ask(self._sdk, self._key, lambda: batches.cancel(provider_id))

    async def close(self) -> None:
        await self._client.close()


def read_look(reply: dict[str, Any]) -> BatchLook:
    """A batch as it is shown. Raises ProviderFailure where it has no id."""
    counts, status = get_object(reply, "request_counts"), read_name(reply.get("status"))
    files = [reply.get("output_file_id"), reply.get("error_file_id")]
    return BatchLook(
        provider_id=read_batch_id(reply.get("id")),
        is_ended=status in ENDED,
        mark=read_name(get_object(reply, "metadata").get(OURS)),
        size=read_tokens(counts.get("total")),
        created_at=read_moment(reply.get("created_at")),
        expires_at=read_moment(reply.get("expires_at")),
        counts=read_counts(counts),
        problem=_read_problem(reply) if status == "failed" else None,
        files=tuple(read_batch_id(name) for name in files if name),
    )


def _read_problem(reply: dict[str, Any]) -> ProviderFailure:
    listed = get_object(reply, "errors").get("data")
    errors = [part for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []
    first = errors[0] if errors else {}
    is_full = any(error.get("code") == FULL for error in errors)
    return ProviderFailure(
        read_name(first.get("message")) or "the provider refused the batch and did not say why",
        reason=BATCH_FULL if is_full else BATCH_REFUSED,
        retryable=is_full,
    )
