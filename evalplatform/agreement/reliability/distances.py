"""Squared differences between categories at the four levels of measurement, after Krippendorff (2011)."""

from typing import Protocol

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.reliability.margins import find_mid_ranks
from evalplatform.agreement.table import Level

ROWS = 512  # rows of a matrix of distances held at once


class Distance(Protocol):
    """Squared differences, fixed by the values or, for ranks, worked out from the marginals."""

    def between(self, one: IntArray, other: IntArray, marginals: FloatArray) -> FloatArray:
        """Squared difference of each pair of categories, (pairs, resamples or 1)."""

    def expected(self, marginals: FloatArray) -> FloatArray:
        """Sum over all pairs of ratings of their squared difference, (resamples,).

        `marginals` is (categories, resamples), the ratings in each category.
        """


class Nominal:
    """One where the categories differ."""

    def __init__(self, numbers: FloatArray | None, categories: int) -> None:
        pass

    def between(self, one: IntArray, other: IntArray, marginals: FloatArray) -> FloatArray:
        return np.not_equal(one, other).astype(np.float64).reshape(-1, 1)

    def expected(self, marginals: FloatArray) -> FloatArray:
        result: FloatArray = np.square(marginals.sum(axis=0)) - np.square(marginals).sum(axis=0)
        return result


class Ordinal:
    """Squared difference of mid-ranks: ratings from one category to the other, half of those two left out."""

    def __init__(self, numbers: FloatArray | None, categories: int) -> None:
        pass

    def between(self, one: IntArray, other: IntArray, marginals: FloatArray) -> FloatArray:
        ranks = find_mid_ranks(marginals)
        return np.square(ranks[one] - ranks[other])

    def expected(self, marginals: FloatArray) -> FloatArray:
        # mid-ranks measured from their mean sum to nothing, which leaves one term
        result: FloatArray = (
            2 * marginals.sum(axis=0) * (marginals * np.square(find_mid_ranks(marginals))).sum(axis=0)
        )
        return result


class Interval:
    """Squared difference of the numbers."""

    def __init__(self, numbers: FloatArray | None, categories: int) -> None:
        held = _required(numbers, "interval")
        self.numbers = held - held.mean() if len(held) else held

    def between(self, one: IntArray, other: IntArray, marginals: FloatArray) -> FloatArray:
        return np.square(self.numbers[one] - self.numbers[other]).reshape(-1, 1)

    def expected(self, marginals: FloatArray) -> FloatArray:
        squares = marginals.sum(axis=0) * (np.square(self.numbers) @ marginals)
        result: FloatArray = 2 * (squares - np.square(self.numbers @ marginals))
        return result


class Ratio:
    """Squared difference of the numbers in relation to their sum."""

    def __init__(self, numbers: FloatArray | None, categories: int) -> None:
        self.numbers = _required(numbers, "ratio")
        if (self.numbers < 0).any():
            raise AgreementError("the ratio level has no negative values")

    def between(self, one: IntArray, other: IntArray, marginals: FloatArray) -> FloatArray:
        return _relative_gaps(self.numbers[one], self.numbers[other]).reshape(-1, 1)

    def expected(self, marginals: FloatArray) -> FloatArray:
        total = np.zeros(marginals.shape[1])
        for start in range(0, len(self.numbers), ROWS):
            rows = slice(start, start + ROWS)
            gaps = _relative_gaps(self.numbers[rows, None], self.numbers[None, :])
            total += (marginals[rows] * (gaps @ marginals)).sum(axis=0)
        return total


DISTANCES: dict[Level, type[Nominal | Ordinal | Interval | Ratio]] = {
    "nominal": Nominal,
    "ordinal": Ordinal,
    "interval": Interval,
    "ratio": Ratio,
}


def _relative_gaps(one: FloatArray, other: FloatArray) -> FloatArray:
    total = one + other
    return np.square(np.divide(one - other, total, out=np.zeros(total.shape), where=total > 0))


def _required(numbers: FloatArray | None, level: Level) -> FloatArray:
    if numbers is None:
        raise AgreementError(f"the {level} level needs numbers")
    return numbers
