"""Figures of many raters at once, each with items left out in turn."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.limits import FEW_ITEMS
from evalplatform.agreement.resampling import TOUCH
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import Settings

Formula = Callable[[FloatArray], FloatArray]  # (columns, m) sums to (m,) figures, NaN where undefined


def infer_raters(
    rater: IntArray,
    cluster: IntArray,
    columns: FloatArray,
    formula: Formula,
    *,
    raters: int,
    settings: Settings,
    bounds: tuple[float, float],
) -> list[Estimate]:
    """Work out a formula of sums over each rater's ratings, with jackknife limits over items.

    Parameters
    ----------
    rater, cluster : (n,) codes
    columns : (columns, n) what is summed
    """
    settings.refuse_method()
    if settings.crossed:
        raise AgreementError("a figure of one rater speaks of that rater, and not of a population")
    count = np.bincount(rater, minlength=raters)
    totals = np.stack([sum_by(rater, column, raters) for column in columns])
    points = formula(totals)
    keys, part = np.unique(rater * (int(cluster.max(initial=0)) + 1) + cluster, return_inverse=True)
    owner = keys // (int(cluster.max(initial=0)) + 1)
    parts = np.stack([sum_by(part, column, len(keys)) for column in columns])
    items = np.bincount(owner, minlength=raters)
    reach = _reach(formula(totals[:, owner] - parts), owner, items, settings.confidence)
    return [
        _state(float(point), float(way), int(n), int(held), settings, bounds)
        for point, way, n, held in zip(points, reach, count, items, strict=True)
    ]


def _reach(without: FloatArray, owner: IntArray, items: IntArray, confidence: float) -> FloatArray:
    """Half the width of each rater's interval, (raters,)."""
    from scipy.special import stdtrit  # scipy is imported on use

    size, several = len(items), np.maximum(items, 2)
    mean = sum_by(owner, without, size) / np.maximum(items, 1)
    spread = sum_by(owner, (without - mean[owner]) ** 2, size)
    error = np.sqrt((several - 1) / several * spread)
    return np.asarray(stdtrit(several - 1, (1 + confidence) / 2) * error)


def _state(
    point: float, reach: float, n: int, items: int, settings: Settings, bounds: tuple[float, float]
) -> Estimate:
    base = Estimate(
        estimate=None, n=n, n_unit="ratings", inference=settings.inference, confidence=settings.confidence
    )
    if not n:
        return replace(base, undefined="no_pairable_units")
    if not np.isfinite(point):
        return replace(base, undefined="no_variation")
    base = replace(base, estimate=point)
    if settings.inference is None:
        return base
    if items < 2 or not reach > TOUCH:  # NaN too
        return replace(base, undefined="too_few_items" if items < FEW_ITEMS else "no_variation")
    low, high = max(point - reach, bounds[0]), min(point + reach, bounds[1])
    return replace(base, low=low, high=high, method="jackknife_t")
