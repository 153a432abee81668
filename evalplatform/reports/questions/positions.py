"""The verdicts of one judge in both orders: does the place of an answer decide?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from evalplatform.agreement import (
    Estimate,
    PositionConsistency,
    RatingTable,
    position_consistency,
    value_rate,
)
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.subject import Subject

Verdicts = tuple[str, str | None, str | None]  # unit, in the canonical order, swapped
Bias = Literal["primacy", "recency"]
BIASES: dict[tuple[str | None, str | None], Bias] = {
    ("first", "second"): "primacy",
    ("second", "first"): "recency",
}
SHOWN = {"forward": ("first", "second"), "swapped": ("second", "first")}


@dataclass(frozen=True)
class Orders:
    """What a judge said of each unit in both orders, against the canonical one."""

    subject: Subject
    verdicts: Sequence[Verdicts]

    def find_consistency(self) -> Estimate:
        """Share of units with the same verdict in both orders."""
        return self._counted.consistency

    def find_bias(self, bias: Bias) -> Estimate:
        """Share of units where the answer shown first (primacy) or second (recency) won in both orders."""
        held = [verdict for verdict in self.verdicts if None not in verdict]
        values = [BIASES.get((forward, swapped), "none") for _, forward, swapped in held]
        return replace(self._share(held, values, bias), n_unit="units")

    def find_first_share(self) -> Estimate:
        """Share of the verdicts that are no tie, in either order, for the answer shown first."""
        rows = [
            (verdict, "first" if value == SHOWN[order][0] else "second")
            for verdict in self.verdicts
            for order, value in zip(SHOWN, verdict[1:], strict=True)
            if value in SHOWN[order]
        ]
        found = self._share([verdict for verdict, _ in rows], [shown for _, shown in rows], "first")
        return replace(found, n_unit="verdicts")

    def test_fairness(self) -> Estimate:
        """Probability of counts of primacy and recency as unequal as these, were both as likely."""
        counted = self._counted
        return Estimate(
            estimate=counted.p_value,
            n=counted.first_biased + counted.second_biased,
            n_unit="units",
            undefined="no_pairable_units" if counted.p_value is None else None,
        )

    @cached_property
    def _counted(self) -> PositionConsistency:
        return position_consistency(
            [forward for _, forward, _ in self.verdicts],
            [swapped for _, _, swapped in self.verdicts],
            clusters=self._items(self.verdicts),
            **interval_of(self.subject, "these_raters"),
        )

    def _share(self, held: Sequence[Verdicts], values: Sequence[str], wanted: str) -> Estimate:
        table = RatingTable.from_arrays(
            [unit for unit, _, _ in held],
            ["judge"] * len(held),
            list(values),
            level="nominal",
            clusters=self._items(held),
            kinds={"judge": "fixed"},
        )
        return value_rate(table, {wanted}, **interval_of(self.subject, "these_raters"))

    def _items(self, held: Sequence[Verdicts]) -> list[str]:
        return [self.subject.ratings.tasks[unit].item for unit, _, _ in held]
