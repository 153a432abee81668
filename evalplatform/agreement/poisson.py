"""Resamples by Poisson weights: each cluster is drawn as often as chance has it, whatever the others are."""

from math import factorial

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray

WORDS = 2**16  # values of a random word of 16 bits
MOST_OFTEN = 10  # a cluster is drawn more often in one case of 10^8


def _tabulate() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """How often a cluster is drawn by each random word: chances of Poisson(1), exact to 2^-17."""
    reached = np.cumsum([np.exp(-1.0) / factorial(times) for times in range(MOST_OFTEN + 1)])
    return np.searchsorted(reached, (np.arange(WORDS) + 0.5) / WORDS).astype(np.uint8)


TIMES = _tabulate()


def draw_poisson(rng: np.random.Generator, multiplicity: IntArray, size: int) -> FloatArray:
    """Weights, (types, size): Poisson with mean `multiplicity`, independent of each other.

    Given their sum they are the multinomial counts of as many draws. Hanley and MacGibbon (2006), Computer Methods
    and Programs in Biomedicine 83, 57-62; Chamandy et al. (2012), "Estimating Uncertainty for Massive Data Streams".
    """
    types = len(multiplicity)
    if (multiplicity > 1).any():
        return rng.poisson(multiplicity, size=(size, types)).T.astype(np.float64)
    even = types + types % 2  # words come in twos, so that blocks of any size go on where the last one ended
    words = rng.integers(0, WORDS, size=(size, even), dtype=np.uint16)
    return TIMES[words[:, :types]].astype(np.float64).T
