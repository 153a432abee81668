"""Means of what raters gave: scores on a scale, and how often a value was chosen."""

from collections.abc import Collection, Hashable
from dataclasses import replace
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import can_be_pooled, gather_rated
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import ValueShare
from evalplatform.agreement.table import RatingTable


def mean_value(
    table: RatingTable, *, bounds: tuple[float, float] | None = None, **interval: Unpack[IntervalOptions]
) -> Estimate:
    r"""Mean of numeric ratings, each rating weighing one.

    Parameters
    ----------
    table : ratings whose categories are numbers
    bounds : ends of the scale, at which limits are cut; a value beyond an end moves it there, and without
        bounds nothing is cut: what was observed is no bound of what might have been
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        Between the lowest and the highest value in use; ``n`` counts ratings. Undefined:
        ``no_pairable_units`` without a rating. No interval: ``no_variation`` where all (or, of 50 clusters and
        more, nearly all) are equal, ``too_few_items`` where fewer than two of fewer clusters fall short of the
        highest value, or of the lowest.

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
    points = (numbers - low) / (width or 1.0)
    ends = _place_bounds(bounds, low, high)
    share = _infer_share(table, points, Settings(**interval), rule=None, bounds=ends)
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
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts ratings. Undefined: ``no_pairable_units`` without a rating. No
        interval: ``no_variation`` where (nearly) all or none of the clusters hold such a value;
        ``too_few_items`` where all but one do, or one, of fewer than 50.
    """
    held = apply_rule(table, rule)
    points = np.array([float(label in values) for label in held.categories])
    return _infer_share(held, points, Settings(**interval), rule=rule)


def _infer_share(
    table: RatingTable,
    points: FloatArray,
    settings: Settings,
    *,
    rule: Rule | None,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> Estimate:
    cells = gather_rated(table, 1, crossed=settings.crossed or not can_be_pooled(table))
    held = points if len(points) else np.zeros(1)
    base = start_estimate(n=len(table), n_unit="ratings", excluded=table.excluded, level="nominal", rule=rule)
    return infer(ValueShare(cells, points=held[None, :], bounds=bounds), settings, base)


def _place_bounds(bounds: tuple[float, float] | None, low: float, high: float) -> tuple[float, float]:
    """The ends of the scale as shares of the way from the lowest value in use to the highest."""
    if bounds is None:
        return -np.inf, np.inf
    if not bounds[0] <= bounds[1]:
        raise AgreementError("the lower bound of a scale lies above the upper one")
    width = (high - low) or 1.0
    return min((bounds[0] - low) / width, 0.0), max((bounds[1] - low) / width, 1.0)


def _scale(share: float | None, low: float, width: float) -> float | None:
    return None if share is None else low + share * width
