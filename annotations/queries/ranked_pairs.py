"""A ranking of k answers is k (k - 1) / 2 preferences: each pair becomes a unit of its own within the ranking's task.

So every figure of preferences is worked out of rankings unchanged. The pairs of a ranking hang together: a cluster is
the item, as everywhere, and whatever resamples draws items, never pairs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from annotations.models import Presentation
from annotations.queries.rater_groups import RaterRow
from annotations.queries.rating_rows import RatingRow, TaskRow
from evalplatform.agreement.orderings import Ranking, list_preferences, parse_ranking

Explained: TypeAlias = tuple[RatingRow, str | None]
RANKED = "ranked"  # in a pair's context: all systems of the ranking that it is part of


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRow:
    """A ranking that counts: by which rater (key), of which task, and what was said of each order that was shown."""

    rater: str
    task: TaskRow
    ranking: Ranking
    orders: tuple[tuple[tuple[int, ...], Ranking], ...]


@dataclass(frozen=True, slots=True)
class RankedPairs:
    """The rows of preferences that rankings come to, and the tasks that their pairs are, by ids of their own."""

    rows: list[Explained] = field(default_factory=list)
    tasks: dict[int, TaskRow] = field(default_factory=dict)
    _ids: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def add(self, row: RatingRow, reason: str | None, task: TaskRow) -> None:
        """All pairs of one ranking; where there is none, as many rows without a value."""
        size = len(task.systems)
        codes = {}
        if row.code is not None:
            codes = {
                (one, other): code for one, other, code in list_preferences(parse_ranking(row.code, size))
            }
        places = _read_places(row)
        for one, other in combinations(range(size), 2):
            shown = ""
            if places:
                shown = "0,1" if places[one] < places[other] else "1,0"
            pair = row._replace(
                task=self._find_task(row.task, task, one, other),
                code=codes.get((one, other)),
                shown_order=shown,
            )
            self.rows.append((pair, reason))

    def _find_task(self, pk: int, task: TaskRow, one: int, other: int) -> int:
        key = (pk, one, other)
        if key not in self._ids:
            made = self._ids[key] = -1 - len(self._ids)  # no row of a table has such an id
            self.tasks[made] = task._replace(
                context={**task.context, RANKED: list(task.systems)},
                systems=(task.systems[one], task.systems[other]),
                texts=tuple(task.texts[place] for place in (one, other) if place < len(task.texts)),
            )
        return self._ids[key]


def expand_rankings(rows: Iterable[Explained], tasks: Mapping[int, TaskRow]) -> RankedPairs:
    """The preferences in these rankings."""
    pairs = RankedPairs()
    for row, reason in rows:
        pairs.add(row, reason, tasks[row.task])
    return pairs


def list_rankings(
    rows: Iterable[Explained], tasks: Mapping[int, TaskRow], raters: Mapping[int, RaterRow]
) -> tuple[RankedRow, ...]:
    """The rankings that count, whole."""
    return tuple(
        RankedRow(
            rater=raters[row.rater].key,
            task=tasks[row.task],
            ranking=(ranking := parse_ranking(row.code, len(tasks[row.task].systems))),
            orders=_list_orders(row, ranking),
        )
        for row, reason in rows
        if reason is None and row.code is not None
    )


def _read_places(row: RatingRow) -> dict[int, int]:
    """Where each canonical position was shown; empty where that is not known."""
    if row.presentation != Presentation.SHOWN or not row.shown_order:
        return {}
    return {int(position): place for place, position in enumerate(row.shown_order.split(","))}


def _list_orders(row: RatingRow, ranking: Ranking) -> tuple[tuple[tuple[int, ...], Ranking], ...]:
    """A person's one order, or those that a judge was asked in, each with what was said of it."""
    if places := _read_places(row):
        return ((tuple(places), ranking),)
    told = (row.meta or {}).get("orders")
    size = sum(map(len, ranking))
    try:
        return tuple(_read_order(each, size) for each in told) if isinstance(told, list) else ()
    except (AttributeError, LookupError, TypeError, ValueError):
        return ()  # what was imported may hold anything under this name


def _read_order(told: dict[str, str], size: int) -> tuple[tuple[int, ...], Ranking]:
    """An order and what was said of it. Raises where it is none."""
    order = tuple(map(int, told["shown"].split(",")))
    if sorted(order) != list(range(size)):
        raise ValueError("not an order of the answers")
    return order, parse_ranking(told["ranking"], size)
