"""What the runs of one cell came to."""

from collections import Counter
from dataclasses import dataclass, field

from evalplatform.agreement import Estimate


@dataclass(kw_only=True)
class Tally:
    """Counts and sums over runs; `above` and `below` say where the interval lies, seen from the true value."""

    runs: int = 0
    covered: int = 0
    below: int = 0
    above: int = 0
    width: float = 0.0
    estimated: int = 0
    estimate: float = 0.0
    clusters: int = 0
    events: int = 0
    methods: Counter[str] = field(default_factory=Counter)
    undefined: Counter[str] = field(default_factory=Counter)

    @property
    def intervals(self) -> int:
        return self.covered + self.below + self.above

    def add(self, found: Estimate, truth: float, *, clusters: int, events: int) -> None:
        """Count one run."""
        self.runs += 1
        self.clusters += clusters
        self.events += events
        if found.estimate is not None:
            self.estimated += 1
            self.estimate += found.estimate
        if found.low is None or found.high is None:
            self.undefined[found.undefined or f"raised {found.method}"] += 1
            return
        self.methods[str(found.method)] += 1
        self.width += found.high - found.low
        self.below += found.high < truth
        self.above += found.low > truth
        self.covered += found.low <= truth <= found.high

    def merge(self, other: "Tally") -> None:
        """Add the runs of another block."""
        for name in ("runs", "covered", "below", "above", "estimated", "clusters", "events"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.width += other.width
        self.estimate += other.estimate
        self.methods += other.methods
        self.undefined += other.undefined
