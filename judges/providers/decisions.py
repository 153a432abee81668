"""OpenAI's decisions as JSON: each criterion is a typed question, and every answer comes with its probabilities."""

from typing import Any  # bodies and replies are any JSON value

import orjson

from annotations.models import Absent
from evalplatform.common.errors import ProviderFailure
from judges.providers.base import REFUSED, UNSUPPORTED, Completion, JudgeRequest
from judges.providers.reply import (
    fail_for_reply,
    get_object,
    read_name,
    read_object,
    read_returned,
    read_tokens,
)

MOST_CHOICES = 255
INSTRUCTION = "Judge the material under the criterion {key}, as the rubric says, by the values of its scale."
ROUNDING = 0.01


def build(request: JudgeRequest) -> dict[str, Any]:
    """The body of the request. Raises ProviderFailure where no criterion has a scale that can be asked for."""
    questions = [
        {"name": key, "instructions": INSTRUCTION.format(key=key), **_describe(values)}
        for key, values in list_scales(request).items()
    ]
    if not questions:
        detail = "decisions answer only scales with a list of values"
        raise ProviderFailure(detail, reason=UNSUPPORTED, retryable=False)
    roles = {"system": request.system, "user": request.user}
    messages = [{"role": role, "content": text} for role, text in roles.items() if text]
    return {"model": request.model, "input": messages, "questions": questions}


def list_scales(request: JudgeRequest) -> dict[str, list[Any]]:
    """The criteria that can be asked for, each with its values in order."""
    scales = {
        key: _list_values(part["properties"]["value"]) for key, part in request.schema["properties"].items()
    }
    return {key: values for key, values in scales.items() if 2 <= len(values) <= MOST_CHOICES}


def _list_values(scale: dict[str, Any]) -> list[Any]:
    if "enum" in scale:
        return list(scale["enum"])
    low, high = scale.get("minimum"), scale.get("maximum")
    if scale.get("type") != "integer" or low is None or high is None or high - low >= MOST_CHOICES:
        return []
    return list(range(int(low), int(high) + 1))


def _describe(values: list[Any]) -> dict[str, Any]:
    if all(isinstance(value, str) for value in values):
        return {"type": "choice", "choices": [{"value": value} for value in values]}
    return {"type": "score", "levels": [{"label": str(value)} for value in values]}


def read(request: JudgeRequest, body: str, *, headers: Any, latency: float) -> Completion:
    """The verdict in a reply's body: of each scale its likeliest value. Raises ProviderFailure."""
    reply = read_object(body)
    answers = reply.get("answers")
    if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
        raise fail_for_reply("the answer holds no decisions")
    by_name = {read_name(answer.get("name")): answer for answer in answers}
    if len(by_name) != len(answers):
        raise fail_for_reply("two decisions on one question")
    scales, usage = list_scales(request), get_object(reply, "usage")
    refused = {key: str(Absent.REFUSED) for key in scales if by_name.get(key, {}).get("type") == "refusal"}
    odds = {key: _read_odds(by_name.get(key, {}), values) for key, values in scales.items()}
    found = {key: shares for key, shares in odds.items() if shares and key not in refused}
    said = {key: {"value": _choose(scales[key], shares)} for key, shares in found.items()}
    return Completion(
        text=orjson.dumps(said).decode(),
        returned_model=read_name(reply.get("model")),
        finish_reason=REFUSED if len(refused) == len(scales) else "stop",
        tokens_in=read_tokens(usage.get("input_tokens")),
        tokens_cached=read_tokens(get_object(usage, "input_tokens_details").get("cached_tokens")),
        tokens_out=read_tokens(usage.get("output_tokens")),
        latency=latency,
        headers=headers,
        raw=body,
        absent=refused,
        probabilities=found,
        returned=read_returned(reply, ("id", "created")),
    )


def _read_odds(answer: dict[str, Any], values: list[Any]) -> dict[str, float]:
    """Probability of each value by its text; empty where they are not such that they could be true."""
    listed, legal = answer.get("probabilities"), {str(value) for value in values}
    if not isinstance(listed, list):
        return {}
    odds: dict[str, float] = {}
    for part in listed:
        told = part if isinstance(part, dict) else {}
        name, share = told.get("label", told.get("value")), told.get("probability")
        if not isinstance(name, str) or name not in legal or name in odds:
            return {}
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            return {}
        odds[name] = float(share)
    return odds if abs(sum(odds.values()) - 1) <= ROUNDING else {}


def _choose(values: list[Any], shares: dict[str, float]) -> Any:
    """The likeliest value, the first where several are alike."""
    return max(values, key=lambda value: shares.get(str(value), 0.0))
