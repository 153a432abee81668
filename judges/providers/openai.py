"""OpenAI and whoever speaks its language: one client for chat completions, responses and decisions."""

from collections.abc import Mapping
from typing import Any  # options are any JSON value

from judges.providers import chat, decisions, responses
from judges.providers.base import Completion, JudgeRequest
from judges.providers.capabilities import Endpoint
from judges.providers.http import ask, build_client_options


class OpenAIProvider:
    """One client of the SDK, on its aiohttp transport."""

    def __init__(self, *, key: str, base_url: str, calls: int) -> None:
        import httpx2
        import openai

        self._answer_type = httpx2.Response
        self._sdk, self._key, self._is_vendor = openai, key, not base_url
        self._client = openai.AsyncOpenAI(
            **build_client_options(openai, key=key, base_url=base_url, calls=calls)
        )

    async def complete(self, request: JudgeRequest) -> Completion:
        match request.parameters.get("endpoint", Endpoint.CHAT):
            case Endpoint.RESPONSES:
                return responses.read(**await self._ask("/responses", responses.build(request)))
            case Endpoint.DECISIONS:
                body = decisions.build(request)
                return decisions.read(request, **await self._ask("/decisions", body))
            case _:
                body = chat.build(request, is_vendor=self._is_vendor)
                return chat.read(**await self._ask("/chat/completions", body))

    async def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        text, headers, latency = await self._send(path, body)
        return {"body": text, "headers": headers, "latency": latency}

    async def _send(self, path: str, body: dict[str, Any]) -> tuple[str, Mapping[str, str], float]:
        # Not through `create`: for each call it walks through the schema to rename what has no other name.
        post, answer_type = self._client.post, self._answer_type
        return await ask(self._sdk, self._key, lambda: post(path, body=body, cast_to=answer_type))

    async def close(self) -> None:
        await self._client.close()
