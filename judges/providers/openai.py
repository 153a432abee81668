"""OpenAI's chat completions with a JSON schema, at OpenAI or any compatible address."""

from typing import Any  # options and replies are any JSON value

from judges.providers.base import REFUSED, Completion, JudgeRequest
from judges.providers.http import ask, build_client_options
from judges.providers.reply import (
    fail_for_reply,
    get_object,
    read_name,
    read_object,
    read_text,
    read_tokens,
)

PASSED_ON = ("temperature", "top_p", "seed", "reasoning_effort", "verbosity", "service_tier")


class OpenAIProvider:
    """One client of the SDK, on its aiohttp transport."""

    def __init__(self, *, key: str, base_url: str, calls: int) -> None:
        import openai

        self._sdk, self._key, self._is_vendor = openai, key, not base_url
        self._client = openai.AsyncOpenAI(
            **build_client_options(openai, key=key, base_url=base_url, calls=calls)
        )

    async def complete(self, request: JudgeRequest) -> Completion:
        create = self._client.chat.completions.with_raw_response.create
        options = self._build(request)
        text, headers, latency = await ask(self._sdk, self._key, lambda: create(**options))
        return _read(text, headers=headers, latency=latency)

    async def close(self) -> None:
        await self._client.close()

    def _build(self, request: JudgeRequest) -> dict[str, Any]:
        # Other servers know only the older name of the limit.
        limit = "max_completion_tokens" if self._is_vendor else "max_tokens"
        return {
            "model": request.model,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "verdict", "schema": request.schema, "strict": True},
            },
            limit: request.max_tokens,
            **{name: request.parameters[name] for name in PASSED_ON if name in request.parameters},
        }


def _read(body: str, *, headers: Any, latency: float) -> Completion:
    reply = read_object(body)
    choices = reply.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise fail_for_reply("the answer holds no choice")
    choice, usage = choices[0], get_object(reply, "usage")
    message = get_object(choice, "message")
    refusal, finish = message.get("refusal"), read_name(choice.get("finish_reason"))
    content = message.get("content") if refusal is None else refusal
    return Completion(
        text=read_text(content) if content is not None else "",
        returned_model=read_name(reply.get("model")),
        finish_reason=REFUSED if refusal is not None or finish == "content_filter" else finish,
        tokens_in=read_tokens(usage.get("prompt_tokens")),
        tokens_cached=read_tokens(get_object(usage, "prompt_tokens_details").get("cached_tokens")),
        tokens_out=read_tokens(usage.get("completion_tokens")),
        latency=latency,
        headers=headers,
        raw=body,
    )
