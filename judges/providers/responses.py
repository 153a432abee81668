"""OpenAI's responses as JSON: what is sent and what comes back, without a client."""

from typing import Any  # options and replies are any JSON value

from judges.providers.base import REFUSED, Completion, JudgeRequest, Token
from judges.providers.capabilities import ReplyFormat
from judges.providers.chat import MOST_LISTED
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

PATH = "/v1/responses"
PASSED_ON = ("temperature", "top_p", "service_tier")
FAILED, INCOMPLETE, FILTERED = "failed", "incomplete", "content_filter"


def build(request: JudgeRequest) -> dict[str, Any]:
    """The body of the request; nothing of it is to be kept at the provider."""
    parameters = request.parameters
    text: dict[str, Any] = {"format": _describe_form(request)}
    if "verbosity" in parameters:
        text["verbosity"] = parameters["verbosity"]
    effort = parameters.get("reasoning_effort")
    return {
        "model": request.model,
        "instructions": write_system(request),
        "input": request.user,
        "text": text,
        "max_output_tokens": request.max_tokens,
        "store": False,
        **({"reasoning": {"effort": effort}} if effort else {}),
        **(
            {"include": ["message.output_text.logprobs"], "top_logprobs": MOST_LISTED}
            if request.logprobs
            else {}
        ),
        **{name: parameters[name] for name in PASSED_ON if name in parameters},
    }


def _describe_form(request: JudgeRequest) -> dict[str, Any]:
    form = read_reply_format(request)
    if form == ReplyFormat.JSON_SCHEMA:
        return {"type": form, "name": "verdict", "schema": request.schema, "strict": True}
    return {"type": str(form)}


def read(body: str, *, headers: Any, latency: float) -> Completion:
    """The answer in a reply's body. Raises ProviderFailure."""
    reply = read_object(body)
    status, usage = read_name(reply.get("status")), get_object(reply, "usage")
    if status == FAILED:
        raise fail_for_reply(f"the answer failed: {read_name(get_object(reply, 'error').get('code'))}")
    parts = _list_parts(reply.get("output"))
    refusals = [read_text(part.get("refusal")) for part in parts if part.get("type") == "refusal"]
    said = [part for part in parts if part.get("type") == "output_text"]
    why = read_name(get_object(reply, "incomplete_details").get("reason"))
    return Completion(
        text="".join(refusals or [read_text(part.get("text")) for part in said]),
        returned_model=read_name(reply.get("model")),
        finish_reason=REFUSED if refusals or why == FILTERED else why or status,
        tokens_in=read_tokens(usage.get("input_tokens")),
        tokens_cached=read_tokens(get_object(usage, "input_tokens_details").get("cached_tokens")),
        tokens_out=read_tokens(usage.get("output_tokens")),
        latency=latency,
        headers=headers,
        raw=body,
        logprobs=_join_logprobs(said),
        returned=read_returned(
            reply,
            ("id", "service_tier"),
            created=reply.get("created_at"),
            reasoning_tokens=get_object(usage, "output_tokens_details").get("reasoning_tokens"),
        ),
    )


def _list_parts(output: Any) -> list[dict[str, Any]]:
    """What the model said, message by message; its reasoning is no part of it. Raises ProviderFailure."""
    if not isinstance(output, list) or not all(isinstance(item, dict) for item in output):
        raise fail_for_reply("the answer holds no output")
    contents = [item.get("content") for item in output if item.get("type") == "message"]
    if not all(isinstance(content, list) for content in contents):
        raise fail_for_reply("the answer's message is none")
    parts = [part for content in contents for part in content]
    if not all(isinstance(part, dict) for part in parts):
        raise fail_for_reply("the answer's message is none")
    return parts


def _join_logprobs(said: list[dict[str, Any]]) -> tuple[Token, ...]:
    return tuple(token for part in said for token in read_logprobs(part.get("logprobs")))
