"""All ratings under one criterion, read once, from which tables for any raters and slice are cut."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np

from annotations.models import Level, Presentation, RaterKind
from annotations.queries.both_orders import FORWARD, SWAPPED, Explained, Orders, merge_verdict, split_orders
from annotations.queries.criteria import CriterionRow, is_preference, is_ranking
from annotations.queries.marks import read_values
from annotations.queries.ranked_pairs import RankedRow, expand_rankings, list_rankings
from annotations.queries.rater_groups import RaterRow
from annotations.queries.rating_rows import (
    INDEPENDENT,
    RatingRow,
    TaskRow,
    explain_exclusion,
)
from evalplatform.agreement import RatingTable
from evalplatform.agreement.arrays import BoolArray
from evalplatform.agreement.table import RaterKind as TableKind
from evalplatform.agreement.table import TableLevel

Slice: TypeAlias = Mapping[str, str | int | float | bool]
COMPARABLE = (
    Level.NOMINAL,
    Level.ORDINAL,
    Level.INTERVAL,
    Level.RATIO,
    Level.PREFERENCE,
    Level.SPANS,
    Level.UNSTATED,
)
REPEAT = "repeat"  # of a live judge: left out of everything but its agreement with itself
ORDERS = {FORWARD: "forward", SWAPPED: "swapped"}


@dataclass(frozen=True, kw_only=True)
class RatingSet:
    """The ratings of a criterion: `table` holds those that count, `excluded` the others with the reason.

    `rows` are the table's, one by one. `orders` keeps what was merged (rater, unit, verdict in canonical order,
    verdict swapped); `merged` names the raters whose verdicts were made from two orders, here or before they were
    imported. `repeated` is the table with a live judge's repeats, which tell of its own noise and of nothing else.
    Of rankings the table holds every pair as a preference, and `rankings` the rankings themselves.
    """

    criterion: CriterionRow
    raters: Mapping[str, RaterRow]
    tasks: Mapping[str, TaskRow]
    table: RatingTable
    rows: tuple[RatingRow, ...]
    excluded: tuple[tuple[str, TaskRow, str], ...]
    orders: tuple[tuple[str, str, str | None, str | None], ...] = ()
    merged: frozenset[str] = frozenset()
    repeated: RatingTable
    rankings: tuple[RankedRow, ...] = ()

    @cached_property
    def unit_tasks(self) -> list[TaskRow]:
        """The task of each of the table's units."""
        return [self.tasks[unit] for unit in self.table.units.tolist()]

    def cut_table(self, raters: Collection[str], *, slice: Slice) -> RatingTable:  # noqa: A002 - the word
        """The ratings by these raters (keys) within a slice, with what was left out of them."""
        chosen = self._are_by(raters)
        rows = self.find_rows(raters, slice=slice)
        excluded = Counter(
            reason for rater, task, reason in self.excluded if rater in raters and is_in_slice(task, slice)
        )
        codes = np.flatnonzero(chosen)
        cut = self.table.keep(rows)
        return replace(
            cut,
            rater=np.searchsorted(codes, cut.rater),
            raters=tuple(self.table.raters[code] for code in codes),
            kinds=tuple(self.table.kinds[code] for code in codes),
            excluded=dict(sorted(excluded.items())),
        )

    def find_rows(self, raters: Collection[str], *, slice: Slice) -> BoolArray:  # noqa: A002 - the word
        """Which rows of the table `cut_table` keeps, (n,)."""
        if not len(self.table):
            return np.zeros(0, dtype=np.bool_)
        rows: BoolArray = self._are_by(raters)[self.table.rater]
        return rows & self._units_in(slice)[self.table.unit] if slice else rows

    def _are_by(self, raters: Collection[str]) -> BoolArray:
        return np.array([rater in raters for rater in self.table.raters], dtype=np.bool_)

    def _units_in(self, slice: Slice) -> BoolArray:  # noqa: A002 - the word
        parts = key_slice(slice)
        if parts not in self._masks:
            inside = [is_in_slice(task, slice) for task in self.unit_tasks]
            self._masks[parts] = np.array(inside, dtype=np.bool_)
        return self._masks[parts]

    @cached_property
    def _masks(self) -> dict[object, BoolArray]:
        """Slices are asked for again and again, for every set of raters."""
        return {}


