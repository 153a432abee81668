"""Results that hold several figures, as plain JSON types."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from evalplatform.agreement.results import Estimate

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def to_plain(result: "DataclassInstance") -> dict[str, object]:
    """Give a frozen result, whatever results it holds, as plain JSON types."""
    return {field.name: _plain(getattr(result, field.name)) for field in fields(result)}


def _plain(value: Any) -> object:  # Any: a field of a result
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(name): _plain(held) for name, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure of two groups on the same units.

    Attributes
    ----------
    raters, others : the figure of either group
    difference : the first less the second, its interval drawn from the same items
    """

    raters: Estimate
    others: Estimate
    difference: Estimate

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return to_plain(self)
