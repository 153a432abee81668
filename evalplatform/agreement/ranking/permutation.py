"""Whether two systems differ at all, by turning the sides of their differences."""

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.ranking.scores import Scores
from evalplatform.agreement.results import Undefined

MOST_EXACT = 16  # items that differ, up to which all turnings are gone through
BLOCK = 2**21  # numbers held at once
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationTest:
    """A test that two systems score the same.

    Parameters
    ----------
    difference : mean lead of the first, None where undefined
    p_value : two-sided, None where undefined
    n : items that both have a score on
    method : ``exact``: all turnings, or ``sampled``
    resamples : how many turnings were looked at
    seed : of the sampling
    undefined : why there is no test
    """

    difference: float | None
    p_value: float | None
    n: int
    method: Literal["exact", "sampled"] | None = None
    resamples: int | None = None
    seed: int | None = None
    undefined: Undefined | None = None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def permutation_test(
    scores: Scores, first: str, second: str, *, resamples: int = 10_000, seed: int = 0
) -> PermutationTest:
    r"""Test that two systems score the same on the same items, whatever the distribution of scores.

    Parameters
    ----------
    scores : of both on items; an item with several scores has their mean
    first, second : names
    resamples : how many turnings are drawn where more than 16 items differ
    seed : of the drawing

    Returns
    -------
    PermutationTest
        p in (0, 1]; 1 where no item differs. Undefined: ``no_pairable_units`` (no item has both).

    Notes
    -----
    .. math:: p = P(|\sum_i s_i d_i| \ge |\sum_i d_i|), \quad s_i = \pm 1

    as the names of two equal systems could be swapped on any item. All 2^n turnings where few items differ, else
    draws, the data among them: Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular
    Biology 9, article 39.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import Scores, permutation_test
    >>> held = Scores.from_arrays(list("aaaabbbb"), [1, 2, 3, 4] * 2, [3, 4, 5, 5, 2, 3, 4, 3])
    >>> permutation_test(held, "a", "b").p_value  # all four lead: 2 of 16 turnings are as far from 0
    0.125
    """
    if resamples < 1:
        raise AgreementError("resamples are at least one")
    leads = scores.values[:, scores.place_of(first)] - scores.values[:, scores.place_of(second)]
    leads = leads[np.isfinite(leads)]
    if not len(leads):
        return PermutationTest(difference=None, p_value=None, n=0, undefined="no_pairable_units")
    moved = np.abs(leads[leads != 0])
    reached = abs(float(leads.sum())) - ROUNDING * float(moved.sum())
    if len(moved) <= MOST_EXACT:
        sums = _turn_all(moved)
        return PermutationTest(
            difference=float(leads.mean()),
            p_value=float((np.abs(sums) >= reached).mean()),
            n=len(leads),
            method="exact",
            resamples=len(sums),
        )
    farther = _count_farther(moved, reached, resamples, seed)
    return PermutationTest(
        difference=float(leads.mean()),
        p_value=(1 + farther) / (1 + resamples),
        n=len(leads),
        method="sampled",
        resamples=resamples,
        seed=seed,
    )


def _turn_all(moved: FloatArray) -> FloatArray:
    """Sums under all choices of signs, (2^n,)."""
    sums = np.zeros(1)
    for lead in moved:
        sums = np.concatenate([sums + lead, sums - lead])
    return sums


def _count_farther(moved: FloatArray, reached: float, resamples: int, seed: int) -> int:
    rng = np.random.Generator(np.random.PCG64(seed))
    step = max(1, BLOCK // len(moved))
    farther = 0
    for start in range(0, resamples, step):
        shape = (min(step, resamples - start), -(-len(moved) // 8))
        signs = np.unpackbits(rng.integers(0, 256, size=shape, dtype=np.uint8), axis=1, count=len(moved))
        sums = 2.0 * (signs.astype(np.float64) @ moved) - moved.sum()
        farther += int((np.abs(sums) >= reached).sum())
    return farther
