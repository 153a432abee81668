"""The mean of people's labels with a multiple of the judge's verdicts taken off and put back."""

from dataclasses import replace

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.few_labels.powered import Reach, add_limits, name_few
from evalplatform.agreement.few_labels.samples import Sample
from evalplatform.agreement.results import Estimate


def _weigh(sample: Sample) -> FloatArray:
    """Weight of each unit's label, 0 where there is none, with the sum of the units."""
    raw = np.where(sample.labelled, 1.0 if sample.chance is None else 1 / sample.chance, 0.0)
    return raw * (len(sample) / float(raw.sum()))


def tune_slope(sample: Sample, rest: float) -> float:
    """The multiple of the verdicts that makes the variance smallest, lambda * (n + N) / N of the paper.

    What a unit adds to the variance by itself is known from the probabilities of the draw; what units of an item
    add together is taken from the data, so that items may have been drawn unit by unit or whole.
    """
    chance = np.full(len(sample), 1 - rest) if sample.chance is None else sample.chance
    weight = np.where(sample.labelled, 1 / chance, 0.0)
    away = sample.judge - sample.judge.mean()
    by_people = weight * (sample.human - np.average(sample.human, weights=weight))
    by_judge = away - weight * (sample.judge - np.average(sample.judge, weights=weight))
    together = (sample.sum_clusters(by_judge) ** 2).sum() - (by_judge**2).sum()
    alone = ((1 / chance - 1) * away**2).sum() * len(sample) / max(len(sample) - 1, 1)
    shared = -float(sample.sum_clusters(by_people) @ sample.sum_clusters(by_judge))
    if not rest or not alone > 1e-24 or not alone + together > 1e-9 * alone:
        return 0.0
    return min(max(shared / float(alone + together), 0.0), 1 / rest)


def estimate_mean(
    sample: Sample, slope: float, base: Estimate, bounds: tuple[float, float], reach: Reach
) -> tuple[Estimate, float]:
    """The figure with its interval, and the sum over clusters of their squared influence on it."""
    size = len(sample)
    weight = _weigh(sample)
    middle = float(sample.judge.mean())
    residual = sample.human - slope * sample.judge
    left = float(weight @ residual) / size
    influence = slope * (sample.judge - middle) + weight * (residual - left)
    if sample.chance is None:  # how many were labelled is given: both samples have a mean of their own
        for part in (sample.labelled, ~sample.labelled):
            influence[part] -= influence[part].mean() if part.any() else 0.0
    variance = float((sample.sum_clusters(influence) ** 2).sum()) / size**2
    base = replace(base, estimate=min(max(slope * middle + left, bounds[0]), bounds[1]))
    clusters = sample.labelled_clusters
    if _is_scarce(sample, bounds):
        return replace(base, undefined=name_few(clusters)), variance
    return add_limits(base, variance, clusters=clusters, bounds=bounds, reach=reach), variance


def _is_scarce(sample: Sample, bounds: tuple[float, float]) -> bool:
    """Whether the labels off either end of the range are of one item at most."""
    votes, items = sample.human[sample.labelled], sample.cluster[sample.labelled]
    return any((items[off] == items[off][:1]).all() for off in (votes > bounds[0], votes < bounds[1]))