def sort_out_ratings(
    rows: Iterable[RatingRow],
    *,
    criterion: CriterionRow,
    raters: Iterable[RaterRow],
    tasks: Mapping[int, TaskRow],
    phases: Collection[str] = INDEPENDENT,
) -> RatingSet:
    """Tell what counts from what does not, and merge verdicts given in both orders.

    A judge that was asked again by us would weigh more on those tasks than anybody else: its first answer counts.
    """
    by_id = {rater.pk: rater for rater in raters}
    explained = list(explain_exclusion(rows, phases=phases))
    if is_ranking(criterion):
        return _sort_out_rankings(explained, criterion, by_id, tasks)
    return _sort_out_repeats(explained, criterion, by_id, tasks)


def _sort_out_rankings(
    explained: list[Explained],
    criterion: CriterionRow,
    by_id: Mapping[int, RaterRow],
    tasks: Mapping[int, TaskRow],
) -> RatingSet:
    """By the preferences that they hold."""
    pairs = expand_rankings(explained, tasks)
    rankings = list_rankings(_keep_first(explained, by_id), tasks, by_id)
    return replace(_sort_out_repeats(pairs.rows, criterion, by_id, pairs.tasks), rankings=rankings)


def _sort_out_repeats(
    explained: list[Explained],
    criterion: CriterionRow,
    by_id: Mapping[int, RaterRow],
    tasks: Mapping[int, TaskRow],
) -> RatingSet:
    first = _keep_first(explained, by_id)
    held = _sort_out(first, criterion, by_id, tasks)
    if not any(reason == REPEAT for _, reason in first):
        return held
    return replace(held, repeated=_sort_out(explained, criterion, by_id, tasks).table)


def _keep_first(explained: Iterable[Explained], by_id: Mapping[int, RaterRow]) -> list[Explained]:
    """With the repeats of live judges told apart."""
    asked_again = {pk for pk, rater in by_id.items() if rater.is_live_judge}
    return [
        (row, REPEAT if _is_repeat(row, asked_again) and reason is None else reason)
        for row, reason in explained
    ]


def _is_repeat(row: RatingRow, asked_again: Collection[int]) -> bool:
    return row.repeat > 0 and row.rater in asked_again


def _sort_out(
    rows: Iterable[Explained],
    criterion: CriterionRow,
    by_id: Mapping[int, RaterRow],
    tasks: Mapping[int, TaskRow],
) -> RatingSet:
    merged, orders = _merge(rows, criterion, by_id)
    counted, left_out = _check_scale(merged, criterion)
    keys = {pk: rater.key for pk, rater in by_id.items()}
    units = {task: tasks[task].unit for task in {row.task for row, _ in (*counted, *left_out)}}
    table = RatingTable.from_arrays(
        [units[row.task] for row, _ in counted],
        [keys[row.rater] for row, _ in counted],
        read_values([row for row, _ in counted], criterion),
        level=_table_level(criterion),
        clusters=[tasks[row.task].item for row, _ in counted],
        presentations=_presentations([row for row, _ in counted]),
        kinds={rater.key: _table_kind(rater) for rater in by_id.values()},
        categories=_categories(counted, criterion),
    )
    return RatingSet(
        criterion=criterion,
        raters={by_id[pk].key: by_id[pk] for pk in sorted({row.rater for row, _ in (*counted, *left_out)})},
        tasks={unit: tasks[task] for task, unit in units.items()},
        table=table,
        repeated=table,
        rows=tuple(row for row, _ in counted),
        excluded=tuple((keys[row.rater], tasks[row.task], reason or "") for row, reason in left_out),
        orders=tuple(_describe(pair, keys, units) for pair in orders),
        merged=frozenset(keys[row.rater] for row, _ in counted if row.presentation == Presentation.MERGED),
    )


