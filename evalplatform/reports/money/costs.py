"""What each judge of a project costs and how far it agrees with people: which one buys the most for the money."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotations.models import Project, RaterKind
from annotations.queries.rater_groups import PEOPLE, list_raters
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from judges.engine.money.pricing import find_price
from judges.queries.judge_list import JudgeLine, list_judge_lines

MEASURES = ("percent_agreement", "krippendorff_alpha")  # the first that the criterion has


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCost:
    """A judge, its mean price of a verdict (USD) and its agreement with people; None where it is not known."""

    label: str
    name: str
    verdicts: int
    usd: float | None
    agreement: float | None
    low: float | None
    high: float | None
    n: int
    is_on_front: bool = False

    @property
    def is_complete(self) -> bool:
        return self.usd is not None and self.agreement is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTable:
    """The judges of a project by price; `measure` is the statistic that says how far they agree."""

    measure: Row | None
    judges: tuple[JudgeCost, ...]


def read_costs(*, project: Project, criterion: str) -> CostTable:
    """Agreement as the report has it, beside money as the ledger has it. Raises Missing for an unknown criterion."""
    snapshot = take_snapshot(project=project, wanted=Wanted(criterion=criterion, statistics=MEASURES))
    measured = _choose_measure(snapshot.rows)
    lines = {f"{line.judge.rater.kind}:{line.judge.rater.name}": line for line in list_judge_lines(project)}
    automatic = (RaterKind.JUDGE, RaterKind.METRIC, RaterKind.PANEL)
    found = [
        _describe(rater.label, rater.name, measured.get(rater.label), lines.get(rater.label))
        for rater in list_raters(project=project)
        if rater.kind in automatic and not rater.is_simulated
    ]
    return CostTable(measure=next(iter(measured.values()), None), judges=tuple(mark_front(found)))


def mark_front(judges: Sequence[JudgeCost]) -> list[JudgeCost]:
    """By price, each with whether no other judge agrees as much or more for as little or less (Pareto front).

    Of judges with the same price and agreement, all are on it.
    """
    complete = [judge for judge in judges if judge.is_complete]
    marked = [
        replace(judge, is_on_front=judge.is_complete and not any(_beats(other, judge) for other in complete))
        for judge in judges
    ]
    return sorted(
        marked,
        key=lambda judge: (judge.usd is None, judge.usd or 0.0, -(judge.agreement or 0.0), judge.label),
    )


def _beats(one: JudgeCost, other: JudgeCost) -> bool:
    if one.usd is None or other.usd is None or one.agreement is None or other.agreement is None:
        return False
    is_no_worse = one.usd <= other.usd and one.agreement >= other.agreement
    return is_no_worse and (one.usd < other.usd or one.agreement > other.agreement)


def _choose_measure(rows: Sequence[Row]) -> dict[str, Row]:
    """Agreement with all people under the rule that counts contradictions as ties, by judge."""
    for statistic in MEASURES:
        held = {
            row.raters: row
            for row in rows
            if row.statistic == statistic
            and row.against == PEOPLE
            and not row.slice
            and row.inference == "these_raters"
            and row.rule in (None, "tie")
            and row.estimate is not None
        }
        if held:
            return held
    return {}


def _describe(label: str, name: str, row: Row | None, line: JudgeLine | None) -> JudgeCost:
    return JudgeCost(
        label=label,
        name=name,
        verdicts=line.verdicts if line else 0,
        usd=_read_price(line) if line else None,
        agreement=row.estimate if row else None,
        low=row.low if row else None,
        high=row.high if row else None,
        n=row.n if row else 0,
    )


def _read_price(line: JudgeLine) -> float | None:
    """USD a verdict, lost calls and second tries included; None without a verdict or at an unknown price."""
    is_unknown = not line.spent and find_price(line.judge) is None
    if line.usd_a_verdict is None or is_unknown:
        return None
    return float(line.usd_a_verdict)
