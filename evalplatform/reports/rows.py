"""One figure as a row of `report --json`: the same fields and the same bytes for every reader."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from urllib.parse import quote

from annotations.queries.rating_set import Slice, key_slice

DIGITS = 10
DESCRIPTIVE = ("statistic", "level", "criterion", "raters", "against", "system", "slice", "rule", "inference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure with its description, its interval, and what was left out of it."""

    statistic: str
    criterion: str
    raters: str
    level: str | None = None
    against: str | None = None
    system: str | None = None
    slice: Slice = field(default_factory=dict)
    rule: str | None = None
    inference: str | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    method: str | None = None
    n: int = 0
    n_unit: str = ""
    excluded: Mapping[str, int] = field(default_factory=dict)
    undefined: str | None = None

    @property
    def id(self) -> str:
        """The descriptive fields that hold something, percent-encoded and joined in their fixed order.

        The value of a slice is JSON, so that 1 and "1" are two.
        """
        described = {name: getattr(self, name) for name in DESCRIPTIVE}
        described["slice"] = ",".join(
            f"{_encode(key, safe='')}:{_encode(json.dumps(value, ensure_ascii=False), safe='')}"
            for key, value in sorted(self.slice.items())
        )
        parts = [
            f"{name}={value if name == 'slice' else _encode(value)}"
            for name, value in described.items()
            if value not in (None, "")
        ]
        return "/".join(parts)

    def describe(self) -> tuple[object, ...]:
        """What the figure is of, apart from what its interval speaks of."""
        held = (getattr(self, name) for name in DESCRIPTIVE if name not in ("slice", "inference"))
        return (*held, key_slice(self.slice))

    def to_dict(self) -> dict[str, object]:
        """The row as plain JSON types, numbers cut to ten significant digits."""
        row = {name: _shorten(getattr(self, name)) for name in FIELDS}
        return {"id": self.id, **row, "slice": dict(self.slice), "excluded": dict(self.excluded)}


FIELDS = tuple(held.name for held in fields(Row))


def sort_rows(rows: Iterable[Row]) -> list[Row]:
    """Rows by the code points of their ids."""
    return sorted(rows, key=lambda row: row.id)


def list_defined(rows: Sequence[Row], statistic: str) -> list[Row]:
    """Figures of one kind that can be given, with the interval over other items."""
    return [
        row
        for row in rows
        if row.statistic == statistic and row.inference == "these_raters" and row.estimate is not None
    ]


def _encode(value: object, *, safe: str = ":") -> str:
    return quote(str(value), safe=safe)


def _shorten(value: object) -> object:
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        raise ValueError("a figure is a finite number, or it is undefined")
    return float(f"{value:.{DIGITS}g}")
