"""A figure before it is worked out: its description, and how to work it out."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar  # Any: the fields of a row that are worked out

from annotations.queries.rating_set import Slice
from evalplatform.agreement import AgreementError, Estimate, Inference, Undefined
from evalplatform.reports.rows import Row

Key = TypeVar("Key")
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
    withheld: str = ""  # why the figure may not be given, whatever it would be

    def work_out(self) -> Row:
        """The answered question; one that is withheld, or that the statistics refuse, is undefined."""
        if self.withheld:
            return self._describe(undefined=self.withheld)
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


def pick_one(work_out: Callable[[], Mapping[Key, Estimate]], name: Key) -> Estimate:
    """One of several figures that are worked out together."""
    return work_out()[name]


def write_value(value: Hashable) -> str:
    """A category as part of a name; a whole number as the study has it, though the ledger keeps fractions."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def state(figure: float | None, *, n: int, n_unit: str, undefined: Undefined | None = None) -> Estimate:
    """A figure that comes without an interval of its own."""
    return Estimate(estimate=figure, n=n, n_unit=n_unit, undefined=undefined)
