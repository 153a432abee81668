"""The figures a reader looks at first: one line a figure, both intervals side by side."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotations.queries.rater_groups import is_of_persons, is_simulated
from evalplatform.reports.plans.frozen import FrozenPlan, Standing
from evalplatform.reports.rows import Row
from evalplatform.reports.words.statistic_names import name_statistic
from evalplatform.reports.words.wording import explain_undefined, name_pair, name_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A figure with the interval over items and, where people are in it, the one over raters as well."""

    row: Row
    population: Row | None = None
    is_specimen: bool = False
    plan: FrozenPlan | None = None

    @property
    def is_planned(self) -> bool:
        """Whether the plan names the figure with one of its intervals at least."""
        return any(self._list_planned())

    @property
    def standing(self) -> str:
        """Planned or exploratory, in words, and where the plan names one of two intervals alone, which."""
        planned = self._list_planned()
        if all(planned):
            return _("planned")
        if not any(planned):
            return _("exploratory")
        return _("planned: over other items") if planned[0] else _("planned: over other raters too")

    def _list_planned(self) -> list[bool]:
        """Of each interval, whether the plan names it."""
        if self.plan is None:
            return [False]
        return [self.plan.judge(row) == Standing.PLANNED for row in (self.row, self.population) if row]

    @property
    def raters(self) -> str:
        return name_pair(self.row.raters, self.row.against)

    @property
    def is_simulated(self) -> bool:
        return is_simulated(self.row.raters) or is_simulated(self.row.against or "")

    @property
    def figure(self) -> str:
        name = name_statistic(self.row.statistic, self.row.level)
        is_of_people = is_of_persons(self.row.raters) and self.row.against is None
        rule = "" if is_of_people else name_rule(self.row.rule)  # people's verdicts are never inconsistent
        return f"{name}, {rule}" if rule else name

    @property
    def estimate(self) -> str:
        row = self.row
        return "—" if row.estimate is None else f"{row.estimate:.3f}"

    @property
    def interval(self) -> str:
        return show_interval(self.row)

    @property
    def population_interval(self) -> str:
        return show_interval(self.population) if self.population else ""


def pair_lines(
    rows: Iterable[Row], specimens: Collection[str] = (), plan: FrozenPlan | None = None
) -> Iterator[Line]:
    """Rows that differ by their inference alone become one line, in the order in which they come."""
    held: dict[tuple[object, ...], dict[str | None, Row]] = {}
    for row in rows:
        held.setdefault(row.describe(), {})[row.inference] = row
    for found in held.values():
        first = found.get("these_raters") or next(iter(found.values()))
        second = found.get("rater_population")
        yield Line(
            row=first,
            population=second if second is not first else None,
            is_specimen=first.raters in specimens or first.against in specimens,
            plan=plan,
        )


def show_interval(row: Row) -> str:
    """Limits, or in words why there are none."""
    if row.low is not None and row.high is not None:
        return f"{row.low:.3f} … {row.high:.3f}"
    return explain_undefined(row.undefined) if row.undefined else ""
