"""Numbers of a judge against numbers of people: their correlation, and how far they are apart."""

from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, Labels
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import Moments, pair_columns
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings

NAMES = ("the judge's numbers", "the people's numbers")
ROUNDING = 1e-12  # a variance below it, relative to the mean square, is that of a constant


def pearson_correlation(
    judge: Labels, people: Labels, *, clusters: Labels | None = None, **interval: Unpack[IntervalOptions]
) -> Estimate:
    r"""Product-moment correlation of two columns of numbers, such as a judge and the mean of people.

    Parameters
    ----------
    judge, people : (n,) numbers on scales of their own; a unit where either is missing (None, NaN) is left out
    clusters : (n,) the items that are resampled whole; None: every unit is its own
    interval : `inference` (``these_raters`` or None), `resamples`, `seed`, `confidence`

    Returns
    -------
    Estimate
        In [-1, 1]; ``n`` counts units that have both. Undefined: ``no_pairable_units``, ``no_variation`` (one of the
        columns is constant).

    Notes
    -----
    .. math:: r = \frac{\sum (x - \bar x)(y - \bar y)}{\sqrt{\sum (x - \bar x)^2 \sum (y - \bar y)^2}}

    Pearson (1896), Philosophical Transactions A 187, 253-318. It tells whether scores go together, not whether they
    are the same: `mean_absolute_error` does.

    Examples
    --------
    >>> from evalplatform.agreement.against_people import pearson_correlation
    >>> round(pearson_correlation([1, 2, 3, 4], [2, 1, 4, 3], inference=None).estimate, 4)
    0.6
    """
    settings = Settings(**interval)
    one, other, cluster, excluded = pair_columns(judge, people, clusters, NAMES)
    base = start_estimate(n=len(one), n_unit="units", level="interval", excluded=excluded)
    one, other = (_centre(column) for column in (one, other))
    columns = np.array([np.ones(len(one)), one, other, one * one, other * other, one * other])
    return Moments(columns, cluster, _correlate, bounds=(-1.0, 1.0)).infer(settings, base)


def mean_absolute_error(
    judge: Labels, people: Labels, *, clusters: Labels | None = None, **interval: Unpack[IntervalOptions]
) -> Estimate:
    r"""Mean distance of a judge's numbers from those of people, in points of the scale.

    Parameters
    ----------
    judge, people : (n,) numbers on one scale; a unit where either is missing (None, NaN) is left out
    clusters, interval : as for `pearson_correlation`

    Returns
    -------
    Estimate
        0 or more; ``n`` counts units that have both. Undefined: ``no_pairable_units``; without an interval:
        ``no_variation`` or ``too_few_items`` (all distances equal).

    Notes
    -----
    .. math:: \frac{1}{n} \sum |x - y|

    Examples
    --------
    >>> from evalplatform.agreement.against_people import mean_absolute_error
    >>> mean_absolute_error([1, 2, 3, 4], [2, 2, 4, 2], inference=None).estimate
    1.0
    """
    settings = Settings(**interval)
    one, other, cluster, excluded = pair_columns(judge, people, clusters, NAMES)
    base = start_estimate(n=len(one), n_unit="units", level="interval", excluded=excluded)
    columns = np.array([np.ones(len(one)), np.abs(one - other)])
    figure = Moments(columns, cluster, lambda sums: sums[1] / sums[0], bounds=(0.0, np.inf))
    return figure.infer(settings, base)


def _centre(column: FloatArray) -> FloatArray:
    """The same correlation, and no digits lost to a large mean."""
    return column - column.mean() if len(column) else column


def _correlate(sums: FloatArray) -> FloatArray:
    n, one, other, squared, other_squared, product = sums
    spreads = [squared / n - np.square(one / n), other_squared / n - np.square(other / n)]
    scales = [squared / n, other_squared / n]
    is_constant = np.any(
        [spread <= ROUNDING * scale for spread, scale in zip(spreads, scales, strict=True)], axis=0
    )
    found = (product / n - one * other / n**2) / np.sqrt(np.maximum(spreads[0] * spreads[1], 0))
    clipped: FloatArray = np.clip(np.where(is_constant, np.nan, found), -1, 1)
    return clipped
