"""OpenAI's chat completions as JSON: what is sent and what comes back, without a client."""

from typing import Any  # options and replies are any JSON value

from judges.providers.base import REFUSED, Completion, JudgeRequest
from judges.providers.capabilities import ReplyFormat
from judges.providers.forms import read_reply_format, write_system
from judges.providers.reply import (
    fail_for_reply,
    get_object,
    read_logprobs,
    read_name,
    read_object,
    read_returned,
    read_text,
    read_tokens,
)

PATH = "/v1/chat/completions"
PASSED_ON = ("temperature", "top_p", "seed", "reasoning_effort", "verbosity", "service_tier")
MOST_LISTED = 20  # tokens listed in the place of one: the vendor's bound


def build(request: JudgeRequest, *, is_vendor: bool) -> dict[str, Any]:
    """The body of the request."""
    # Other servers know only the older name of the limit.
    limit = "max_completion_tokens" if is_vendor else "max_tokens"
    return {
        "model": request.model,
        "messages": [
            {"role": "system", "content": write_system(request)},
            {"role": "user", "content": request.user},
        ],
        **_describe_form(request),
        **({"logprobs": True, "top_logprobs": MOST_LISTED} if request.logprobs else {}),
        limit: request.max_tokens,
        **{name: request.parameters[name] for name in PASSED_ON if name in request.parameters},
    }


def _describe_form(request: JudgeRequest) -> dict[str, Any]:
    match read_reply_format(request):
        case ReplyFormat.TEXT:
            return {}
        case ReplyFormat.JSON_OBJECT:
            return {"response_format": {"type": "json_object"}}
        case ReplyFormat.JSON_SCHEMA:
            named = {"name": "verdict", "schema": request.schema, "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": named}}


def read(body: str, *, headers: Any, latency: float) -> Completion:
    """The answer in a reply's body. Raises ProviderFailure."""
    reply = read_object(body)
    choices = reply.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise fail_for_reply("the answer holds no choice")
    choice, usage = choices[0], get_object(reply, "usage")
    message = get_object(choice, "message")
    refusal, finish = message.get("refusal"), read_name(choice.get("finish_reason"))
    content = message.get("content") if refusal is None else refusal
    thought = get_object(usage, "completion_tokens_details").get("reasoning_tokens")
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
        logprobs=read_logprobs(get_object(choice, "logprobs").get("content")),
        returned=read_returned(
            reply, ("id", "created", "system_fingerprint", "service_tier"), reasoning_tokens=thought
        ),
    )
