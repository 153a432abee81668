"""Means over items with Student's t, for many groups at once."""

from dataclasses import dataclass, replace

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, encode_labels
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.limits import FEW_ITEMS
from evalplatform.agreement.resampling import TOUCH
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import Settings


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Means:
    """Means of groups, each with the error over its items.

    Attributes
    ----------
    point : (groups,) the means; NaN where nothing was counted
    error : (groups,) standard errors; 0 where all items give the same, or one item is all there is
    items : (groups,) how many items there are
    n : (groups,) how many values there are
    """

    point: FloatArray
    error: FloatArray
    items: IntArray
    n: IntArray

    def p_values(self, null: float) -> FloatArray:
        """Two-sided p-values of each mean being `null`, (groups,); 1 where nothing speaks against it.

        Student's t. Where all items give the same it cannot be had; as each item lies on the same side, the
        sign test then gives 2 / 2^items.
        """
        from scipy.special import stdtr  # scipy is imported on use

        away = np.abs(np.nan_to_num(self.point - null))
        away = np.where(away > TOUCH, away, 0.0)
        scaled = np.divide(away, self.error, out=np.zeros_like(away), where=self.error > 0)
        by_t = 2 * stdtr(np.maximum(self.items - 1, 1), -scaled)
        by_sign = np.exp2(1.0 - np.maximum(self.items, 1))
        found: FloatArray = np.where(self.error > 0, by_t, np.where(away > 0, by_sign, 1.0))
        return found

    def fill(self, place: int, base: Estimate, settings: Settings, bounds: tuple[float, float]) -> Estimate:
        """One mean as an `Estimate`, limits cut at the bounds."""
        from scipy.special import stdtrit  # scipy is imported on use

        asked = replace(base, inference=settings.inference, confidence=settings.confidence)
        point = float(self.point[place])
        if not np.isfinite(point):
            return replace(asked, undefined="no_pairable_units")
        if settings.inference is None:
            return replace(asked, estimate=point)
        if not self.error[place] > 0:
            few = self.items[place] < FEW_ITEMS
            return replace(asked, estimate=point, undefined="too_few_items" if few else "no_variation")
        quantile = stdtrit(int(self.items[place]) - 1, (1 + settings.confidence) / 2)
        reach = float(quantile * self.error[place])
        low, high = max(point - reach, bounds[0]), min(point + reach, bounds[1])
        return replace(asked, estimate=point, low=low, high=high, method="jackknife_t")


def average_clusters(group: IntArray, item: IntArray, value: FloatArray, groups: int) -> Means:
    """Mean value of each group of rows, with its jackknife over the items: an item is left out whole.

    Parameters
    ----------
    group, item, value : (n,) of each row
    groups : how many groups codes may name
    """
    cells, keys = encode_labels(group * (int(item.max(initial=0)) + 1) + item)
    of_cell = keys.astype(np.int64) // (int(item.max(initial=0)) + 1)
    sums, sizes = sum_by(cells, value, len(keys)), np.bincount(cells, minlength=len(keys))
    total = sum_by(of_cell, sums, groups)
    n = sum_by(of_cell, sizes.astype(np.float64), groups).astype(np.int64)
    items = np.bincount(of_cell, minlength=groups)
    rest = n[of_cell] - sizes
    without = np.divide(total[of_cell] - sums, rest, out=np.zeros(len(keys)), where=rest > 0)
    centre = _divide(sum_by(of_cell, without, groups), items)
    squares = np.bincount(of_cell, (without - centre[of_cell]) ** 2, groups)
    error = np.sqrt(np.divide((items - 1) * squares, items, out=np.zeros(groups), where=items > 1))
    return Means(point=_divide(total, n), error=np.where(error > TOUCH, error, 0.0), items=items, n=n)


def _divide(above: FloatArray, below: IntArray) -> FloatArray:
    found: FloatArray = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return found
