"""A few tiny calls that find out what a model behind any address can be asked for.

Being accepted proves nothing where a server ignores what it does not know. So a form of answer counts when the answer
has it though the question asks for another; a parameter when a sound value is taken and a senseless one refused.
"""

from typing import Any  # bodies and replies are any JSON value

import orjson

from evalplatform.common.errors import ProviderFailure
from judges.models import Connection, Provider
from judges.providers.capabilities import Capabilities, ReplyFormat
from judges.providers.http import ask, build_client_options
from judges.providers.reply import get_object, read_logprobs, read_object

REFUSALS = frozenset({"http_400", "http_404", "http_405", "http_415", "http_422", "http_501"})
QUESTION = "What is the capital of France? Answer in one plain English word."
AS_OBJECT = f"{QUESTION} Do not write JSON."
SEALED = {
    "type": "object",
    "properties": {"mark": {"type": "integer", "enum": [7]}},
    "required": ["mark"],
    "additionalProperties": False,
}
ANSWER_TOKENS = 256  # room for models that think first
# A value that every server with this parameter takes, and one that none does.
VALUES: dict[str, tuple[Any, Any]] = {
    "temperature": (1, -7),
    "top_p": (1, 7),
    "seed": (7, "no-seed"),
    "reasoning_effort": ("low", "no-effort"),
}


async def probe_model(*, connection: Connection, key: str, model: str) -> Capabilities:
    """What the model can do. Raises ProviderFailure where it does not answer at all, or not for sure."""
    if connection.provider == Provider.LOCAL:
        detail = "The local model is known; there is nothing to find out."
        raise ProviderFailure(detail, reason="unsupported", retryable=False)
    if connection.provider == Provider.ANTHROPIC:
        return await _probe_anthropic(connection, key, model)
    return await _probe_openai(connection, key, model)


class _Asker:
    """Calls one interface with one model; a refusal of what was asked for is an answer."""

    def __init__(self, sdk: Any, key: str, resource: Any, body: dict[str, Any]) -> None:
        self._sdk, self._key, self._resource, self._body = sdk, key, resource, body

    async def ask(self, **options: Any) -> dict[str, Any]:
        """The reply. Raises ProviderFailure."""
        body = {**self._body, **options}
        create = self._resource.with_raw_response.create
        text, _, _ = await ask(self._sdk, self._key, lambda: create(**body))
        return read_object(text)

    async def takes(self, **options: Any) -> dict[str, Any] | None:
        """The reply; None where the provider refuses this."""
        try:
            return await self.ask(**options)
        except ProviderFailure as failure:
            if failure.reason in REFUSALS:
                return None
            raise

    async def tell(self, name: str) -> bool | None:
        """Whether the parameter is there; None where sense and nonsense are taken alike."""
        sound, senseless = VALUES[name]  # in the body itself: an SDK need not know the name
        if await self.takes(extra_body={name: sound}) is None:
            return False
        return True if await self.takes(extra_body={name: senseless}) is None else None


async def _probe_openai(connection: Connection, key: str, model: str) -> Capabilities:
    import openai

    options = build_client_options(openai, key=key, base_url=connection.base_url, calls=1)
    async with openai.AsyncOpenAI(**options) as client:
        limit = "max_tokens" if connection.base_url else "max_completion_tokens"
        body = {"model": model, "messages": [_say(QUESTION)], limit: ANSWER_TOKENS}
        chat = _Asker(openai, key, client.chat.completions, body)
        await chat.ask()
        found = {name: await chat.tell(name) for name in VALUES}
        return Capabilities(
            schema=await _find_schema(chat),
            logprobs=await _gives_logprobs(chat),
            responses=await _has_responses(_Asker(openai, key, client.responses, {"model": model})),
            batch=await _has_batches(openai, key, client.batches),
            **found,
        )


def _say(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


async def _find_schema(chat: _Asker) -> ReplyFormat:
    named = {"name": "sealed", "schema": SEALED, "strict": True}
    strict = await chat.takes(response_format={"type": "json_schema", "json_schema": named})
    if strict is not None and _load(_read_chat(strict)) == {"mark": 7}:
        return ReplyFormat.JSON_SCHEMA
    loose = await chat.takes(messages=[_say(AS_OBJECT)], response_format={"type": "json_object"})
    if loose is not None and isinstance(_load(_read_chat(loose)), dict):
        return ReplyFormat.JSON_OBJECT
    return ReplyFormat.TEXT


def _read_chat(reply: dict[str, Any]) -> Any:
    return get_object(_first_choice(reply), "message").get("content")


def _first_choice(reply: dict[str, Any]) -> dict[str, Any]:
    choices = reply.get("choices")
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}


def _load(text: Any) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError):
        return None


async def _gives_logprobs(chat: _Asker) -> bool:
    """More than one token must be listed in the place of one: of a single one there is no share to tell."""
    reply = await chat.takes(logprobs=True, top_logprobs=5)
    tokens = read_logprobs(get_object(_first_choice(reply or {}), "logprobs").get("content"))
    return any(len(token.likeliest) > 1 for token in tokens)


async def _has_responses(responses: _Asker) -> bool:
    reply = await responses.takes(input=QUESTION, max_output_tokens=ANSWER_TOKENS, store=False)
    return reply is not None and isinstance(reply.get("output"), list)


async def _has_batches(sdk: Any, key: str, batches: Any) -> bool:
    try:
        text, _, _ = await ask(sdk, key, lambda: batches.with_raw_response.list(limit=1))
    except ProviderFailure as failure:
        if failure.reason in REFUSALS | {"bad_reply"}:
            return False
        raise
    return isinstance(read_object(text).get("data"), list)


async def _probe_anthropic(connection: Connection, key: str, model: str) -> Capabilities:
    import anthropic

    options = build_client_options(anthropic, key=key, base_url=connection.base_url, calls=1)
    async with anthropic.AsyncAnthropic(**options) as client:
        body = {"model": model, "messages": [_say(QUESTION)], "max_tokens": ANSWER_TOKENS}
        messages = _Asker(anthropic, key, client.messages, body)
        await messages.ask()
        form = {"format": {"type": "json_schema", "schema": SEALED}}
        reply = await messages.takes(output_config=form)
        return Capabilities(
            schema=ReplyFormat.JSON_SCHEMA
            if _load(_read_message(reply)) == {"mark": 7}
            else ReplyFormat.TEXT,
            temperature=await messages.tell("temperature"),
            top_p=await messages.tell("top_p"),
            batch=await _has_batches(anthropic, key, client.messages.batches),
        )


def _read_message(reply: dict[str, Any] | None) -> Any:
    content = (reply or {}).get("content")
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
