"""Means of what raters gave: scores on a scale, and how often a value was chosen."""

from collections.abc import Collection, Hashable
from dataclasses import replace
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import count_per_unit, gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import IntervalOptions, Settings, infer, start_estimate
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.shares import ValueShare
from evalplatform.agreement.table import RatingTable


def mean_value(table: RatingTable, **interval: Unpack[IntervalOptions]) -> Estimate:
    r"""Mean of numeric ratings, each rating weighing one.

    Parameters
    ----------
    table : ratings whose categories are numbers
    interval : `inference`, `resamples`, `seed`, `confidence`

    Returns
    -------
    Estimate
        Between the lowest and the highest value in use; ``n`` counts ratings. Undefined:
        ``no_pairable_units`` without a rating; ``no_variation`` (no interval) where all are equal.

    Notes
    -----
    .. math:: \frac{\sum_r w_r x_r}{\sum_r w_r}

    over the ratings r, worked out as a share of the way from the lowest value to the highest.
    """
    numbers = table.numbers
    if numbers is None:
        raise AgreementError("a mean needs numbers")
    used = numbers[np.unique(table.value)]
    low, high = (float(used.min()), float(used.max())) if len(used) else (0.0, 0.0)
    width = high - low
    share = _infer_share(table, (numbers - low) / (width or 1.0), Settings(**interval), rule=None)
    return replace(
        share,
        level=table.level,
        estimate=_scale(share.estimate, low, width),
        low=_scale(share.low, low, width),
        high=_scale(share.high, low, width),
    )


def value_rate(
    table: RatingTable,
    values: Collection[Hashable],
    *,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    """Share of the ratings that are one of `values`.

    Parameters
    ----------
    table : ratings
    values : the values that count
    rule : how inconsistent preferences count, see `apply_rule`
    interval : `inference`, `resamples`, `seed`, `confidence`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts ratings. Undefined: ``no_pairable_units`` without a rating;
        ``no_variation`` (no interval) where nearly all or none of the clusters hold such a value.
    """
    held = apply_rule(table, rule)
    points = np.array([float(label in values) for label in held.categories])
    return _infer_share(held, points, Settings(**interval), rule=rule)


def _infer_share(
    table: RatingTable, points: FloatArray, settings: Settings, *, rule: Rule | None
) -> Estimate:
    cells = gather_cells(table, count_per_unit(table) > 0, crossed=settings.crossed)
    held = points if len(points) else np.zeros(1)
    base = start_estimate(n=len(table), n_unit="ratings", excluded=table.excluded, level="nominal", rule=rule)
    return infer(ValueShare(cells, points=held[None, :]), settings, base)


def _scale(share: float | None, low: float, width: float) -> float | None:
    return None if share is None else low + share * width
