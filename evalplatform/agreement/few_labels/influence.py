"""Strengths by people and judge together, and what single items add to a contrast."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.few_labels.comparisons import Comparisons
from evalplatform.agreement.few_labels.strengths import Strengths, solve_strengths


def fit_strengths(held: Comparisons, power: float | None) -> Strengths | None:
    """Strengths by people and, in the measure of `power`, the judge; None: by the judge alone."""
    sample, weight = held.sample, held.weight
    if power is None:
        won, met = sample.judge, np.ones(len(sample))
    else:
        listened = power * (1 - weight)
        won, met = weight * sample.human + listened * sample.judge, weight + listened
    return solve_strengths(held.pairs, held.sum_pairs(won), held.sum_pairs(met), len(held.systems))


@dataclass(frozen=True, eq=False, slots=True)
class Influence:
    """What each item adds to a contrast by people's labels, and by the judge's verdicts times lambda."""

    people: FloatArray
    judge: FloatArray

    def tune(self) -> float:
        below = float(self.judge @ self.judge)
        slope = -float(self.people @ self.judge) / below if below > 1e-24 else 0.0
        return min(max(slope, 0.0), 1.0)

    def variance(self, power: float) -> float:
        return float(((self.people + power * self.judge) ** 2).sum())


def find_influence(held: Comparisons, fit: Strengths, contrast: tuple[int, int]) -> Influence:
    """Influence of each item on the difference of two systems, at these strengths."""
    one, other = contrast
    sample, weight, pair = held.sample, held.weight, held.pair
    row = fit.inverse[one] - fit.inverse[other]
    lever = (row[held.pairs[:, 0]] - row[held.pairs[:, 1]])[pair]
    expected = fit.expected[pair]
    votes, verdicts = expected, expected
    if held.is_random:  # weights bring the labels of each pair to its comparisons: they vary about their mean
        votes, verdicts = (_mean_labels(held, values)[pair] for values in (sample.human, sample.judge))
    by_people = votes - expected + weight * (sample.human - votes)
    by_judge = (1 - weight) * (sample.judge - verdicts)
    return Influence(*(sample.sum_clusters(lever * part) for part in (by_people, by_judge)))


def _mean_labels(held: Comparisons, values: FloatArray) -> FloatArray:
    """Mean of each pair over its labelled comparisons, (pairs,)."""
    given = held.sample.labelled.astype(np.float64)
    return held.sum_pairs(given * values) / held.sum_pairs(given)
