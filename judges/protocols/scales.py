"""A criterion's scale as a JSON schema, and as words for a prompt."""

from typing import Any  # schemas and scale values are any JSON value

from annotations.domain.reading.answers import list_preferences
from annotations.models import Criterion, Level
from judges.protocols.samples import Scale

RANK = (
    "The numbers of all answers from best to worst, each exactly once, with > between a better and a worse one and"
    " = between equals, as in 2>1=3."
)
THINK = "Think step by step before the value: what speaks for and against it, and what decides."


def list_values(criterion: Criterion) -> list[Any]:
    """The legal values as they are stored, in their order."""
    return [entry["value"] if isinstance(entry, dict) else entry for entry in criterion.values]


def describe_scale(criterion: Criterion) -> dict[str, Any]:
    """JSON schema of one value of this criterion."""
    values = list_values(criterion)
    if criterion.is_ranking:
        return {"type": "string", "description": RANK}
    if criterion.level == Level.PREFERENCE:
        return {"enum": list(list_preferences(criterion))}
    if criterion.level == Level.TEXT:
        return {"type": "string"}
    if values and not all(_is_number(value) for value in values):
        return {"enum": values}
    if values and not criterion.fractions:
        return _describe_steps(sorted(values))
    bounds = _find_bounds(criterion, values)
    is_whole = not criterion.fractions and criterion.level != Level.UNSTATED
    return {"type": "integer" if is_whole else "number", **bounds}


def _describe_steps(values: list[Any]) -> dict[str, Any]:
    low, high = values[0], values[-1]
    if values == list(range(int(low), int(high) + 1)):
        return {"type": "integer", "minimum": int(low), "maximum": int(high)}
    return {"enum": values}


def _find_bounds(criterion: Criterion, values: list[Any]) -> dict[str, Any]:
    low = criterion.minimum if criterion.minimum is not None else min(values, default=None)
    high = criterion.maximum if criterion.maximum is not None else max(values, default=None)
    named = {"minimum": low, "maximum": high}
    return {name: _tidy(bound) for name, bound in named.items() if bound is not None}


def _tidy(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def build_schema(criteria: list[Criterion], *, rationale: bool, reasoning: bool = False) -> dict[str, Any]:
    """Schema of a whole verdict: for each criterion its reasoning and rationale, if asked for, and then its value."""
    return build_object(
        {criterion.key: _describe_answer(criterion, rationale, reasoning) for criterion in criteria}
    )


def _describe_answer(criterion: Criterion, rationale: bool, reasoning: bool) -> dict[str, Any]:
    thought = {"reasoning": {"type": "string", "description": THINK}} if reasoning else {}
    spoken = {"rationale": {"type": "string"}} if rationale else {}
    return build_object({**thought, **spoken, "value": describe_scale(criterion)})


def build_repair_schema(criteria: list[Criterion]) -> dict[str, Any]:
    """Schema of a repair: for each criterion whether the earlier reply states a value at all, and that value."""
    stated = {"type": "boolean", "description": "Whether the reply states a value for this criterion."}
    return build_object(
        {c.key: build_object({"stated": stated, "value": describe_scale(c)}) for c in criteria}
    )


def read_scale(criterion: Criterion) -> Scale:
    """How several samples of this criterion come together."""
    schema = describe_scale(criterion)
    low, high = schema.get("minimum"), schema.get("maximum")
    return Scale(
        criterion.key,
        takes_mean=schema.get("type") == "number",
        width=None if low is None or high is None else high - low,
        is_prose=criterion.level == Level.TEXT,
    )


def build_object(properties: dict[str, Any]) -> dict[str, Any]:
    """Schema of an object that holds exactly these."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
