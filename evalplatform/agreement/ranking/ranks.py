"""Ranks that hold for all systems at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.resampling import TOUCH


@dataclass(frozen=True, slots=True, kw_only=True)
class RankSet:
    """The ranks that a system may have; 1 is best.

    Parameters
    ----------
    best, worst : the first and the last of them
    """

    best: int
    worst: int


def rank_by_draws(
    systems: Sequence[str], points: FloatArray, draws: FloatArray, confidence: float
) -> dict[str, RankSet]:
    """Rank sets that hold all true ranks at once with the stated confidence.

    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91, 476-518: a system ranks behind those
    that are better, and before those that are worse, by simultaneous intervals of all differences; here the
    largest standardised deviation of a difference over draws (max-t) makes them simultaneous.

    Parameters
    ----------
    systems : (k,) names
    points : (k,) figures, larger is better
    draws : (k, R) the figures in resamples; those with NaN are left out
    confidence : that all sets hold
    """
    draws = draws[:, np.isfinite(draws).all(axis=0)]
    size = len(points)
    if draws.shape[1] < 2:
        return dict.fromkeys(systems, RankSet(best=1, worst=size))
    spread = np.cov(draws) if size > 1 else np.zeros((1, 1))
    errors = _errors_of_gaps(spread)
    deviations = draws - points[:, None]
    largest = np.zeros(draws.shape[1])
    for place in range(size - 1):
        error = errors[place, place + 1 :, None]
        apart = np.abs(deviations[place] - deviations[place + 1 :])
        scaled = np.divide(apart, error, out=np.zeros_like(apart), where=error > TOUCH)
        largest = np.maximum(largest, scaled.max(axis=0))
    reach = float(np.quantile(largest, confidence))
    return rank_sets(systems, points[:, None] - points > reach * errors + TOUCH)


def rank_by_jackknife(
    systems: Sequence[str], points: FloatArray, without: FloatArray, confidence: float
) -> dict[str, RankSet]:
    """Rank sets as of `rank_by_draws`, from the figures (k, items) without one item each.

    For few items: Student's t of every difference, by Bonferroni.
    """
    from scipy.special import stdtrit  # scipy is imported on use

    size, items = without.shape
    if size < 2 or items < 2 or not np.isfinite(without).all():
        return dict.fromkeys(systems, RankSet(best=1, worst=size))
    spread = np.cov(without, ddof=0) * (items - 1)
    errors = _errors_of_gaps(spread)
    reach = float(stdtrit(items - 1, 1 - (1 - confidence) / (size * (size - 1))))
    return rank_sets(systems, points[:, None] - points > reach * errors + TOUCH)


def rank_sets(systems: Sequence[str], better: BoolArray) -> dict[str, RankSet]:
    """Rank sets from which systems are better than which, (k, k), beyond doubt for all at once."""
    behind, ahead = better.sum(axis=0).tolist(), better.sum(axis=1).tolist()
    return {
        name: RankSet(best=1 + beaten, worst=len(systems) - beats)
        for name, beaten, beats in zip(systems, behind, ahead, strict=True)
    }


def _errors_of_gaps(spread: FloatArray) -> FloatArray:
    """Standard errors of all differences, (k, k), from the covariances."""
    variances = np.diag(spread)
    found: FloatArray = np.sqrt(np.maximum(variances[:, None] + variances - 2 * spread, 0.0))
    return found
