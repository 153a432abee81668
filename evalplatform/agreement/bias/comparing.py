"""Means of two groups on the units that both rated."""

from dataclasses import replace

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.bias.clustered import UNBOUNDED, Bounds, infer_mean
from evalplatform.agreement.bias.results import Comparison
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import Settings
from evalplatform.agreement.table import RatingTable


def compare_means(
    table: RatingTable,
    one: FloatArray,
    other: FloatArray,
    settings: Settings,
    *,
    bounds: Bounds = UNBOUNDED,
    n_unit: str = "units",
) -> Comparison:
    """Means of two (units,) numbers where neither is NaN, each unit weighing one, and their difference."""
    both = np.isfinite(one) & np.isfinite(other)
    base = start_pairing(table, one, other, n_unit)
    cluster = table.cluster[both]
    width = bounds[1] - bounds[0]
    first, second = (infer_mean(side[both], cluster, settings, base, bounds=bounds) for side in (one, other))
    lead = (one - other)[both]
    difference = infer_mean(lead, cluster, settings, base, bounds=(-width, width))
    return Comparison(raters=first, others=second, difference=difference)


def start_pairing(table: RatingTable, one: FloatArray, other: FloatArray, n_unit: str = "units") -> Estimate:
    """Begin an `Estimate` over the units that both rated; NaN stands where a group did not."""
    rated = np.isfinite(one), np.isfinite(other)
    base = start_estimate(n=int((rated[0] & rated[1]).sum()), n_unit=n_unit, excluded=table.excluded)
    unpaired = int((rated[0] ^ rated[1]).sum())
    return replace(
        base, level=table.level, excluded={**base.excluded, **({"unpaired": unpaired} if unpaired else {})}
    )
