"""How much longer, and how much more: plain arithmetic on what was seen so far, with intervals for what is to come."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evalplatform.agreement.quantiles import find_student_t

CONFIDENCE = 0.95
FEWEST = 3  # days or calls that an interval is made of


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An expectation with a prediction interval of 95 %.

    `low` is None where too little was seen for an interval; `high` alone is None where there may be no end.
    """

    expected: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """So many are `left` of what took `mean` each, with standard deviation `spread`, in `n` that were seen."""

    left: float
    n: int
    mean: float
    spread: float | None


def foresee_days(*, left: int, daily: Sequence[int]) -> Foreseen | None:
    r"""Days until `left` more are done, at the pace of these whole days; None where nothing was done in them.

    Days are taken to be alike and independent. What :math:`T` days more bring then differs from :math:`mT` with
    variance :math:`s^2 (T + T^2 / D)`, of the days to come and of the mean :math:`m` of the :math:`D` seen; the limits
    solve :math:`|left - mT| = t_{D-1} s \sqrt{T + T^2/D}` for :math:`T`.
    """
    days = len(daily)
    mean = sum(daily) / days if days else 0.0
    if not mean:
        return None
    if not left or days < FEWEST:
        return Foreseen(left / mean, *([0.0, 0.0] if not left else []))
    variance = sum((count - mean) ** 2 for count in daily) / (days - 1)
    reach = find_student_t(days - 1, CONFIDENCE) ** 2 * variance
    square, linear = mean**2 - reach / days, 2 * mean * left + reach
    root = math.sqrt(max(linear**2 - 4 * square * left**2, 0.0))
    low = 2 * left**2 / (linear + root)
    high = 2 * left**2 / (linear - root) if square > 0 else None
    return Foreseen(left / mean, low, high)


def foresee_total(parts: Sequence[Part]) -> Foreseen:
    """What all that is left of these parts comes to; each left over varies as those that were seen, independently."""
    expected = sum(part.left * part.mean for part in parts)
    unsure = [part for part in parts if part.left and part.spread != 0.0]
    if any(part.spread is None or part.n < FEWEST for part in unsure):
        return Foreseen(expected)
    if not unsure:
        return Foreseen(expected, expected, expected)
    variance = sum(_vary(part) for part in unsure)
    reach = find_student_t(min(part.n for part in unsure) - 1, CONFIDENCE) * math.sqrt(variance)
    return Foreseen(expected, max(expected - reach, 0.0), expected + reach)


def _vary(part: Part) -> float:
    return (part.spread or 0.0) ** 2 * (part.left + part.left**2 / part.n)
