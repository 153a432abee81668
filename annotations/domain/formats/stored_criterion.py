"""A criterion between a manifest, which states it, and the ledger, which keeps it."""

from typing import Any  # values are JSON

from annotations.domain.formats.criteria import CriterionSpec
from annotations.models import Criterion, Level

Json = dict[str, Any]


def build_criterion(spec: CriterionSpec, key: str, *, fractions: bool) -> Criterion:
    """A criterion, not yet stored."""
    values: list[dict[str, Any]] = [
        {"value": value, "labels": spec.anchors.get(str(value), {})} for value in spec.steps
    ]
    return Criterion(
        key=key,
        name=spec.name,
        level=spec.level,
        labels=spec.labels,
        question=spec.question,
        help_text=spec.help_text,
        values=values,
        minimum=spec.minimum,
        maximum=spec.maximum,
        fractions=fractions,
        required=spec.required,
        options=spec.options,
    )


def describe_criterion(criterion: Criterion, name: str, task: str) -> Json:
    """A criterion as a manifest states it."""
    values = [entry["value"] for entry in criterion.values]
    entry: Json = {"name": name, "task": task, "level": _describe_level(criterion)}
    if values:
        entry["values"] = values
    if criterion.minimum is not None and criterion.maximum is not None:
        entry["scale"] = [_shorten(criterion.minimum), _shorten(criterion.maximum)]
        if criterion.fractions:
            del entry["values"]
    anchors = {str(value["value"]): value["labels"] for value in criterion.values if value.get("labels")}
    optional = {
        "labels": criterion.labels,
        "question": criterion.question,
        "instructions": criterion.help_text,
        "anchors": anchors,
        **{key: value for key, value in criterion.options.items() if key not in ("task", "level")},
    }
    entry |= {key: value for key, value in optional.items() if value}
    return entry if criterion.required else {**entry, "required": False}


def _describe_level(criterion: Criterion) -> str:
    if criterion.level in (Level.PREFERENCE, Level.SPANS):
        return str(criterion.options.get("level") or Level.NOMINAL)
    return str(criterion.level)


def _shorten(number: float) -> int | float:
    return int(number) if number.is_integer() else number
