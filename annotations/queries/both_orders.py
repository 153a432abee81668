"""A judge that saw a pair in both orders gave one verdict: the two rows are merged before anything is counted."""

from collections.abc import Iterable
from typing import TypeAlias

from annotations.models import Presentation
from annotations.queries.rating_rows import RatingRow
from evalplatform.agreement import merge_orders

FORWARD, SWAPPED = "0,1", "1,0"
Explained: TypeAlias = tuple[RatingRow, str | None]
Orders: TypeAlias = dict[str, Explained]


def split_orders(rows: Iterable[Explained], *, merging: set[int]) -> tuple[list[Explained], list[Orders]]:
    """Rows to take as they are, and those of each verdict asked in an order that was seen.

    `merging` holds the raters whose orders are merged: judges and the like, never people. A judge that was
    only ever asked in one order stays as it is, and so does a row that is out of play (retracted, superseded,
    of another phase): it takes the place of no verdict.
    """
    plain: list[Explained] = []
    seen: dict[tuple[int, int, int], Orders] = {}
    for row, reason in rows:
        is_order = row.presentation == Presentation.SHOWN and row.shown_order in (FORWARD, SWAPPED)
        in_play = reason is None or reason == row.absent
        if row.rater in merging and is_order and in_play:
            seen.setdefault((row.rater, row.task, row.repeat), {})[row.shown_order] = (row, reason)
        else:
            plain.append((row, reason))
    both = {rater for (rater, _, _), orders in seen.items() if len(orders) == 2}
    plain.extend(
        explained
        for (rater, _, _), orders in seen.items()
        if rater not in both
        for explained in orders.values()
    )
    return plain, [orders for (rater, _, _), orders in seen.items() if rater in both]


def merge_verdict(orders: Orders) -> list[Explained]:
    """One row for a verdict in both orders; where one is missing or unreadable, none of it counts."""
    readable = {order: row for order, (row, reason) in orders.items() if reason is None and row.code}
    if len(readable) < 2:
        return [(row, reason or "other_order_missing") for row, reason in orders.values()]
    forward, swapped = readable[FORWARD], readable[SWAPPED]
    merged = forward._replace(
        code=merge_orders(str(forward.code), str(swapped.code)),
        confidence=_merge_confidence(forward, swapped),
        presentation=Presentation.MERGED.value,
        shown_order="",
    )
    return [(merged, None)]


def _merge_confidence(forward: RatingRow, swapped: RatingRow) -> float | None:
    """Mean of both where the same verdict was given twice, else none: there is no verdict to be sure of."""
    if forward.confidence is None or swapped.confidence is None or forward.code != swapped.code:
        return None
    return (forward.confidence + swapped.confidence) / 2
