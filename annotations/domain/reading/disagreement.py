"""How far several answers to one question lie apart."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any  # a marked passage is JSON

from annotations.models import Criterion, Level
from annotations.queries.marked_apart import measure_marks_apart

Value = float | str | list[dict[str, Any]]  # the last are marked passages
ORDERED = (Level.ORDINAL, Level.INTERVAL, Level.RATIO)


def measure_disagreement(criterion: Criterion, values: Sequence[Value]) -> float:
    """Mean distance of two of the values, 0 where all are equal, 1 where any two are as far apart as can be.

    Numbers, and words in a stated order, differ by their distance over that of the scale's ends; marked passages by
    how much of them is not marked by both; other values are equal or not.
    """
    if criterion.level == Level.SPANS:
        return _average([measure_marks_apart(one, other) for one, other in combinations(values, 2)])  # type: ignore[arg-type]  # marks
    scale = [choice["value"] for choice in criterion.values]
    places = _place_on_scale(criterion, values, scale)
    if places is None:
        return _average([float(one != other) for one, other in combinations(values, 2)])
    width = _measure_width(criterion, places, scale)
    return _average([abs(one - other) / width for one, other in combinations(places, 2)]) if width else 0.0


def _average(distances: Sequence[float]) -> float:
    return sum(distances) / len(distances) if distances else 0.0


def _place_on_scale(
    criterion: Criterion, values: Sequence[Value], scale: Sequence[Value]
) -> list[float] | None:
    """The values as numbers; None where they only name categories."""
    if criterion.level == Level.NOMINAL:
        return None
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    if len(numbers) == len(values):
        return numbers
    if criterion.level in ORDERED and all(value in scale for value in values):
        return [float(scale.index(value)) for value in values]
    return None


def _measure_width(criterion: Criterion, places: Sequence[float], scale: Sequence[Value]) -> float:
    """From end to end: of the scale where it states them, else of the values."""
    if any(isinstance(value, str) for value in scale):
        return float(len(scale) - 1)
    numbers = [value for value in scale if isinstance(value, int | float)]
    ends = (
        criterion.minimum if criterion.minimum is not None else min(numbers, default=min(places)),
        criterion.maximum if criterion.maximum is not None else max(numbers, default=max(places)),
    )
    return max(ends[1] - ends[0], max(places) - min(places))
