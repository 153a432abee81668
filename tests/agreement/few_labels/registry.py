"""Every figure of few labels with what it promises not to depend on; one that is not entered here fails the suite."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from evalplatform.agreement import Estimate
from evalplatform.agreement.few_labels import (
    decide_sequentially,
    expected_saving,
    ppi_contrasts,
    ppi_mean,
    ppi_win_rate,
    rogan_gladen,
)

EXAMPLES = 100 if os.environ.get("EVALPLATFORM_NIGHTLY") else 12  # samples that each figure is tried on

Row = tuple[int, float | None, float | None]  # item, what people say, what the judge says: 0, one half or 1
Figure = Callable[[Sequence[Row]], list[Estimate]]
Promise = Literal[
    "copies",  # every row twice
    "sides",  # which of two outcomes is called 1: the figure is mirrored
    "lone verdicts",  # items that people were not asked about
]


@dataclass(frozen=True)
class Declared:
    """A figure of rows, with the range that its limits lie in."""

    statistic: str  # its public name
    figure: Figure
    promises: frozenset[Promise]
    low: float = 0.0
    high: float = 1.0


def columns(rows: Sequence[Row]) -> tuple[list[int], list[float | None], list[float | None]]:
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def mean(rows: Sequence[Row]) -> list[Estimate]:
    items, human, judge = columns(rows)
    return [ppi_mean(human, judge, clusters=items).corrected]


def people_alone(rows: Sequence[Row]) -> list[Estimate]:
    items, human, judge = columns(rows)
    return [ppi_mean(human, judge, clusters=items).people]


def weighted(rows: Sequence[Row]) -> list[Estimate]:
    items, human, judge = columns(rows)
    chances = [0.2 if verdict == 0.5 else 0.6 for verdict in judge]
    found = ppi_mean(human, judge, clusters=items, probabilities=chances)
    return [found.corrected, found.people]


def win_rate(rows: Sequence[Row]) -> list[Estimate]:
    items, human, judge = columns(rows)
    found = ppi_win_rate(human, judge, clusters=items)
    return [found.corrected, found.people]


def contrasts(rows: Sequence[Row]) -> list[Estimate]:
    """Three systems; which of them meet goes by the item."""
    items, human, judge = columns(rows)
    first, second = (["xxy"[item % 3] for item in items], ["yzz"[item % 3] for item in items])
    found = ppi_contrasts(first, second, human, judge, items=items).values()
    return [each for pair in found for each in (pair.corrected, pair.people)]


def saving(rows: Sequence[Row]) -> list[Estimate]:
    items, human, judge = columns(rows)
    found = expected_saving(human, judge, labels=10, others=30, clusters=items, resamples=20)
    return [found.saving, found.correlation]


def prevalence(rows: Sequence[Row]) -> list[Estimate]:
    """Where people and judge are asked whether it is 1."""
    checked = [(row[1] == 1, row[2] == 1) for row in rows if None not in row]
    judged = [row[2] == 1 for row in rows if row[1] is None and row[2] is not None]
    return [
        rogan_gladen(
            sum(judged),
            len(judged),
            found=checked.count((True, True)),
            positives=sum(vote for vote, _ in checked),
            passed=checked.count((False, False)),
            negatives=sum(not vote for vote, _ in checked),
        )
    ]


def decision(rows: Sequence[Row]) -> list[Estimate]:
    items, human, _ = columns(rows)
    found = decide_sequentially(human, items, order=sorted(set(items)))
    return [found.anytime, found.fixed]


def declare(
    statistic: str, figure: Figure, *promises: Promise, low: float = 0.0, high: float = 1.0
) -> Declared:
    return Declared(statistic, figure, frozenset(promises), low, high)


LOWEST, HIGHEST = float("-inf"), float("inf")

REGISTRY: dict[str, Declared] = {
    "mean": declare("ppi_mean", mean, "sides", low=LOWEST, high=HIGHEST),
    "people alone": declare(
        "ppi_mean", people_alone, "copies", "sides", "lone verdicts", low=LOWEST, high=HIGHEST
    ),
    "weighted": declare("ppi_mean", weighted, "sides", low=LOWEST, high=HIGHEST),
    "win rate": declare("ppi_win_rate", win_rate, "sides"),
    "contrasts": declare("ppi_contrasts", contrasts, "copies", low=LOWEST, high=HIGHEST),
    "saving": declare("expected_saving", saving, "copies", "lone verdicts", low=-1),
    "prevalence": declare("rogan_gladen", prevalence, "copies"),
    "decision": declare("decide_sequentially", decision, "copies", "sides"),
}

# public names that are no figure of labels, each with tests of its own
OTHERS = {
    "allocate_labels",
    "decide_family",
    "draw_order",
    "expect_spread",
    "find_cheapest_plan",
    "label_units",
    "plan_labels",
    "power_curve",
}
