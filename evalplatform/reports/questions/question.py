"""A figure before it is worked out: its description, and how to work it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any  # the fields of a row that are worked out

from annotations.queries.rating_set import Slice
from evalplatform.agreement import AgreementError, Estimate, Inference
from evalplatform.reports.rows import Row

NO_INTERVAL = "no_interval"  # a figure of its own kind, such as a p-value


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
        """The answered question; one that the statistics refuse is undefined."""
        try:
            found = self.answer()
        except AgreementError:
            return self._describe(undefined="not_answerable")
        return self._describe(
            estimate=found.estimate,
            low=found.low,
            high=found.high,
            confidence=found.confidence,
            method=found.method,
            n=found.n,
            n_unit=found.n_unit,
            excluded=found.excluded,
            undefined=found.undefined or (None if found.low is not None else NO_INTERVAL),
        )

    def _describe(self, **found: Any) -> Row:
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
            **found,
        )


def pick_one(work_out: Callable[[], Mapping[str, Estimate]], name: str) -> Estimate:
    """One of several figures that are worked out together."""
    return work_out()[name]
