"""How far several answers to one question lie apart."""

from collections.abc import Sequence
from itertools import combinations

from annotations.models import Criterion, Level

Value = float | str
ORDERED = (Level.ORDINAL, Level.INTERVAL, Level.RATIO)


def measure_disagreement(criterion: Criterion, values: Sequence[Value]) -> float:
    """Mean distance of two of the values, 0 where all are equal, 1 where any two are as far apart as can be.

    Numbers, and words in a stated order, differ by their distance over that of the scale's ends; other values are
    equal or not.
    """
    scale = [choice["value"] for choice in criterion.values]
    places = _place_on_scale(criterion, values, scale)
    pairs = list(combinations(places if places is not None else values, 2))
    if not pairs:
        return 0.0
    if places is None:
        return sum(one != other for one, other in pairs) / len(pairs)
    width = _measure_width(criterion, places, scale)
    return sum(abs(one - other) for one, other in pairs) / width / len(pairs) if width else 0.0  # type: ignore[operator]  # numbers


def _place_on_scale(
    criterion: Criterion, values: Sequence[Value], scale: Sequence[Value]
) -> list[float] | None:
    """The values as numbers; None where they only name categories."""
    if criterion.level == Level.NOMINAL:
        return None
    if all(not isinstance(value, str) for value in values):
        return [float(value) for value in values]
    if criterion.level in ORDERED and all(value in scale for value in values):
        return [float(scale.index(value)) for value in values]
    return None


def _measure_width(criterion: Criterion, places: Sequence[float], scale: Sequence[Value]) -> float:
    """From end to end: of the scale where it states them, else of the values."""
    if any(isinstance(value, str) for value in scale):
        return float(len(scale) - 1)
    numbers = [float(value) for value in scale]
    ends = (
        criterion.minimum if criterion.minimum is not None else min(numbers, default=min(places)),
        criterion.maximum if criterion.maximum is not None else max(numbers, default=max(places)),
    )
    return max(ends[1] - ends[0], max(places) - min(places))
