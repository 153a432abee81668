"""How a metric agrees with people's yes and no as its threshold moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class ThresholdPoint:
    """A text passes where its score is at least `threshold`.

    `precision`: of those that pass, the share people accept; `recall`: of those people accept, the share that
    passes, None where people accept nothing. `kappa`: Cohen's, None where both sides give one answer only.
    """

    threshold: float
    accuracy: float
    precision: float
    recall: float | None
    kappa: float | None


def threshold_curve(scores: Sequence[float], labels: Sequence[bool | int]) -> tuple[ThresholdPoint, ...]:
    """A point for every different score, from the lowest threshold (all pass) up.

    Between two scores nothing changes, so the curve is complete: beside it a continuous figure (rank correlation,
    AUC) says what the metric could do, and the curve what any cut makes of it. The best point of a curve is
    chosen on the same labels and flatters the metric; choose on other data.

    Scores and labels are one a text, of equal number. Raises ValueError where a score is not finite or a label is
    neither yes nor no. Without texts the curve is empty.

    Example:
        >>> [point.accuracy for point in threshold_curve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])]
        [0.5, 0.75, 0.5, 0.75]
    """
    points, truth = _check(scores, labels)
    if not points.size:
        return ()
    thresholds, place = np.unique(points, return_inverse=True)
    accepted = _sum_from(np.bincount(place, weights=truth))
    passed = _sum_from(np.bincount(place).astype(float))
    return tuple(
        _describe(float(threshold), hits, passes, float(truth.sum()), points.size)
        for threshold, hits, passes in zip(thresholds, accepted.tolist(), passed.tolist(), strict=True)
    )


def _check(scores: Sequence[float], labels: Sequence[bool | int]) -> tuple["np.ndarray", "np.ndarray"]:
    points, truth = np.asarray(scores, dtype=float), np.asarray(labels, dtype=float)
    if points.ndim != 1 or points.shape != truth.shape:
        raise ValueError("scores and labels are two lists of one length")
    if not np.isfinite(points).all():
        raise ValueError("every score must be a finite number")
    if not np.isin(truth, (0, 1)).all():
        raise ValueError("every label must be true or false")
    return points, truth


def _sum_from(counts: "np.ndarray") -> "np.ndarray":
    """Each place's count together with all that come after it."""
    return counts[::-1].cumsum()[::-1]


def _describe(threshold: float, hits: float, passes: float, accepted: float, size: int) -> ThresholdPoint:
    right = hits + (size - passes - accepted + hits)
    expected = (passes * accepted + (size - passes) * (size - accepted)) / size**2
    return ThresholdPoint(
        threshold=threshold,
        accuracy=right / size,
        precision=hits / passes,
        recall=hits / accepted if accepted else None,
        kappa=(right / size - expected) / (1 - expected) if expected < 1 else None,
    )
