"""OpenAI's chat completions with a JSON schema, at OpenAI or any compatible address."""

from typing import Any  # a reply is any JSON value

import orjson

from evalplatform.common.errors import ProviderFailure
from judges.providers.base import REFUSED, Completion, JudgeRequest
from judges.providers.http import ask, build_client_options

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
    try:
        reply = orjson.loads(body)
        choice, usage = reply["choices"][0], reply.get("usage") or {}
        message = choice["message"]
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError):
        raise ProviderFailure("the answer holds no choice", reason="bad_reply", retryable=True) from None
    refusal = message.get("refusal")
    declined = refusal is not None or choice.get("finish_reason") == "content_filter"
    return Completion(
        text=refusal or message.get("content") or "",
        returned_model=str(reply.get("model") or ""),
        finish_reason=REFUSED if declined else str(choice.get("finish_reason") or ""),
        tokens_in=usage.get("prompt_tokens"),
        tokens_cached=(usage.get("prompt_tokens_details") or {}).get("cached_tokens"),
        tokens_out=usage.get("completion_tokens"),
        latency=latency,
        headers=headers,
        raw=body,
    )
