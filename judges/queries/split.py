"""Which items are kept for learning, and which of them a judge may rate: the one place that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self  # a version keeps it as JSON

from evalplatform.common.hashing import seeded_integer
from judges.models import Judge

BITS = 62
LARGEST = 1 << BITS


class Side(StrEnum):
    """Of a split, the side whose items a judge rates."""

    HELD_OUT = "held_out"  # not those that it learnt from
    KEPT = "kept"  # only those, to be compared with other candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A `share` of the items, in (0, 1), drawn by `seed`: an item's side depends on its key alone."""

    share: float
    seed: int

    def keeps(self, item: str) -> bool:
        """Whether the item of this key is kept for learning: the same whatever other items there are."""
        return seeded_integer("calibration", self.seed, item, bits=BITS) < int(self.share * LARGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The items that a judge may rate. `shown` are those that it is shown as examples: it rates them never."""

    split: Split
    side: Side = Side.HELD_OUT
    shown: frozenset[str] = frozenset()

    @classmethod
    def of(cls, judge: Judge) -> Self | None:
        """That of this version; None where it may rate everything."""
        kept: Mapping[str, Any] = judge.split
        if not kept:
            return None
        return cls(
            split=Split(share=kept["share"], seed=kept["seed"]),
            side=Side(kept["side"]),
            shown=frozenset(example["item"] for example in judge.examples),
        )

    def describe(self) -> dict[str, Any]:
        """As a judge's version keeps it."""
        return {"share": self.split.share, "seed": self.split.seed, "side": str(self.side)}

    def covers(self, item: str) -> bool:
        """Whether the judge may rate tasks on the item of this key."""
        is_kept = self.split.keeps(item)
        return is_kept and item not in self.shown if self.side == Side.KEPT else not is_kept


def is_candidate(judge: Judge) -> bool:
    """Whether the judge only serves to choose among prompts: then its verdicts enter no comparison."""
    return bool(judge.split) and judge.split["side"] == Side.KEPT
