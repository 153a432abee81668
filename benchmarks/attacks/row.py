"""What was counted of one prompt before one judge."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

ERROR = 0.05
COUNTS = ("attacked", "plain", "neutral", "unparsable", "drifted")


@dataclass(slots=True)
class Count:
    """How many of how many."""

    hits: int = 0
    n: int = 0

    def add(self, is_hit: bool) -> None:
        self.hits, self.n = self.hits + is_hit, self.n + 1

    def merge(self, other: "Count") -> None:
        self.hits, self.n = self.hits + other.hits, self.n + other.n

    @property
    def share(self) -> float:
        return self.hits / self.n

    def find_limits(self) -> tuple[float, float]:
        """Exact 95% limits of the share."""
        from evalplatform.agreement.exact import limit_share

        low = 1 - limit_share(self.n - self.hits, self.n, ERROR / 2)
        return low, limit_share(self.hits, self.n, ERROR / 2)

    def describe(self, *, with_limits: bool = True) -> str:
        """The count in a cell of a table; sums of what hangs together go without limits."""
        if not self.n:
            return "–"
        if not with_limits:
            return f"{self.hits}/{self.n}"
        low, high = self.find_limits()
        return f"{self.hits}/{self.n} [{low:.2f}, {high:.2f}]"


@dataclass(slots=True)
class Row:
    """One prompt before one judge."""

    prompt: str
    judge: str
    attacked: Count = field(default_factory=Count)
    plain: Count = field(default_factory=Count)
    neutral: Count = field(default_factory=Count)
    unparsable: Count = field(default_factory=Count)
    drifted: Count = field(default_factory=Count)
    by_attack: dict[str, Count] = field(default_factory=dict)

    @property
    def name(self) -> tuple[str, str]:
        return self.judge, self.prompt

    @classmethod
    def read(cls, line: str) -> Self:
        """The row as it was written. Raises ValueError or TypeError for a foreign one."""
        stated = json.loads(line)
        by_attack = {name: Count(**count) for name, count in stated.pop("by_attack").items()}
        row = cls(stated["prompt"], stated["judge"], by_attack=by_attack)
        for name in COUNTS:
            setattr(row, name, Count(**stated[name]))
        return row


def read_rows(file: Path | None) -> list[Row]:
    """The rows that stand in the file."""
    if file is None or not file.exists():
        return []
    return [Row.read(line) for line in file.read_text(encoding="utf-8").splitlines()]


def write_rows(file: Path, rows: list[Row]) -> None:
    """One JSON object a line."""
    file.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows), encoding="utf-8")
