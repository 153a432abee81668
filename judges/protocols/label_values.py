"""What people said of a task together, as the value that a judge would write."""

import math
from collections.abc import Iterable
from typing import Any  # values are JSON

from annotations.models import Criterion, Level
from judges.protocols.scales import describe_scale

CODES = {1.0: "first", 0.0: "second", 0.5: "tie"}
NO_TIE, NO_VALUE = "are a tie, which their scale does not have", "lie between two values of their scale"
NEAR = 1e-9
PARTS = 3  # of a scale that takes fractions


def find_value(criterion: Criterion, label: float | str) -> tuple[Any, str]:
    """The legal value that the label stands for, or None and the reason why there is none.

    A mean of people's numbers is the legal value next to it; halfway between two it is none.
    """
    if criterion.is_ranking:
        return label, ""
    schema = describe_scale(criterion)
    if criterion.level == Level.PREFERENCE:
        code = CODES.get(float(label), "")
        return (code, "") if code in schema["enum"] else (None, NO_TIE if code == "tie" else NO_VALUE)
    if isinstance(label, str):
        named = [value for value in schema.get("enum", ()) if str(value) == label]
        return (named[0], "") if named else (None, NO_VALUE)
    if schema.get("type") == "number":
        return round(label, 2), ""
    legal = _list_neighbours(schema, label)
    distances = sorted((abs(value - label), value) for value in legal)
    is_halfway = len(distances) > 1 and distances[1][0] - distances[0][0] < NEAR
    is_far = criterion.level == Level.NOMINAL and bool(distances) and distances[0][0] > NEAR
    if not distances or is_halfway or is_far:
        return None, NO_VALUE
    return distances[0][1], ""


def _list_neighbours(schema: dict[str, Any], label: float) -> list[Any]:
    if "enum" in schema:
        return [value for value in schema["enum"] if isinstance(value, int | float)]
    whole = {math.floor(label), math.ceil(label)}
    return [n for n in whole if schema.get("minimum", n) <= n <= schema.get("maximum", n)]


def find_bucket(criterion: Criterion, value: Any) -> str:
    """What the value counts as where examples are balanced: itself, of a scale with fractions its third, of a ranking
    what it puts first.
    """
    if criterion.is_ranking:
        return str(value).partition(">")[0]
    schema = describe_scale(criterion)
    if schema.get("type") != "number":
        return str(value)
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None or high is None or high <= low:
        return ""
    return str(min(int(PARTS * (value - low) / (high - low)), PARTS - 1))


def find_width(criterion: Criterion, labels: Iterable[float]) -> float:
    """From the lowest to the highest value of a numeric scale, or of the labels where the scale has no ends."""
    schema = describe_scale(criterion)
    listed = [value for value in schema.get("enum", ()) if isinstance(value, int | float)]
    ends = listed or [schema[end] for end in ("minimum", "maximum") if end in schema]
    held = ends if len(ends) > 1 else list(labels)
    return float(max(held, default=0) - min(held, default=0))
