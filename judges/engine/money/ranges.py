"""Figures of which only a range is known, and what samples tell of sums."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

Figure = TypeVar("Figure", int, float, Decimal)

WIDTH = 3.0  # standard errors on either side
FEWEST = 20  # past calls that stand for those to come


@dataclass(frozen=True, slots=True)
class Range(Generic[Figure]):
    """At least, most likely, at most."""

    low: Figure
    expected: Figure
    high: Figure


@dataclass(frozen=True, slots=True)
class Ratio:
    """y for each x, as a sample of both tells it, and its relative standard error."""

    value: float
    error: float
    noise: float  # relative standard deviation of one y about its x


def fit_ratio(x: Sequence[float], y: Sequence[float]) -> Ratio:
    """The ratio of the sums, with the usual standard error of a ratio estimate (Cochran, Sampling Techniques, 6.4)."""
    n, mean = len(x), sum(y) / len(y)
    value = sum(y) / sum(x)
    squares = sum((b - value * a) ** 2 for a, b in zip(x, y, strict=True))
    deviation = math.sqrt(squares / (n - 1)) if n > 1 else mean
    noise = deviation / mean if mean else 0.0
    return Ratio(value, noise / math.sqrt(n), noise)


def estimate_sum(sample: Sequence[float], count: int) -> tuple[float, float]:
    """Sum over `count` things of which `sample` was drawn, and the relative standard error of it."""
    if not sample:
        return 0.0, 0.0
    n, mean = len(sample), sum(sample) / len(sample)
    if n < 2 or not mean:
        return mean * count, 0.0
    variance = sum((value - mean) ** 2 for value in sample) / (n - 1)
    unseen = max(1 - n / count, 0.0) if count else 0.0
    return mean * count, math.sqrt(variance * unseen / n) / mean


def predict_sum(past: Sequence[float], count: int) -> tuple[float, float]:
    """Sum of `count` figures like those of the past, and the relative standard error of the prediction."""
    n, mean = len(past), sum(past) / len(past)
    if not count or not mean:
        return 0.0, 0.0
    variance = sum((value - mean) ** 2 for value in past) / (n - 1) if n > 1 else mean**2
    return mean * count, math.sqrt(variance * (1 / n + 1 / count)) / mean


def spread(expected: float, errors: Sequence[float], *, least: float) -> Range[int]:
    """The range of three standard errors, which are independent and relative, and no narrower than `least`."""
    width = max(WIDTH * math.sqrt(sum(error**2 for error in errors)), least)
    return Range(math.floor(expected * max(1 - width, 0)), round(expected), math.ceil(expected * (1 + width)))
