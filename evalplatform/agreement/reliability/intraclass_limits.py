"""Limits of intraclass correlations of single ratings, from mean squares."""

from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.limits import MOST_LEFT_OUT
from evalplatform.agreement.reliability.mean_squares import NO_ERROR, MeanSquares, OneWay, TwoWay
from evalplatform.agreement.resampling import Limits, bootstrap_items, leave_one_out
from evalplatform.agreement.skewness import Spread

IccMethod = Literal["f_distribution", "skewed_jackknife_t", "generalized_interval"]
Layout = OneWay | TwoWay
LEVELS = 400  # of confidence, at which items and raters are laid against each other
DRAWS = 2000  # of units that are too many to be left out one at a time


class LogRatio:
    """Logarithm of the mean square between units over that of the error, as a function of the weights of items."""

    bounds = edges = (-np.inf, np.inf)

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    @property
    def multiplicity(self) -> IntArray:
        return self.layout.cells.multiplicity

    @property
    def size(self) -> int:
        return self.layout.columns

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        squares = self.layout.under(items)
        sound = (squares.between > NO_ERROR) & (squares.error > NO_ERROR)
        ratio = np.divide(squares.between, squares.error, out=np.full(len(sound), np.nan), where=sound)
        logarithm: FloatArray = np.log(ratio)
        return logarithm

    def spread(self) -> Spread | None:
        """How units that are left out one at a time spread it."""
        held = self.multiplicity
        without = [self.under(weights) for weights in leave_one_out(held, self.size)]
        return Spread.measure(float(self.under(_whole(held))[0]), np.concatenate(without), held)


def limit_freely(layout: Layout, form: str, confidence: float) -> tuple[IccMethod, Limits | None]:
    """Limits that suppose nothing of how units and errors are distributed.

    In the second form raters are supposed to be normal: five tell nothing of their distribution.
    """
    if form[4] == "2":
        return "generalized_interval", _limit_population_freely(layout, confidence)
    spread = LogRatio(layout).spread()
    if spread is None:
        return "skewed_jackknife_t", None
    k = float(layout.under(_whole(layout.cells.multiplicity)).raters[0])
    low, high = np.exp(spread.limits(confidence)).tolist()
    return "skewed_jackknife_t", ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1))


def limit_normal(layout: Layout, form: str, confidence: float) -> tuple[IccMethod, Limits | None]:
    """Limits of Shrout and Fleiss (1979), which suppose that units, raters and errors are normal."""
    squares = layout.under(_whole(layout.cells.multiplicity))
    upper = (1 + confidence) / 2
    if form[4] == "2":
        return "f_distribution", _limit_population_normal(squares, upper)
    k, freedom, units = float(squares.raters[0]), float(squares.freedom[0]), float(squares.units[0]) - 1
    ratio = float(squares.between[0] / squares.error[0])
    low, high = ratio / _quantile(units, freedom, upper), ratio * _quantile(freedom, units, upper)
    return "f_distribution", ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1))


def _limit_population_freely(layout: Layout, confidence: float) -> Limits | None:
    """Every limit of the units' component laid against every limit of the raters', both over that of the error.

    Weerahandi (1993), "Generalized Confidence Intervals", Journal of the American Statistical Association 88,
    899-905. The raters' component has the F distribution that normal raters give it, whatever units and errors
    are.
    """
    from scipy.special import fdtri  # scipy is imported on use

    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    ratios = _find_ratios(LogRatio(layout), levels)
    if ratios is None:
        return None
    squares = layout.under(_whole(layout.cells.multiplicity))
    k, n = float(squares.raters[0]), float(squares.units[0])
    columns = float(squares.columns[0] / squares.error[0])
    items = (ratios - 1) / k
    raters = np.maximum(columns / fdtri(k - 1, float(squares.freedom[0]), 1 - levels) - 1, 0.0) / n
    correlations = items[:, None] / (items[:, None] + 1 + raters)
    low, high = np.quantile(correlations, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _find_ratios(figure: LogRatio, levels: FloatArray) -> FloatArray | None:
    """One-sided limits of the ratio of the mean squares at each level of confidence."""
    if len(figure.multiplicity) > MOST_LEFT_OUT:
        drawn: FloatArray = np.exp(np.quantile(bootstrap_items(figure, resamples=DRAWS, seed=0), levels))
        return drawn
    spread = figure.spread()
    return None if spread is None else np.exp(spread.quantiles(levels))


def _limit_population_normal(squares: MeanSquares, upper: float) -> Limits:
    """Limits of the second form, after Satterthwaite."""
    k, n = float(squares.raters[0]), float(squares.units[0])
    between, columns, error = (float(part[0]) for part in (squares.between, squares.columns, squares.error))
    rho = (between - error) / (between + (k - 1) * error + k * (columns - error) / n)
    ratio = columns / error
    rest = n * (1 + (k - 1) * rho) - k * rho
    above = (k - 1) * (n - 1) * (k * rho * ratio + rest) ** 2
    freedom = above / ((n - 1) * (k * rho * ratio) ** 2 + rest**2)
    spread = k * columns + (k * n - k - n) * error
    far, near = _quantile(n - 1, freedom, upper), _quantile(freedom, n - 1, upper)
    low = n * (between - far * error) / (far * spread + n * between)
    return low, n * (near * between - error) / (spread + n * near * between)


def _quantile(above: float, below: float, share: float) -> float:
    from scipy.special import fdtri  # scipy is imported on use

    return float(fdtri(above, below, share))


def _whole(multiplicity: IntArray) -> FloatArray:
    return multiplicity[:, None].astype(np.float64)
