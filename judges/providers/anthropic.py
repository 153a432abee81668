"""Anthropic's messages with a JSON schema."""

from typing import Any  # schemas and replies are any JSON value

import orjson

from evalplatform.common.errors import ProviderFailure
from judges.providers.base import Completion, JudgeRequest
from judges.providers.http import ask, build_client_options

WIDEST_ENUM = 101


class AnthropicProvider:
    """One client of the SDK, on its aiohttp transport."""

    def __init__(self, *, key: str, base_url: str, calls: int) -> None:
        import anthropic

        self._sdk, self._key = anthropic, key
        options = build_client_options(anthropic, key=key, base_url=base_url, calls=calls)
        self._client = anthropic.AsyncAnthropic(**options)

    async def complete(self, request: JudgeRequest) -> Completion:
        create = self._client.messages.with_raw_response.create
        options = _build(request)
        text, headers, latency = await ask(self._sdk, self._key, lambda: create(**options))
        return _read(text, headers=headers, latency=latency)

    async def close(self) -> None:
        await self._client.close()


def _build(request: JudgeRequest) -> dict[str, Any]:
    output: dict[str, Any] = {"format": {"type": "json_schema", "schema": simplify(request.schema)}}
    if effort := request.parameters.get("effort"):
        output["effort"] = effort
    return {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "system": request.system,
        "messages": [{"role": "user", "content": request.user}],
        "output_config": output,
    }


def simplify(schema: Any) -> Any:
    """The schema without numeric bounds, which this vendor refuses: short integer ranges become lists."""
    if isinstance(schema, list):
        return [simplify(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    low, high = schema.get("minimum"), schema.get("maximum")
    if schema.get("type") == "integer" and low is not None and high is not None and high - low < WIDEST_ENUM:
        return {"enum": list(range(int(low), int(high) + 1))}
    return {name: simplify(part) for name, part in schema.items() if name not in ("minimum", "maximum")}


def _read(body: str, *, headers: Any, latency: float) -> Completion:
    try:
        reply = orjson.loads(body)
        text = "".join(part["text"] for part in reply["content"] if part["type"] == "text")
        usage = reply.get("usage") or {}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise ProviderFailure("the answer holds no message", reason="bad_reply", retryable=True) from None
    cached = usage.get("cache_read_input_tokens") or 0
    written = usage.get("cache_creation_input_tokens") or 0
    fresh = usage.get("input_tokens")
    return Completion(
        text=text,
        returned_model=str(reply.get("model") or ""),
        finish_reason=str(reply.get("stop_reason") or ""),
        tokens_in=None if fresh is None else fresh + cached + written,
        tokens_cached=cached,
        tokens_out=usage.get("output_tokens"),
        latency=latency,
        headers=headers,
        raw=body,
    )
