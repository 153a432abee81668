"""Rankings of a few answers, ties allowed: their text, the preferences in them, and how far several agree."""

import re
from collections.abc import Sequence
from itertools import combinations
from typing import TypeAlias

from evalplatform.agreement.errors import AgreementError

FEWEST, MOST = 3, 8  # answers that one ranking holds
BETTER, EQUAL = ">", "="
SHAPE = re.compile(r"[1-9](?: *[>=] *[1-9])*")
Ranking: TypeAlias = tuple[tuple[int, ...], ...]
"""Positions from 0 in groups of equals, the best group first; within a group in ascending order."""


def parse_ranking(text: str, size: int) -> Ranking:
    """Read `2>1=3`: answers by number from 1, from best to worst, `=` between equals.

    Raises AgreementError unless each of the `size` answers stands there exactly once.
    """
    if not SHAPE.fullmatch(text):
        raise AgreementError(f"a ranking is written as in {_spell_example(size)}, from best to worst")
    groups = [[int(number) - 1 for number in group.split(EQUAL)] for group in text.split(BETTER)]
    places = [place for group in groups for place in group]
    if beyond := sorted({place + 1 for place in places if place >= size}):
        raise AgreementError(f"there is no answer {beyond[0]}: they go from 1 to {size}")
    if twice := sorted({place + 1 for place in places if places.count(place) > 1}):
        raise AgreementError(f"answer {twice[0]} stands there more than once")
    if missing := sorted(set(range(size)) - set(places)):
        raise AgreementError(f"answer {missing[0] + 1} is missing")
    return tuple(tuple(sorted(group)) for group in groups)


def _spell_example(size: int) -> str:
    return EQUAL.join(("2>1", *(str(number) for number in range(3, size + 1))))


def spell_ranking(ranking: Ranking) -> str:
    """Write a ranking as `parse_ranking` reads it; equal rankings have one spelling."""
    return BETTER.join(EQUAL.join(str(place + 1) for place in sorted(group)) for group in ranking)


def renumber(ranking: Ranking, order: Sequence[int]) -> Ranking:
    """The ranking with each position p called `order[p]`: with the order shown, from places shown to canonical."""
    return tuple(tuple(sorted(order[place] for place in group)) for group in ranking)


def invert_order(order: Sequence[int]) -> tuple[int, ...]:
    """The order that undoes this one: where each position stands in it."""
    return tuple(order.index(place) for place in range(len(order)))


def find_mid_ranks(ranking: Ranking) -> tuple[float, ...]:
    """The rank of each position, (k,), from 1 for the best; equals share the mean of the ranks they take up."""
    ranks: dict[int, float] = {}
    for group in ranking:
        rank = len(ranks) + (len(group) + 1) / 2
        ranks.update(dict.fromkeys(group, rank))
    return tuple(ranks[place] for place in range(len(ranks)))


def list_preferences(ranking: Ranking) -> list[tuple[int, int, str]]:
    """The k (k - 1) / 2 preferences in a ranking: both positions in ascending order, and `first`, `second` or `tie`."""
    ranks = find_mid_ranks(ranking)
    return [
        (one, other, _prefer(ranks[one], ranks[other])) for one, other in combinations(range(len(ranks)), 2)
    ]


def _prefer(one: float, other: float) -> str:
    return "tie" if one == other else "first" if one < other else "second"


def average_rankings(rankings: Sequence[Ranking]) -> Ranking:
    """The ranking by mean mid-rank over several of the same answers; equal means are ties. Borda's rule."""
    ranks = [find_mid_ranks(ranking) for ranking in rankings]
    sums = [sum(each) for each in zip(*ranks, strict=True)]  # halves: sums of doubles are exact
    levels = sorted(set(sums))
    return tuple(tuple(place for place, total in enumerate(sums) if total == level) for level in levels)


def find_concordance(rankings: Sequence[Ranking]) -> float | None:
    """Kendall's W, corrected for ties, of two rankings or more of the same answers, in [0, 1].

    None for a single ranking, and where no ranking tells any answers apart. The figure of `kendall_w`, whose
    docstring has the formula and its source.
    """
    raters = len(rankings)
    ranks = [find_mid_ranks(ranking) for ranking in rankings]
    sums = [sum(each) for each in zip(*ranks, strict=True)]
    size = len(sums)
    mean = raters * (size + 1) / 2
    ties = sum(len(group) ** 3 - len(group) for ranking in rankings for group in ranking)
    most = raters**2 * (size**3 - size) - raters * ties
    if raters < 2 or not most:
        return None
    return float(12 * sum((total - mean) ** 2 for total in sums) / most)


def find_tau_b(one: Ranking, other: Ranking) -> float | None:
    """Kendall's tau-b of two rankings of the same answers, in [-1, 1]; None where either is one great tie."""
    signs = {"first": 1, "second": -1, "tie": 0}
    pairs = [
        (signs[first], signs[second])
        for (_, _, first), (_, _, second) in zip(list_preferences(one), list_preferences(other), strict=True)
    ]
    untied = sum(first != 0 for first, _ in pairs) * sum(second != 0 for _, second in pairs)
    return float(sum(first * second for first, second in pairs) / untied**0.5) if untied else None
