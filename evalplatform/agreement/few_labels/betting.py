"""Bets against a mean: capital that stays small while the mean is what was bet against.

Values lie in [0, 1], with time along the last axis. Waudby-Smith and Ramdas (2024), section 4.
"""

import numpy as np

from evalplatform.agreement.arrays import FloatArray

CUT = 0.5  # of the capital, the most that one bet may lose
HALVINGS = 40  # of the range in which a limit is searched


def size_bets(values: FloatArray, level: float, planned: int) -> FloatArray:
    """Size of each bet from the values before it, (..., n): the best if `planned` values come in all."""
    time = np.arange(1, values.shape[-1] + 1)
    means = (0.5 + np.cumsum(values, axis=-1)) / (time + 1)
    spreads = (0.25 + np.cumsum((values - means) ** 2, axis=-1)) / (time + 1)
    before = np.concatenate([np.full((*values.shape[:-1], 1), 0.25), spreads[..., :-1]], axis=-1)
    sizes: FloatArray = np.sqrt(2 * np.log(2 / level) / (before * np.maximum(time, planned)))
    return sizes


def bet_above(values: FloatArray, sizes: FloatArray, mean: float) -> FloatArray:
    """Logarithm of the capital after each value of bets that the mean is above this one, (..., n)."""
    most = CUT / mean if mean > 0 else np.inf
    capital: FloatArray = np.cumsum(np.log1p(np.minimum(sizes, most) * (values - mean)), axis=-1)
    return capital


def bet_below(values: FloatArray, sizes: FloatArray, mean: float) -> FloatArray:
    return bet_above(1 - values, sizes, 1 - mean)


def hedge(above: FloatArray, below: FloatArray) -> FloatArray:
    """Logarithm of half the one capital and half the other, given by their logarithms."""
    total: FloatArray = np.logaddexp(above, below) - np.log(2)
    return total


def find_limits(values: FloatArray, level: float, planned: int) -> tuple[float, float]:
    """The means against which neither half of the capital ever reached 1 / level.

    The lower limit lies above the upper one where values early and late contradict each other. Bets on a higher
    mean win less the higher the mean that they are made against, so that halving finds the limit.
    """
    sizes = size_bets(values, level, planned)
    return _find_low(values, sizes, level), 1 - _find_low(1 - values, sizes, level)


def _find_low(values: FloatArray, sizes: FloatArray, level: float) -> float:
    low, high = 0.0, 1.0
    enough = np.log(2 / level)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if bet_above(values, sizes, middle).max() >= enough:
            low = middle
        else:
            high = middle
    return low