def is_in_slice(task: TaskRow, slice: Slice) -> bool:  # noqa: A002 - the word
    """Whether a task belongs to every part of the slice; true, 1 and 1.0 are three values, not one."""
    return all(
        type(found := read_attribute(task, key)) is type(value) and found == value
        for key, value in slice.items()
    )


def key_slice(slice: Slice) -> tuple[tuple[str, str, str | int | float | bool], ...]:  # noqa: A002 - the word
    """A slice as a key of a mapping, with the types of its values: Python holds True and 1 to be equal."""
    return tuple(sorted((key, type(value).__name__, value) for key, value in slice.items()))


def read_attribute(task: TaskRow, key: str) -> object:
    """What the task says under a slice's key: its turn, its language, or an attribute of its item."""
    if key == "turn":
        return task.turn
    return task.language if key == "language" else task.attributes.get(key)


def _merge(
    rows: Iterable[Explained], criterion: CriterionRow, raters: Mapping[int, RaterRow]
) -> tuple[list[Explained], list[Orders]]:
    if not is_preference(criterion) or is_ranking(criterion):
        return list(rows), []
    merging = {pk for pk, rater in raters.items() if rater.kind != RaterKind.PERSON}
    plain, orders = split_orders(rows, merging=merging)
    merged = [explained for pair in orders for explained in merge_verdict(pair)]
    return plain + merged, orders


def _check_scale(
    rows: Iterable[Explained], criterion: CriterionRow
) -> tuple[list[Explained], list[Explained]]:
    """What counts and what does not; a word that has no place on an ordered scale does not."""
    is_ordered = criterion.level in (Level.ORDINAL, Level.INTERVAL, Level.RATIO)
    counted: list[Explained] = []
    left_out: list[Explained] = []
    for row, reason in rows:
        if reason is None and is_ordered and row.number is None and row.code not in criterion.order:
            left_out.append((row, "out_of_scale"))
        else:
            (left_out if reason else counted).append((row, reason))
    return counted, left_out


def _presentations(rows: Sequence[RatingRow]) -> list[str] | None:
    """In which order a pair was shown, empty where that is not known; None where it is known of none."""
    shown = [
        ORDERS.get(row.shown_order, "") if row.presentation == Presentation.SHOWN else "" for row in rows
    ]
    return shown if any(shown) else None


def _categories(rows: Iterable[Explained], criterion: CriterionRow) -> tuple[str, ...] | None:
    """The scale in its order, where its values are words."""
    is_ordered = criterion.level in (Level.ORDINAL, Level.INTERVAL, Level.RATIO)
    words = is_ordered and any(row.number is None for row, _ in rows)
    return tuple(str(value) for value in criterion.order) if words else None


def _describe(
    pair: Orders, keys: Mapping[int, str], units: Mapping[int, str]
) -> tuple[str, str, str | None, str | None]:
    row = next(iter(pair.values()))[0]
    verdicts = (
        pair[order][0].code if order in pair and pair[order][1] is None else None
        for order in (FORWARD, SWAPPED)
    )
    return (keys[row.rater], units[row.task], *verdicts)  # type: ignore[return-value]  # two orders, always


def _table_level(criterion: CriterionRow) -> TableLevel:
    levels: dict[str, TableLevel] = {
        Level.ORDINAL: "ordinal",
        Level.INTERVAL: "interval",
        Level.RATIO: "ratio",
        Level.SPANS: "interval",
        Level.UNSTATED: "unstated",
    }
    return levels.get(criterion.level, "nominal")


def _table_kind(rater: RaterRow) -> TableKind:
    if rater.kind != RaterKind.PERSON:
        return "fixed"
    return "slot" if rater.is_slot else "person"
