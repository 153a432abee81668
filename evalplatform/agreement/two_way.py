"""How far an interval over items and persons should reach, whatever its draws did."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import Cells
from evalplatform.agreement.resampling import (
    BLOCK,
    Limits,
    Statistic,
    bootstrap_items,
    leave_one_out,
)
from evalplatform.agreement.settings import Settings
from evalplatform.agreement.sharing import shared

FEW_PERSONS = 10  # whose draws tell little of the shape: of five persons there are 126 different ones
MOST_ITEMS = 1000  # left out one at a time; of more, draws of items tell the variance as well

Part = tuple[float, int]  # a variance, and of how many it was estimated


class Crossed(Statistic, Protocol):
    """A statistic that knows its data."""

    @property
    def cells(self) -> Cells:
        """The ratings it is worked out from."""


def reach_two_ways(figure: Crossed, settings: Settings, limits: Limits, point: float) -> Limits:
    """Keep the shape of percentile limits, and give them the reach of Student's t with two jackknifes' variance.

    With variance V_I from leaving out items and V_P from leaving out persons (of each group) the reach is
    t * sqrt(V_I + V_P - X / 2), Satterthwaite's degrees of freedom, and V_I at least. Few persons vary more than
    draws of them do, and t reaches further than a normal quantile: with 10 persons of unlike skill percentiles
    hold the population's value in 86 to 92 % of cases. X is what the draws vary by beyond both jackknifes. Noise
    of a single rating counts three times in the draws (Owen 2007) and twice in the jackknifes, that of a pair of
    ratings seven times and three times: taking off X / 2 leaves one and a half times the first and once the second.

    With fewer than ten persons the shape is not that of the draws but that of the scale: t reaches as far on the
    scale of the logit between the bounds of the figure, which is further on the side of the more distant bound.
    """
    from scipy.special import ndtri, stdtrit  # scipy is imported on use

    groups = figure.cells.groups
    if max(map(len, groups), default=0) > settings.resamples:
        return limits  # so many that draws of them vary as they do
    parts = [_leave_out_items(figure, settings), *(_leave_out_persons(figure, group) for group in groups)]
    total = sum(variance for variance, _ in parts)
    upper = (1 + settings.confidence) / 2
    drawn = (limits[1] - limits[0]) / (2 * float(ndtri(upper)))
    excess = drawn**2 - sum(variance * (size - 1) / size for variance, size in parts)
    variance = max(total - max(excess, 0.0) / 2, parts[0][0])
    if not variance > 0:  # NaN too
        return limits
    reach = float(stdtrit(_count_freedom(parts), upper) * np.sqrt(variance))
    has_few = min(map(len, groups), default=FEW_PERSONS) < FEW_PERSONS
    if has_few and np.isfinite(figure.bounds).all() and figure.bounds[0] < point < figure.bounds[1]:
        return _reach_on_logits(point, reach, figure.bounds)
    factor = reach / (drawn * float(ndtri(upper)))
    return point - factor * (point - limits[0]), point + factor * (limits[1] - point)


def _reach_on_logits(point: float, reach: float, bounds: Limits) -> Limits:
    """Limits as far from the point on the scale of log((x - low) / (high - x)), by the slope that it has there."""
    from scipy.special import expit, logit  # scipy is imported on use

    low, width = bounds[0], bounds[1] - bounds[0]
    share = (point - low) / width
    away = reach / (width * share * (1 - share))
    ends = expit(logit(share) + np.array([-away, away]))
    return low + width * float(ends[0]), low + width * float(ends[1])


def _count_freedom(parts: Sequence[Part]) -> float:
    """Degrees of freedom of a sum of variances; Satterthwaite (1946), Biometrics Bulletin 2, 110-114."""
    total = sum(variance for variance, _ in parts)
    return float(total**2 / sum(variance**2 / (size - 1) for variance, size in parts))


def _leave_out_items(figure: Crossed, settings: Settings) -> Part:
    clusters = int(figure.multiplicity.sum())
    if len(figure.multiplicity) > MOST_ITEMS:
        draws = bootstrap_items(figure, resamples=settings.resamples, seed=settings.seed)
        return _jackknife(draws) / len(draws), clusters
    without = [figure.under(held) for held in leave_one_out(figure.multiplicity, figure.size)]
    return _jackknife(np.repeat(np.concatenate(without), figure.multiplicity)), clusters


def _leave_out_persons(figure: Crossed, persons: IntArray) -> Part:
    without = [figure.under(*weights) for weights in _without_persons(figure, persons)]
    return _jackknife(np.concatenate(without)), len(persons)


def _without_persons(figure: Crossed, persons: IntArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Weights of items and of raters with one person left out in turn, in blocks."""
    step = max(1, BLOCK // max(figure.size, figure.cells.raters))
    for start in range(0, len(persons), step):
        left_out = tuple(persons[start : start + step].tolist())
        items = _repeat_items(tuple(figure.multiplicity.tolist()), len(left_out))
        yield items, _leave_raters_out(figure.cells.raters, left_out)


@shared
def _leave_raters_out(raters: int, left_out: tuple[int, ...]) -> FloatArray:
    """Weights of raters with one left out in turn, (raters, left out)."""
    weights = np.ones((raters, len(left_out)))
    weights[list(left_out), np.arange(len(left_out))] = 0
    return weights


@shared
def _repeat_items(multiplicity: tuple[int, ...], times: int) -> FloatArray:
    """Weights of items that are all there, (types, times)."""
    return np.repeat(np.array(multiplicity, dtype=np.float64)[:, None], times, axis=1)


def _jackknife(without: FloatArray) -> float:
    """Variance of a figure from what it is without each one; what is undefined without one says nothing."""
    found = without[np.isfinite(without)]
    if len(found) < 2:
        return 0.0
    return float((len(found) - 1) * np.var(found))
