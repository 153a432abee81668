"""Percentiles of draws corrected for the bias of the figure and for how its error changes with its value."""

from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.resampling import (
    TOUCH,
    Collapse,
    Limits,
    cut_tails,
    find_collapse,
    find_collapse_beyond,
)

Tails = tuple[float, float]


def bca_limits(
    point: float,
    values: FloatArray,
    without: FloatArray,
    multiplicity: IntArray,
    confidence: float,
    edges: tuple[float, float],
) -> Limits | Collapse | Literal["beyond"]:
    """Limits of Efron (1987), "Better Bootstrap Confidence Intervals", JASA 82, 171-185; or why there are none.

    Parameters
    ----------
    point : the figure
    values : (resamples,) what draws of clusters give, NaN where undefined
    without : (types,) the figure without one cluster of each type
    multiplicity : (types,) how many clusters there are of each type

    Returns
    -------
    Limits, or the name of a collapse; ``beyond`` where all draws lie on one side of the figure, leaving a cluster out
    leaves nothing to work out, or the correction has no finite end
    """
    collapse = find_collapse(values, confidence, edges)
    if collapse is not None:
        return collapse
    valid = values[np.isfinite(values)]
    corrected = correct_tails(share_below(valid, point), accelerate(without, multiplicity), confidence)
    if corrected is None:
        return "beyond"
    collapse = find_collapse_beyond(values, corrected, edges)
    if collapse is not None:
        return collapse
    return cut_tails(valid, corrected)


def share_below(valid: FloatArray, point: float) -> float:
    """Share of draws below the figure; half of those that equal it count."""
    return float(((valid < point - TOUCH).mean() + (valid <= point + TOUCH).mean()) / 2)


def accelerate(without: FloatArray, multiplicity: IntArray) -> float:
    """A sixth of the skewness of what each cluster does to the figure; NaN where it cannot be told."""
    push = multiplicity @ without / multiplicity.sum() - without
    square = float(multiplicity @ push**2)
    if not square > TOUCH**2:  # NaN too
        return float("nan")
    return float(multiplicity @ push**3 / (6 * square**1.5))


def correct_tails(share: float, acceleration: float, confidence: float) -> Tails | None:
    """Shares of the draws that lie beyond the lower limit, and beyond the upper; None without a finite end."""
    from scipy.special import ndtr, ndtri  # scipy is imported on use

    bias, reach = float(ndtri(share)), float(ndtri((1 + confidence) / 2))
    if not np.isfinite([bias, acceleration]).all():
        return None
    moved = bias + np.array([-reach, reach])
    squeeze = 1 - acceleration * moved
    if (squeeze <= 0).any():
        return None
    low, high = ndtr(bias + moved / squeeze)
    return float(low), float(1 - high)
