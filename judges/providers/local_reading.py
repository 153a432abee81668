"""From a small model's log-probabilities to a verdict: pure functions, no model needed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any  # schemas and replies are any JSON value

UNSEEN = -30.0  # log-probability of a label that is not among the tokens listed
LETTERS = {"A": "first", "B": "second"}
DIGITS = range(10)


def build_messages(system: str, user: str) -> list[dict[str, str]]:
    """The template's turns, divided by lines `---`: the system's, examples in turns, and then the question."""
    first, *turns = (part.strip() for part in system.split("\n---\n"))
    roles = ("user", "assistant")
    examples = [{"role": roles[place % 2], "content": turn} for place, turn in enumerate(turns)]
    return [{"role": "system", "content": first}, *examples, {"role": "user", "content": user}]


def split_questions(user: str, count: int) -> tuple[str, list[str]]:
    """The material, and the last `count` lines: one question a criterion, which no material can push away."""
    material, *questions = user.rstrip("\n").rsplit("\n", count)
    return material.rstrip("\n"), questions


def list_labels(schema: Mapping[str, Any]) -> dict[str, Any]:
    """One-token labels and the values that they stand for; empty where the scale has none."""
    if "enum" in schema:
        values = schema["enum"]
        if set(LETTERS.values()) <= set(values):
            return dict(LETTERS)
        return {str(v): v for v in values} if all(_is_digit(v) for v in values) else {}
    low, high = schema.get("minimum"), schema.get("maximum")
    if not (_is_digit(low) and _is_digit(high)):
        return {}
    return {str(value): value for value in range(int(low), int(high) + 1)}  # type: ignore[arg-type]  # digits


def _is_digit(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in DIGITS


def ask_for(question: str, labels: Sequence[str]) -> str:
    """The question with the words that call for one label."""
    if list(labels) == list(LETTERS):
        return f"{question} Reply with one letter, A or B:"
    return f"{question} Rating from {min(labels)} to {max(labels)}:"


def read_labels(tokens: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> list[float]:
    """Log-probability of each label as the next token, spaces around it aside."""
    found: dict[str, float] = {}
    for token in tokens:
        label = str(token["token"]).strip()
        found[label] = max(found.get(label, UNSEEN), float(token["logprob"]))
    return [found.get(label, UNSEEN) for label in labels]


def expect_value(logprobs: Sequence[float], values: Sequence[float]) -> float:
    """The mean of the values, weighted by probability among themselves."""
    most = max(logprobs)
    weights = [math.exp(logprob - most) for logprob in logprobs]
    return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)


def choose_value(logprobs: Sequence[float], labels: Mapping[str, Any]) -> Any:
    """Letters: the likelier one, the first where both are alike. Digits: the legal value nearest the mean."""
    values = list(labels.values())
    if all(isinstance(value, str) for value in values):
        return values[logprobs.index(max(logprobs))]
    mean = expect_value(logprobs, values)
    return min(values, key=lambda value: (abs(value - mean), value))
