"""Published comparisons, and drawn ones, that several tests share."""

from collections.abc import Iterator

import numpy as np

from evalplatform.agreement.ranking import Comparisons

# Agresti, "Categorical Data Analysis": wins of row over column, American League East 1987
TEAMS = ("Mil", "Det", "Tor", "NY", "Bos", "Cle", "Bal")
WINS = """
0 7 9 7 7 9 11
6 0 7 5 11 9 9
4 6 0 7 7 8 12
6 8 6 0 6 7 10
6 2 6 7 0 7 12
4 4 5 6 6 0 6
2 4 1 3 1 7 0
"""
# Davidson (1970): brands of chocolate pudding, i j, won by i, won by j, tied
PUDDING = """
12 19 22 16, 13 16 19 12, 23 19 19 10, 14 18 23 13, 24 23 19 9, 34 19 20 15, 15 13 19 18, 25 16 20 12,
35 16 15 17, 45 17 14 16, 16 18 21 12, 26 22 20 12, 36 13 18 10, 46 14 19 18, 56 11 21 12
"""

Row = tuple[str, str, float]


def collect(rows: Iterator[Row]) -> Comparisons:
    first, second, outcomes = zip(*rows, strict=True)
    return Comparisons.from_arrays(first, second, outcomes)


def baseball_rows() -> Iterator[Row]:
    for home, line in zip(TEAMS, WINS.split("\n")[1:-1], strict=True):
        for away, wins in zip(TEAMS, line.split(), strict=True):
            yield from [(home, away, 1.0)] * int(wins)


def pudding_rows() -> Iterator[Row]:
    for entry in PUDDING.split(","):
        pair, won, lost, tied = entry.split()
        outcomes = [1.0] * int(won) + [0.0] * int(lost) + [0.5] * int(tied)
        yield from ((pair[0], pair[1], outcome) for outcome in outcomes)


def drawn_rows(
    strengths: list[float], comparisons: int, *, items: int, seed: int, effect: float = 0.0
) -> tuple[list[str], list[str], list[float], list[int]]:
    """First, second, outcome and item of comparisons under Bradley and Terry's model.

    `effect` is the spread of what each item adds to each system's strength.
    """
    rng = np.random.default_rng(seed)
    size = len(strengths)
    first = rng.integers(0, size, comparisons)
    second = (first + rng.integers(1, size, comparisons)) % size
    item = rng.integers(0, items, comparisons)
    own = np.array(strengths) + effect * rng.normal(size=(items, size))
    chance = 1 / (1 + np.exp(own[item, second] - own[item, first]))
    won = (rng.random(comparisons) < chance).astype(float)
    names = [f"s{place}" for place in range(size)]
    return [names[a] for a in first], [names[b] for b in second], won.tolist(), item.tolist()
