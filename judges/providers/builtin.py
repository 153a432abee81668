"""Baselines and metrics that need no model: they answer in the same JSON as a model would."""

from collections.abc import Callable
from typing import Any  # an answer is any JSON value

import orjson

from evalplatform.common.hashing import seeded_integer
from evalplatform.metrics.length import count_characters, count_words
from judges.providers.base import Completion, JudgeRequest

Answer = Callable[[JudgeRequest, str, dict[str, Any]], Any]


class BuiltinProvider:
    """`longest`, `first` and `random` for pairs; `length` (in words) and `random` for single answers."""

    def __init__(self, name: str) -> None:
        self._answer = BUILTINS[name][1]
        self._name = name

    async def complete(self, request: JudgeRequest) -> Completion:
        verdict = {
            key: {"value": self._answer(request, key, answer["properties"]["value"])}
            for key, answer in request.schema["properties"].items()
        }
        return Completion(orjson.dumps(verdict).decode(), self._name, "stop", 0, 0, 0)

    async def close(self) -> None:
        """There is nothing to let go of."""


def _prefer_longest(request: JudgeRequest, key: str, schema: dict[str, Any]) -> str:
    first, second = (count_characters(text) for text in request.texts)
    return "tie" if first == second else "first" if first > second else "second"


def _prefer_first(request: JudgeRequest, key: str, schema: dict[str, Any]) -> str:
    return "first"


def _draw(request: JudgeRequest, key: str, schema: dict[str, Any]) -> Any:
    """Uniform over the legal values, the same again for the same seed, task and order."""
    seed = request.parameters.get("seed", 0)
    if "enum" in schema:
        return schema["enum"][seeded_integer(seed, request.subject, key) % len(schema["enum"])]
    low, high = schema.get("minimum", 0), schema.get("maximum", 1)
    drawn = seeded_integer(seed, request.subject, key, bits=53)
    if schema.get("type") == "integer":
        return int(low) + drawn % (int(high) - int(low) + 1)
    return low + (high - low) * drawn / 2**53


def _measure_words(request: JudgeRequest, key: str, schema: dict[str, Any]) -> int:
    return count_words(request.texts[0])


# Name: the protocols it can serve, and how it answers one criterion.
BUILTINS: dict[str, tuple[frozenset[str], Answer]] = {
    "longest": (frozenset({"pair"}), _prefer_longest),
    "first": (frozenset({"pair"}), _prefer_first),
    "random": (frozenset({"pair", "single"}), _draw),
    "length": (frozenset({"single"}), _measure_words),
}
