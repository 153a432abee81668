"""What the fake provider answers with, in the form of each of the vendors' interfaces."""

import json
import math
import re
from collections.abc import Collection, Mapping
from typing import Any  # bodies are any JSON value

PROSE = "I would say the first."
PIECE = re.compile(r"\s*\w+|\s*\W")
OTHER = {"first": "second", "second": "first"}


def write_chat(
    body: dict[str, Any], text: str, *, fault: str, ignores: Collection[str], counted: Mapping[str, int]
) -> dict[str, Any]:
    """A chat completion that says `text`; `counted` are the tokens where they are not the usual ones."""
    message = {"role": "assistant", "content": text, "refusal": None}
    if fault == "refusal":
        message |= {"content": None, "refusal": "I cannot judge this."}
    wants_odds = body.get("logprobs") and "logprobs" not in ignores
    choice = {
        "index": 0, "message": message, "finish_reason": "stop",
        "logprobs": {"content": list_tokens(text)} if wants_odds else None,
    }  # fmt: skip
    usage: dict[str, Any] = {
        "prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 40},
        **counted,
    }  # fmt: skip
    usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]
    return {
        "id": "c1", "created": 1_790_000_000, "model": f"{body['model']}-2026", "system_fingerprint": "fp_1",
        "service_tier": "default", "choices": [] if fault == "choiceless" else [choice], "usage": usage,
    }  # fmt: skip


def write_response(body: dict[str, Any], text: str, *, fault: str) -> dict[str, Any]:
    """A response that says `text` after it has thought."""
    odds = list_tokens(text) if "include" in body else []
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": odds}
    if fault == "refusal":
        part = {"type": "refusal", "refusal": "I cannot judge this."}
    message = {"type": "message", "role": "assistant", "status": "completed", "content": [part]}
    usage = {
        "input_tokens": 100, "output_tokens": 10, "total_tokens": 110,
        "input_tokens_details": {"cached_tokens": 40}, "output_tokens_details": {"reasoning_tokens": 4},
    }  # fmt: skip
    output = None if fault == "choiceless" else [{"type": "reasoning", "summary": []}, message]
    return {
        "id": "resp_1", "created_at": 1_790_000_000, "model": f"{body['model']}-2026", "status": "completed",
        "service_tier": "default", "output": output, "usage": usage,
    }  # fmt: skip


def write_message(body: dict[str, Any], text: str, *, fault: str) -> dict[str, Any]:
    """A message that says `text`."""
    usage = {
        "input_tokens": 60,
        "cache_read_input_tokens": 40,
        "output_tokens": 10,
        "service_tier": "standard",
    }
    content = None if fault == "choiceless" else [{"type": "text", "text": text}]
    return {
        "id": "m1", "type": "message", "role": "assistant", "model": f"{body['model']}-2026", "content": content,
        "stop_reason": "refusal" if fault == "refusal" else "end_turn", "usage": usage,
    }  # fmt: skip


def write_decisions(body: dict[str, Any], *, fault: str) -> dict[str, Any]:
    """Decisions: the first choice is sure by 0.7, the level in the middle by 0.6 and its neighbours by 0.2 each."""
    answers = [_decide(question) for question in body["questions"]]
    if fault == "refusal":
        answers = [{"type": "refusal", "name": question["name"]} for question in body["questions"]]
    usage = {"input_tokens": 100, "output_tokens": 10, "input_tokens_details": {"cached_tokens": 40}}
    return {
        "answers": None if fault == "choiceless" else answers, "model": f"{body['model']}-2026", "usage": usage,
    }  # fmt: skip


def _decide(question: dict[str, Any]) -> dict[str, Any]:
    if question["type"] == "choice":
        values = [choice["value"] for choice in question["choices"]]
        rest = 0.3 / (len(values) - 1)
        odds = [{"value": value, "probability": 0.7 if n == 0 else rest} for n, value in enumerate(values)]
        return {
            "type": "choice",
            "name": question["name"],
            "choice": values[0],
            "confidence": 0.7,
            "probabilities": odds,
        }
    levels = [level["label"] for level in question["levels"]]
    middle = len(levels) // 2
    shares = {middle - 1: 0.2, middle: 0.6, middle + 1: 0.2}
    odds = [{"label": label, "value": n, "probability": shares.get(n, 0.0)} for n, label in enumerate(levels)]
    return {
        "type": "score",
        "name": question["name"],
        "score": middle,
        "confidence": 0.6,
        "probabilities": odds,
    }


def list_tokens(text: str) -> list[dict[str, Any]]:
    """The text in pieces: a digit is sure by 0.6, its neighbours by 0.2 each, a side by 0.7, all else certain."""
    return [_describe_token(piece) for piece in PIECE.findall(text)]


def _describe_token(piece: str) -> dict[str, Any]:
    bare = piece.strip()
    odds = {piece: 1.0}
    if bare in OTHER:
        odds = {piece: 0.7, piece.replace(bare, OTHER[bare]): 0.3}
    elif bare.isdigit() and len(bare) == 1:
        near = {piece.replace(bare, str(int(bare) + step)): 0.2 for step in (-1, 1)}
        odds = {piece: 0.6, **near}
    listed = [_write_token(other, share) for other, share in odds.items()]
    return {**_write_token(piece, odds[piece]), "top_logprobs": listed}


def _write_token(piece: str, share: float) -> dict[str, Any]:
    return {"token": piece, "bytes": list(piece.encode()), "logprob": math.log(share)}


def read_form(path: str, body: dict[str, Any], ignores: Collection[str]) -> dict[str, Any] | None:
    """The schema that the reply is held to, empty for any object; None where it is held to nothing."""
    if path.endswith("/chat/completions"):
        form = body.get("response_format", {})
        form = {**form, **form.get("json_schema", {})}
    elif path.endswith("/responses"):
        form = body.get("text", {}).get("format", {})
    else:
        form = body.get("output_config", {}).get("format", {})
    if form.get("type") not in ("json_schema", "json_object") or form["type"] in ignores:
        return None
    return dict(form.get("schema", {}))


def read_told(body: dict[str, Any]) -> dict[str, Any] | None:
    """The schema that the system text spells out, as a model reads it that keeps to what it is told."""
    for line in json.dumps(body).replace('\\\\"', '"').replace('\\"', '"').split("\\n"):
        if line.startswith('{"type":"object"'):
            found, _ = json.JSONDecoder().raw_decode(line)
            return dict(found)
    return None
