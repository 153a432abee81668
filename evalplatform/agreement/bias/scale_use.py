"""Who is lenient, who spreads, who keeps to the middle or the ends of the scale?"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.bias.clustered import SHARE, infer_figure, make_figure
from evalplatform.agreement.bias.comparing import compare_means, start_pairing
from evalplatform.agreement.bias.results import Comparison, to_plain
from evalplatform.agreement.bias.verdicts import Raters, average_units, split_raters
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable

MOST_POINTS = 20  # values up to which each gets its share


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleUse:
    """How a group uses the scale beside others, over the units that both rated, each weighing one.

    Attributes
    ----------
    mean : mean of either group; the difference is the leniency of the first
    spread_ratio : standard deviation of the first group's ratings over that of the others'
    extremes : share of ratings at either end of the scale
    shares : share of ratings at each point of the scale; empty where it has more than 20 points
    """

    mean: Comparison
    spread_ratio: Estimate
    extremes: Comparison
    shares: Mapping[Hashable, Comparison]

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return to_plain(self)


def scale_use(
    table: RatingTable, raters: Raters, others: Raters, **interval: Unpack[IntervalOptions]
) -> ScaleUse:
    r"""Leniency and use of the scale of a judge, or a person, against others on the same units.

    Parameters
    ----------
    table : ratings whose categories are numbers; give the whole scale as its `categories`, for the ends of
        the scale are the lowest and the highest of them
    raters, others : two groups without a common member
    interval : `inference`, `resamples`, `seed`, `confidence`; items are drawn

    Returns
    -------
    ScaleUse
        Means and their difference in units of the scale, the ratio of spreads not below 0, shares in
        [0, 1]; ``n`` counts units. Undefined: ``no_pairable_units``; the ratio ``no_variation`` where the
        others give one value alone.

    Notes
    -----
    With the mean of the ratings x of unit u by a group taken first, and then the mean over units,

    .. math:: \bar x = \frac{1}{n} \sum_u \bar x_u, \quad s^2 = \frac{1}{n} \sum_u \overline{x^2}_u - \bar x^2

    The spread is that of single ratings: a mean of several people would spread less than any of them.
    Leniency, central tendency and restriction of range are the rater errors of Saal, Downey and Lahey
    (1980), Psychological Bulletin 88, 413-428.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.bias import scale_use
    >>> rows = [(1, "judge", 4), (1, "ann", 2), (2, "judge", 5), (2, "ann", 4)]
    >>> table = RatingTable.from_records(rows, level="interval", categories=[1, 2, 3, 4, 5])
    >>> found = scale_use(table, "judge", "ann", inference=None)
    >>> found.mean.difference.estimate, found.spread_ratio.estimate, found.extremes.raters.estimate
    (1.5, 0.5, 0.5)
    """
    settings = Settings(**interval)
    numbers = table.numbers
    if numbers is None:
        raise AgreementError("leniency and use of the scale need numbers")
    sides = split_raters(table, raters, others)

    def compare(points: FloatArray, *, is_share: bool = True) -> Comparison:
        one, other = (average_units(table, points, side) for side in sides)
        bounds = (
            SHARE if is_share else (float(numbers.min(initial=np.inf)), float(numbers.max(initial=-np.inf)))
        )
        return compare_means(table, one, other, settings, bounds=bounds)

    ends = numbers == numbers.min(initial=np.inf), numbers == numbers.max(initial=-np.inf)
    points = np.eye(len(numbers)) if len(numbers) <= MOST_POINTS else np.zeros((0, 0))
    return ScaleUse(
        mean=compare(numbers, is_share=False),
        spread_ratio=_compare_spread(table, numbers, sides, settings),
        extremes=compare((ends[0] | ends[1]).astype(np.float64)),
        shares={label: compare(point) for label, point in zip(table.categories, points, strict=False)},
    )


def _compare_spread(
    table: RatingTable, numbers: FloatArray, sides: tuple[BoolArray, BoolArray], settings: Settings
) -> Estimate:
    centred = numbers - (numbers.mean() if len(numbers) else 0.0)  # keeps the digits of squares
    parts = [average_units(table, points, side) for side in sides for points in (centred, centred**2)]
    both = np.isfinite(parts[0]) & np.isfinite(parts[2])
    columns = [part[both] for part in parts] + [np.ones(int(both.sum()))]
    figure = make_figure(columns, table.cluster[both], _divide_spreads, bounds=(0.0, np.inf))
    base = start_pairing(table, parts[0], parts[2])
    return infer_figure(figure, settings, base, undefined="no_variation")


def _divide_spreads(sums: FloatArray) -> FloatArray:
    size = np.where(sums[4] > 0, sums[4], np.nan)
    one, square_one, other, square_other = sums[:4] / size
    above = np.maximum(square_one - one**2, 0.0)
    below = square_other - other**2
    ratio: FloatArray = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 1e-12)
    return np.sqrt(ratio)
