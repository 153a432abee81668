"""One simulated study."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evalplatform.agreement import RatingTable, TableLevel
from evalplatform.agreement.arrays import FloatArray, IntArray, LabelArray

JUDGE = "judge"


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """Ratings as parallel arrays, (n,) each; rater `judge`, where there is one, has the highest code."""

    unit: IntArray
    rater: IntArray
    value: LabelArray | FloatArray | IntArray
    cluster: IntArray
    level: TableLevel
    judge: int | None = None

    @cached_property
    def names(self) -> LabelArray:
        """Names of the raters by code."""
        names = np.array([f"r{code:02}" for code in range(int(self.rater.max(initial=0)) + 1)], dtype=object)
        if self.judge is not None:
            names[self.judge] = JUDGE
        return names

    @cached_property
    def table(self) -> RatingTable:
        return RatingTable.from_arrays(
            self.unit,
            self.names[self.rater],
            self.value,
            clusters=self.cluster,
            level=self.level,
            kinds={JUDGE: "fixed"},
        )

    @property
    def people(self) -> list[str]:
        """Names of the raters who rated anything, the judge left out."""
        return [str(name) for name in self.names[np.unique(self.rater)] if name != JUDGE]

    @cached_property
    def clusters(self) -> int:
        return len(np.unique(self.cluster))

    def count_divided(self) -> int:
        """Clusters that hold a unit on which two ratings differ."""
        _, value = np.unique(self.value, return_inverse=True)
        order = np.lexsort((value, self.unit))
        unit, value, cluster = self.unit[order], value[order], self.cluster[order]
        apart = (unit[1:] == unit[:-1]) & (value[1:] != value[:-1])
        return len(np.unique(cluster[1:][apart]))
