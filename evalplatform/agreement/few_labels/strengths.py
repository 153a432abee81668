"""Bradley-Terry strengths from weighted sums over pairs of systems."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray

STEPS = 100  # of Newton's method
EXACT = 1e-11  # largest last step
LONGEST = 2.0  # longest step, in log-odds
FARTHEST = 25.0  # strengths farther apart are on their way to infinity


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Strengths:
    """Solution of the estimating equations.

    Attributes
    ----------
    at : (systems,) log-odds with mean zero
    inverse : (systems, systems) inverse of the information
    expected : (pairs,) chance that the first system of each pair wins
    """

    at: FloatArray
    inverse: FloatArray
    expected: FloatArray


def solve_strengths(pairs: IntArray, won: FloatArray, met: FloatArray, systems: int) -> Strengths | None:
    """Strengths at which what each system won is what was to be expected of it; None where there are none.

    Parameters
    ----------
    pairs : (pairs, 2) codes of two systems
    won, met : (pairs,) weight won by the first and weight compared. Corrected by a judge, `won` may lie outside
        of 0 to `met`; the equations still have one solution at most
    """
    design = np.zeros((len(pairs), systems))
    design[np.arange(len(pairs)), pairs[:, 0]] = 1
    design[np.arange(len(pairs)), pairs[:, 1]] = -1
    at = np.zeros(systems)
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-design @ at))
        information = design.T @ (design * (met * expected * (1 - expected))[:, None])
        # what is expected does not hang on the mean strength: it is held at zero
        inverse: FloatArray = np.linalg.pinv(information, hermitian=True).astype(np.float64)
        step = inverse @ (design.T @ (won - met * expected))
        reach = float(np.abs(step).max(initial=0.0))
        if reach < EXACT:
            return Strengths(at=at, inverse=inverse, expected=expected)
        at = at + step * min(1.0, LONGEST / reach)
        if np.ptp(at) > FARTHEST:
            return None
    return None


def is_connected(pairs: IntArray, systems: int) -> bool:
    return bool((find_parts(pairs, systems) == 0).all())


def find_parts(pairs: IntArray, systems: int) -> IntArray:
    """For each system the lowest code that it is linked to over any number of pairs, (systems,)."""
    part = np.arange(systems)
    for _ in range(systems):
        lowest = part.copy()
        np.minimum.at(lowest, pairs[:, 0], part[pairs[:, 1]])
        np.minimum.at(lowest, pairs[:, 1], part[pairs[:, 0]])
        if (lowest == part).all():
            break
        part = lowest
    return part
