"""What the cards read: ratings of people, with when, how fast and of which side each was given."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.raters.closeness import find_closeness
from evalplatform.agreement.raters.peers import Comparison, compare_with_peers
from evalplatform.agreement.table import RatingTable


@dataclass(frozen=True, eq=False, kw_only=True)
class RaterAnswers:
    """Ratings by people of one criterion, each rater once a unit.

    Attributes
    ----------
    table : the ratings, (n,)
    seconds : (n,) time taken, NaN where not known
    order : (n,) when each was given: a time or a number, NaN where not known
    first : (n,) 1 where the answer shown first was preferred, 0 where the other was, NaN for ties and where
        the order is not known
    longer : (n,) 1 where the longer answer was preferred, 0 where the shorter was, 0.5 for ties, NaN where
        neither is longer
    """

    table: RatingTable
    seconds: FloatArray
    order: FloatArray
    first: FloatArray
    longer: FloatArray

    @classmethod
    def of(
        cls,
        table: RatingTable,
        *,
        seconds: FloatArray | None = None,
        order: FloatArray | None = None,
        first: FloatArray | None = None,
        longer: FloatArray | None = None,
    ) -> Self:
        """Put a table beside what is known of its ratings. Raises AgreementError where a column does not fit."""
        nothing = np.full(len(table), np.nan)
        columns = [nothing if column is None else column for column in (seconds, order, first, longer)]
        if any(column.shape != (len(table),) for column in columns):
            raise AgreementError("a column has one entry for each rating of the table")
        pairs = np.stack([table.unit, table.rater], axis=1)
        if len(np.unique(pairs, axis=0)) < len(pairs):
            raise AgreementError("a card takes one rating of a unit by a rater")
        return cls(table=table, seconds=columns[0], order=columns[1], first=columns[2], longer=columns[3])

    def by(self, rater: int) -> BoolArray:
        """Which ratings are by the rater of this code, (n,)."""
        return np.asarray(self.table.rater == rater)

    def keep(self, rows: BoolArray) -> Self:
        """The answers where `rows`, (n,), is true; codes stay what they are."""
        return replace(
            self,
            table=self.table.keep(rows),
            seconds=self.seconds[rows],
            order=self.order[rows],
            first=self.first[rows],
            longer=self.longer[rows],
        )

    @cached_property
    def agreement(self) -> FloatArray:
        """Mean closeness to the others on the unit, (n,): of values that are not ordered, how many are equal."""
        return find_closeness(self.table).own

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Agreement of each rater against that of its peers, by code."""
        return compare_with_peers(self.table)

    @cached_property
    def logs(self) -> FloatArray:
        """Logarithm of the time taken, (n,); NaN where there is none."""
        return np.log(self.seconds, out=np.full(len(self.table), np.nan), where=self.seconds > 0)

    @cached_property
    def paces(self) -> FloatArray:
        """Share of the unit's times that lie below each, ties by half, (n,): a break weighs as a slow answer does."""
        ranks = np.full(len(self.table), np.nan)
        for rows in split_by_unit(self.table.unit, np.isfinite(self.logs)):
            held = self.logs[rows]
            less, equal = held[None, :] < held[:, None], held[None, :] == held[:, None]
            ranks[rows] = (less + 0.5 * equal).sum(axis=1) / len(rows)
        return ranks

    @cached_property
    def numbers(self) -> FloatArray:
        """The values as numbers, (n,); NaN where the scale has none."""
        held = self.table.numbers
        return np.full(len(self.table), np.nan) if held is None else np.asarray(held[self.table.value])


def split_by_unit(unit: IntArray, here: BoolArray) -> list[IntArray]:
    """The rows that are `here`, unit by unit."""
    rows = np.flatnonzero(here)
    rows = rows[np.argsort(unit[rows], kind="stable")]
    return np.split(rows, np.flatnonzero(np.diff(unit[rows])) + 1) if len(rows) else []
