"""Every figure of ranking with what it promises not to depend on; one that is not entered here fails the suite."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from evalplatform.agreement import RatingTable
from evalplatform.agreement.ranking import (
    Comparisons,
    Scores,
    agreement_with_confidence,
    bradley_terry,
    davidson,
    elo_ratings,
    find_saturation,
    length_controlled_win_rate,
    pair_rank_brier,
    permutation_test,
    rank_systems,
    rao_kupper,
    separability_with_confidence,
    separate_systems,
    soft_win_rate,
    win_rate_matrix,
    win_rates,
)

Row = tuple[int, str, str, float]  # item, first, second, what the first won: 1, 0 or one half
Found = dict[tuple[str, ...], float | None]  # by the systems that a number is about
Figure = Callable[..., Found]
Promise = Literal[
    "order",  # which row comes first
    "names",  # which system is which
    "sides",  # which system of a comparison is the first
    "copies",  # every item twice
]
PREFERENCE = {1.0: "first", 0.0: "second", 0.5: "tie"}


@dataclass(frozen=True)
class Declared:
    statistic: str  # its public name
    figure: Figure
    promises: frozenset[Promise]


def compare(rows: list[Row]) -> Comparisons:
    items, first, second, won = ([row[place] for row in rows] for place in range(4))
    return Comparisons.from_arrays(first, second, won, items=items)


def score(rows: list[Row]) -> Scores:
    """Both systems have a score on the item: what they won."""
    return Scores.from_arrays(
        [name for _, first, second, _ in rows for name in (first, second)],
        [item for item, _, _, _ in rows for _ in range(2)],
        [share for _, _, _, won in rows for share in (won, 1 - won)],
    )


def of_strengths(model: Callable[..., Any]) -> Figure:  # Any: Strengths
    def figure(rows: list[Row], **options: Any) -> Found:
        found = model(compare(rows), **options)
        return {(name,): each.estimate for name, each in found.strengths.items()} | {
            ("tie",): found.tie.estimate if found.tie else None
        }

    return figure


def rates(rows: list[Row], **options: Any) -> Found:
    records = [
        {"unit": (item, min(a, b), max(a, b)), "rater": "p", "cluster": item}
        | {"value": PREFERENCE[won if a < b else 1 - won]}
        for item, a, b, won in rows
    ]
    table = RatingTable.from_records(records, level="nominal")
    found = win_rates(table, {unit: (unit[1], unit[2]) for unit in table.units.tolist()}, **options)
    return {(name,): each.estimate for name, each in found.items()}


def matrix(rows: list[Row], **options: Any) -> Found:
    found = win_rate_matrix(compare(rows), **options)
    return {
        (one, other): each.estimate
        for one, line in zip(found.systems, found.rates, strict=True)
        for other, each in zip(found.systems, line, strict=True)
        if each is not None
    }


def separability(rows: list[Row], **options: Any) -> Found:
    found = separate_systems(score(rows), **options)
    leads = {_both(pair.first, pair.second): _size(pair.difference.estimate) for pair in found.pairs}
    return leads | {(): found.share.estimate}


def preferences_apart(rows: list[Row], **options: Any) -> Found:
    found = separate_systems(compare(rows), **options)
    return {_both(pair.first, pair.second): _size(pair.difference.estimate) for pair in found.pairs}


def saturation(rows: list[Row], **options: Any) -> Found:
    found = find_saturation(score(rows), margin=0.2, **options)
    needed: Found = {_both(pair.first, pair.second): pair.items_needed for pair in found.pairs}
    return needed | {(): found.saturated}


def standing(rows: list[Row], **options: Any) -> Found:
    found = rank_systems(score(rows), **options)
    ranks: Found = {(name, "best"): each.best for name, each in found.ranks.items()}
    return ranks | {(name,): each.estimate for name, each in found.means.items()}


def permuted(rows: list[Row], **options: Any) -> Found:
    held = score(rows)
    if len(held.systems) < 2:
        return {}
    return {(): permutation_test(held, *held.systems[:2], resamples=50).p_value}


def elo(rows: list[Row], **options: Any) -> Found:
    found: Mapping[str, float] = elo_ratings(compare(rows))
    return {(name,): each for name, each in found.items()}


def soft(rows: list[Row], **options: Any) -> Found:
    found = soft_win_rate([row[3] for row in rows], items=[row[0] for row in rows], **options)
    return {("rate",): found.rate.estimate, ("discrete",): found.discrete.estimate}


def at_equal_length(rows: list[Row], **options: Any) -> Found:
    lengths = [3 * (row[0] % 4) + len(row[1]) for row in rows]
    items = [row[0] for row in rows]
    found = length_controlled_win_rate(
        [row[3] for row in rows], lengths, [5] * len(rows), items=items, **options
    )
    return {(): found.rate.estimate}


def intervals(rows: list[Row]) -> dict[str, tuple[float, float]]:
    held = score(rows)
    return {name: (mean, mean + 0.1) for name, mean in zip(held.systems, _means(held), strict=True)}


def disjoint(rows: list[Row], **options: Any) -> Found:
    return {(): separability_with_confidence(intervals(rows)).estimate}


def agreed(rows: list[Row], **options: Any) -> Found:
    reference = {name: (low**2, low**2 + 0.05) for name, (low, _) in intervals(rows).items()}
    return {(): agreement_with_confidence(intervals(rows), reference).estimate}


def brier(rows: list[Row], **options: Any) -> Found:
    return {(): pair_rank_brier([row[3] for row in rows], [row[0] % 2 for row in rows]).estimate}


def _means(held: Scores) -> list[float]:
    return [float(column[column == column].mean()) for column in held.values.T]


def _both(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _size(lead: float | None) -> float | None:
    return None if lead is None else abs(lead)


def declare(statistic: str, figure: Figure, *promises: Promise) -> Declared:
    return Declared(statistic, figure, frozenset(promises))


ALL: tuple[Promise, ...] = ("order", "names", "sides", "copies")

REGISTRY: dict[str, Declared] = {
    "bradley terry": declare("bradley_terry", of_strengths(bradley_terry), *ALL),
    "davidson": declare("davidson", of_strengths(davidson), *ALL),
    "rao kupper": declare("rao_kupper", of_strengths(rao_kupper), *ALL),
    "rates": declare("win_rates", rates, *ALL),
    "matrix": declare("win_rate_matrix", matrix, *ALL),
    "separability": declare("separate_systems", separability, "order", "names", "sides"),
    "preferences apart": declare("separate_systems", preferences_apart, *ALL),
    "saturation": declare("find_saturation", saturation, "order", "names", "sides"),
    "standing": declare("rank_systems", standing, "order", "sides"),
    "permutation": declare("permutation_test", permuted, "order", "sides"),
    "elo": declare("elo_ratings", elo, "names", "sides"),
    "soft": declare("soft_win_rate", soft, "order", "names", "copies"),
    "at equal length": declare("length_controlled_win_rate", at_equal_length, "order"),
    "disjoint": declare("separability_with_confidence", disjoint, *ALL),
    "agreed": declare("agreement_with_confidence", agreed, *ALL),
    "brier": declare("pair_rank_brier", brier, "order", "names"),
}
