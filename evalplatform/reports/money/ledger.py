"""One ledger of costs: what people earned and what calls to judges were billed, side by side."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any  # a ledger is told as JSON

from annotations.domain.projects.pay import MINUTE, earn
from annotations.models import Project, Rater
from annotations.queries.work_done import list_work
from judges.queries.spend import SpendBy, read_spend


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """A rater with its answers (people: tasks, judges: calls); USD, None where no pay or price is known.

    `estimated` is the part of `usd` that no provider confirmed; `unpriced` calls are in no sum.
    """

    kind: str
    name: str
    answers: int
    seconds: float | None
    usd: Decimal | None
    estimated: Decimal = Decimal(0)
    unpriced: int = 0

    @property
    def minutes(self) -> float:
        """The time of a person."""
        return (self.seconds or 0.0) / MINUTE

    @property
    def usd_each(self) -> Decimal | None:
        """USD an answer that has a price."""
        priced = self.answers - self.unpriced
        return self.usd / priced if self.usd is not None and priced else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLedger:
    """Lines of people and of judges, by name, with their sums (USD)."""

    people: tuple[CostLine, ...]
    judges: tuple[CostLine, ...]
    people_usd: Decimal | None
    judges_usd: Decimal

    @property
    def total(self) -> Decimal:
        """All that is known."""
        return (self.people_usd or Decimal(0)) + self.judges_usd

    @property
    def unpriced(self) -> int:
        return sum(line.unpriced for line in self.judges)

    def describe(self) -> dict[str, Any]:
        """As plain JSON, amounts as text."""
        return {
            "people_usd": None if self.people_usd is None else str(self.people_usd),
            "judges_usd": str(self.judges_usd),
            "total_usd": str(self.total),
            "lines": [_describe(line) for line in (*self.people, *self.judges)],
        }


def read_ledger(*, project: Project, is_named: bool = False) -> CostLedger:
    """Work at the pay that the project states now, and calls as they were billed.

    With `is_named`, people have the names of their accounts: for whoever pays them.
    """
    people = tuple(
        _describe_person(
            project, _name(rater, is_named), len(answered), sum(task.seconds for task in answered)
        )
        for rater, answered in list_work(project=project)
    )
    table = read_spend(project, by=SpendBy.JUDGE)
    judges = tuple(
        CostLine(
            kind="judge",
            name=row.name,
            answers=row.calls,
            seconds=None,
            usd=None if row.unpriced == row.calls else row.total,
            estimated=row.estimated,
            unpriced=row.unpriced,
        )
        for row in table.rows
    )
    earned = [line.usd for line in people if line.usd is not None]
    return CostLedger(
        people=people,
        judges=judges,
        people_usd=None if project.pay is None else sum(earned, Decimal(0)),
        judges_usd=table.total.total,
    )


def _name(rater: Rater, is_named: bool) -> str:
    return rater.user.username if is_named and rater.user else rater.name


def _describe_person(project: Project, name: str, tasks: int, seconds: float) -> CostLine:
    usd = earn(project=project, tasks=tasks, seconds=seconds)
    return CostLine(kind="person", name=name, answers=tasks, seconds=seconds, usd=usd)


def _describe(line: CostLine) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "name": line.name,
        "answers": line.answers,
        "seconds": line.seconds,
        "usd": None if line.usd is None else str(line.usd),
        "estimated_usd": str(line.estimated),
        "unpriced": line.unpriced,
    }
