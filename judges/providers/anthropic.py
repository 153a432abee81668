"""Anthropic's messages, with a JSON schema where the model keeps to one."""

from typing import Any, TypeAlias  # schemas and replies are any JSON value

from judges.providers.base import Completion, JudgeRequest
from judges.providers.capabilities import ReplyFormat
from judges.providers.forms import read_reply_format, write_system
from judges.providers.http import ask, build_client_options
from judges.providers.reply import (
    fail_for_reply,
    get_object,
    read_name,
    read_object,
    read_returned,
    read_text,
    read_tokens,
)

WIDEST_ENUM = 101
SAMPLING = ("temperature", "top_p")
PASSED_ON = (*SAMPLING, "service_tier")
Content: TypeAlias = str | list[dict[str, Any]]
SHORTEST_CACHED = 4 * 1024  # characters: below some 1,024 tokens no model of this vendor keeps a prefix


class AnthropicProvider:
    """One client of the SDK, on its aiohttp transport."""

    def __init__(self, *, key: str, base_url: str, calls: int) -> None:
        import anthropic

        self._sdk, self._key = anthropic, key
        options = build_client_options(anthropic, key=key, base_url=base_url, calls=calls)
        self._client = anthropic.AsyncAnthropic(**options)

    async def complete(self, request: JudgeRequest) -> Completion:
        create = self._client.messages.with_raw_response.create
        body = build(request)
        # Older models take them; the SDK no longer names them.
        more = {name: body.pop(name) for name in SAMPLING if name in body}
        options = {**body, "extra_body": more or None}
        text, headers, latency = await ask(self._sdk, self._key, lambda: create(**options))
        return read(text, headers=headers, latency=latency)

    async def close(self) -> None:
        await self._client.close()


def build(request: JudgeRequest) -> dict[str, Any]:
    """The body of the request."""
    system, user = _mark_what_is_kept(request)
    output: dict[str, Any] = {}
    if read_reply_format(request) == ReplyFormat.JSON_SCHEMA:
        output["format"] = {"type": "json_schema", "schema": simplify(request.schema)}
    if effort := request.parameters.get("effort"):
        output["effort"] = effort
    return {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "system": system,
        "messages": [{"role": "user", "content": user}],
        **({"output_config": output} if output else {}),
        **{name: request.parameters[name] for name in PASSED_ON if name in request.parameters},
    }


def _mark_what_is_kept(request: JudgeRequest) -> tuple[Content, Content]:
    """System and user text, each marked to be kept as far as other calls begin alike, and it is long enough to keep."""
    system, user, shared = write_system(request), request.user, request.shared
    if not request.parameters.get("prompt_cache", True) or len(system) + shared < SHORTEST_CACHED:
        return system, user
    kept: Content = [_keep(system)] if len(system) >= SHORTEST_CACHED else system
    if not shared:
        return kept, user
    return kept, [_keep(user[:shared]), {"type": "text", "text": user[shared:]}]


def _keep(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}


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


def read(body: str, *, headers: Any, latency: float) -> Completion:
    """The answer in a reply's body. Raises ProviderFailure."""
    reply = read_object(body)
    parts, usage = reply.get("content"), get_object(reply, "usage")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise fail_for_reply("the answer holds no message")
    fresh = read_tokens(usage.get("input_tokens"))
    cached = read_tokens(usage.get("cache_read_input_tokens")) or 0
    written = read_tokens(usage.get("cache_creation_input_tokens")) or 0
    return Completion(
        text="".join(read_text(part.get("text")) for part in parts if part.get("type") == "text"),
        returned_model=read_name(reply.get("model")),
        finish_reason=read_name(reply.get("stop_reason")),
        tokens_in=None if fresh is None else read_tokens(fresh + cached + written),
        tokens_cached=cached,
        tokens_cache_written=written,
        tokens_out=read_tokens(usage.get("output_tokens")),
        latency=latency,
        headers=headers,
        raw=body,
        returned=read_returned(reply, ("id",), cache_written=written, service_tier=usage.get("service_tier")),
    )
