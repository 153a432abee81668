"""A figure before it is worked out: its description, and how to work it out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from annotations.queries.rating_set import Slice
from evalplatform.agreement import Estimate, Inference
from evalplatform.reports.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of whom; `answer` does the work. The descriptive fields are those of a `Row`."""

    statistic: str
    criterion: str
    raters: str
    answer: Callable[[], Estimate]
    level: str | None = None
    against: str | None = None
    system: str | None = None
    slice: Slice = field(default_factory=dict)
    rule: str | None = None
    inference: Inference = "these_raters"
    is_headline: bool = False

    def work_out(self) -> Row:
        """The answered question."""
        found = self.answer()
        return Row(
            statistic=self.statistic,
            level=self.level,
            criterion=self.criterion,
            raters=self.raters,
            against=self.against,
            system=self.system,
            slice=self.slice,
            rule=self.rule,
            inference=self.inference,
            estimate=found.estimate,
            low=found.low,
            high=found.high,
            confidence=found.confidence,
            method=found.method,
            n=found.n,
            n_unit=found.n_unit,
            excluded=found.excluded,
            undefined=found.undefined,
        )
