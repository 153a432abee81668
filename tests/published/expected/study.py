"""A study folder and the figures that others worked out from it."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any  # lines are parsed JSON

from evalplatform.agreement import Estimate, RaterKind, RatingTable, TableLevel

Line = dict[str, Any]
Figures = Iterator[tuple[str, Estimate | float | None]]  # id in expected.json and what we make of it


@dataclass(frozen=True)
class Study:
    """One folder."""

    folder: Path

    @cached_property
    def ratings(self) -> list[Line]:
        return self._read("ratings")

    @cached_property
    def people(self) -> list[Line]:
        return [line for line in self.ratings if line["rater_kind"] == "human"]

    @cached_property
    def criteria(self) -> list[str]:
        return sorted({line["criterion"] for line in self.ratings})

    @cached_property
    def judges(self) -> list[str]:
        return sorted({line["rater"] for line in self.ratings if line["rater_kind"] == "llm"})

    @cached_property
    def texts(self) -> dict[tuple[str, str], Line]:
        """The line of each generation by item and system."""
        return {(line["item_id"], line["system"]): line for line in self._read("generations")}

    def count_both(self, item: str, systems: Sequence[str], turn: int | None = None) -> tuple[int, int]:
        """Lengths of two texts, or of their answers to one turn from 1 on; alike where either is not there."""
        one, other = (self._count(item, system, turn) for system in systems)
        return (0, 0) if one is None or other is None else (one, other)

    def _count(self, item: str, system: str, turn: int | None) -> int | None:
        line = self.texts.get((item, system))
        if line is None:
            return None
        texts = [line["text"]] if turn is None else (line.get("turns") or [])[turn - 1 : turn]
        return len(texts[0]) if texts and texts[0] is not None else None

    @cached_property
    def manifest(self) -> Line:
        found: Line = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def expected(self) -> Line:
        found: Line = json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))
        return found

    def _read(self, name: str) -> list[Line]:
        plain = self.folder / f"{name}.jsonl"
        if plain.exists():
            return [json.loads(line) for line in plain.read_text(encoding="utf-8").splitlines()]
        with gzip.open(f"{plain}.gz", "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]


def make_table(
    lines: Sequence[Line], *, level: TableLevel, kind: RaterKind = "person", unit: Sequence[str] = ()
) -> RatingTable:
    """The table of some lines; what is rated is an item's outputs, under a criterion and what else `unit` names."""
    records = [
        {
            "unit": (line["item_id"], *line["systems"], line["criterion"], *(line.get(key) for key in unit)),
            "rater": line["rater"],
            "value": line["value"],
            "cluster": line["item_id"],
        }
        for line in lines
    ]
    kinds: dict[str, RaterKind] = {str(line["rater"]): kind for line in lines}
    return RatingTable.from_records(records, level=level, kinds=kinds)
