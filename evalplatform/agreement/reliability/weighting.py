"""How far two categories agree, as credit between nothing and one."""

from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.errors import AgreementError

Weighting = Literal["linear", "quadratic", "ordinal"]
WEIGHTINGS: tuple[Weighting, ...] = ("linear", "quadratic", "ordinal")


def make_credit(size: int, weights: Weighting | None, numbers: FloatArray | None = None) -> FloatArray:
    """Credit of each pair of categories, (categories, categories), 1 on the diagonal.

    Parameters
    ----------
    size : how many categories there are
    weights : ``linear`` and ``quadratic`` fall with the distance and its square, ``ordinal`` with the number
        of pairs that can be made of the categories from one to the other; None: the identity
    numbers : (categories,) where they stand, for ``linear`` and ``quadratic``; None: at equal distances
    """
    if weights is not None and weights not in WEIGHTINGS:
        raise AgreementError(f"no such weights: {weights}")
    if weights is None or size < 2:
        return np.eye(max(size, 1))
    places = np.arange(size, dtype=np.float64)
    if weights == "ordinal":
        steps = np.abs(np.subtract.outer(places, places))
        gap = steps * (steps + 1) / 2
    else:
        held = places if numbers is None else numbers
        gap = np.abs(np.subtract.outer(held, held)) ** (2 if weights == "quadratic" else 1)
    credit: FloatArray = 1 - gap / gap.max()
    return credit
