"""Baselines and metrics that need no model: they answer in the same JSON as a model would."""

from collections.abc import Callable, Sequence
from typing import Any  # an answer is any JSON value

import orjson

from annotations.models import Absent
from evalplatform.common.hashing import seeded_integer
from evalplatform.metrics.length import count_characters
from judges.providers.base import Completion, JudgeRequest
from judges.providers.measures import MEASURES, OUT_OF_SCALE

Answer = Callable[[JudgeRequest, str, dict[str, Any]], Any]


class BuiltinProvider:
    """`longest`, `first`, `random` for several answers; `random` and the metrics of `measures` for single ones."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def complete(self, request: JudgeRequest) -> Completion:
        if self._name in MEASURES:
            return _measure(self._name, request)
        answer = BASELINES[self._name][1]
        verdict = {
            key: {"value": answer(request, key, parts["properties"]["value"])}
            for key, parts in request.schema["properties"].items()
        }
        return Completion(orjson.dumps(verdict).decode(), self._name, "stop", 0, 0, 0)

    async def close(self) -> None:
        """There is nothing to let go of."""


def _measure(name: str, request: JudgeRequest) -> Completion:
    """The figure for every criterion whose scale takes it; why there is none for the others."""
    measure = MEASURES[name]
    reading = measure.take(request)
    criteria = request.schema["properties"]
    if reading.value is None:
        absent = dict.fromkeys(criteria, str(Absent.NOT_APPLICABLE))
        return Completion("{}", name, reading.note, 0, 0, 0, absent=absent)
    unfit = [key for key, parts in criteria.items() if not measure.fits(parts["properties"]["value"])]
    said = {"rationale": reading.note} if reading.note else {}
    text = orjson.dumps({key: {"value": reading.value, **said} for key in criteria}).decode()
    reason = OUT_OF_SCALE if unfit else "stop"
    return Completion(text, name, reason, 0, 0, 0, absent=dict.fromkeys(unfit, str(Absent.OUT_OF_SCALE)))


def _prefer_longest(request: JudgeRequest, key: str, schema: dict[str, Any]) -> str:
    if _ranks(request):
        return _write_places([-count_characters(text) for text in request.texts])
    first, second = (count_characters(text) for text in request.texts)
    return "tie" if first == second else "first" if first > second else "second"


def _prefer_first(request: JudgeRequest, key: str, schema: dict[str, Any]) -> str:
    return _write_places(range(len(request.texts))) if _ranks(request) else "first"


def _ranks(request: JudgeRequest) -> bool:
    return len(request.texts) > 2


def _write_places(values: Sequence[int]) -> str:
    """The ranking of answers by ascending values, equals side by side."""
    levels = [
        [str(n) for n, value in enumerate(values, 1) if value == level] for level in sorted(set(values))
    ]
    return ">".join("=".join(group) for group in levels)


def _draw(request: JudgeRequest, key: str, schema: dict[str, Any]) -> Any:
    """Uniform over the legal values, the same again for the same seed, task and order."""
    seed = request.parameters.get("seed", 0)
    if _ranks(request):
        return _write_places(
            [seeded_integer(seed, request.subject, key, n) for n in range(len(request.texts))]
        )
    if "enum" in schema:
        return schema["enum"][seeded_integer(seed, request.subject, key) % len(schema["enum"])]
    low, high = schema.get("minimum", 0), schema.get("maximum", 1)
    drawn = seeded_integer(seed, request.subject, key, bits=53)
    if schema.get("type") == "integer":
        return int(low) + drawn % (int(high) - int(low) + 1)
    return low + (high - low) * drawn / 2**53


# Name: the protocols it can serve, and how it answers one criterion.
BASELINES: dict[str, tuple[frozenset[str], Answer]] = {
    "longest": (frozenset({"pair", "ranking"}), _prefer_longest),
    "first": (frozenset({"pair", "ranking"}), _prefer_first),
    "random": (frozenset({"pair", "single", "ranking"}), _draw),
}
# Every builtin's name, and the protocols it can serve.
BUILTINS: dict[str, frozenset[str]] = {name: protocols for name, (protocols, _) in BASELINES.items()} | {
    name: frozenset({"single"}) for name in MEASURES
}
