"""A finished cell as plain numbers, and whether its interval kept its promise."""

from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any, Literal, Self

from benchmarks.coverage.cells import Cell, Promise
from benchmarks.coverage.tally import Tally

LEAST, MOST, NOMINAL = 0.93, 0.97, 0.95
ENOUGH_CLUSTERS, ENOUGH_EVENTS = 50, 10

Verdict = Literal["kept", "narrow", "wide", "outside", "outside, narrow", "undefined"]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One row of the table: shares and means over the runs; widths are of the intervals there are."""

    place: str
    says: str
    figure: str
    inference: str
    promise: Promise
    truth: float
    error: float
    runs: int
    resamples: int
    covered: float
    below: float
    above: float
    undefined: float
    width: float
    estimate: float
    clusters: float
    events: float
    methods: dict[str, int]
    reasons: dict[str, int]

    @classmethod
    def of(cls, cell: Cell, tally: Tally, resamples: int) -> Self:
        """Divide the counts of a cell; the three shares are of the runs that gave an interval."""
        intervals, runs = max(tally.intervals, 1), max(tally.runs, 1)
        return cls(
            place=cell.place,
            says=cell.world.says,
            figure=cell.figure.name,
            inference=cell.inference,
            promise=cell.promise,
            truth=cell.truth,
            error=cell.error,
            runs=tally.runs,
            resamples=resamples,
            covered=tally.covered / intervals,
            below=tally.below / intervals,
            above=tally.above / intervals,
            undefined=1 - tally.intervals / runs,
            width=tally.width / intervals,
            estimate=tally.estimate / max(tally.estimated, 1),
            clusters=tally.clusters / runs,
            events=tally.events / runs,
            methods=dict(tally.methods),
            reasons=dict(tally.undefined),
        )

    @classmethod
    def read(cls, held: dict[str, Any]) -> Self:  # Any: JSON
        return cls(**held)

    def to_dict(self) -> dict[str, object]:
        return asdict(self)

    @property
    def name(self) -> str:
        return f"{self.place}/{self.figure}/{self.inference}"

    @property
    def spread(self) -> float:
        """Standard error of `covered` where it is as large as it should be."""
        return sqrt(NOMINAL * (1 - NOMINAL) / max(self.runs * (1 - self.undefined), 1))

    @property
    def is_in_scope(self) -> bool:
        """Whether the study is one for which a share of 93 to 97 % is promised."""
        return self.clusters >= ENOUGH_CLUSTERS and self.events >= ENOUGH_EVENTS

    @property
    def verdict(self) -> Verdict:
        least = NOMINAL - 2 * self.spread if self.promise == "conservative" else LEAST
        if self.undefined > 0.5:
            return "undefined"
        if not self.is_in_scope:
            return "outside" if self.covered >= least else "outside, narrow"
        if self.covered < least:
            return "narrow"
        return "wide" if self.promise == "fixed_n" and self.covered > MOST else "kept"
