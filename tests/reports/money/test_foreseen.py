"""Forecasts: hand-worked values, the equation that the limits solve, and coverage of what comes."""

import math

import numpy as np
import pytest
from scipy.stats import t

from evalplatform.reports.money.foreseen import Foreseen, Part, foresee_days, foresee_total


def test_limits_solve_the_equation() -> None:
    daily, left = [4, 9, 6, 7, 2, 8], 50
    found = foresee_days(left=left, daily=daily)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    days, mean, spread = len(daily), np.mean(daily), np.std(daily, ddof=1)
    for time, sign in ((found.low, 1), (found.high, -1)):
        reach = t.ppf(0.975, days - 1) * spread * math.sqrt(time + time**2 / days)
        assert mean * time + sign * reach == pytest.approx(left)
    assert found.expected == pytest.approx(left / mean)
    assert found.low < found.expected < found.high


def test_equal_days_leave_no_doubt_and_wild_ones_no_end() -> None:
    assert foresee_days(left=12, daily=[4, 4, 4]) == Foreseen(3.0, 3.0, 3.0)
    wild = foresee_days(left=100, daily=[0, 0, 30, 0])
    assert wild is not None
    assert (wild.low is not None, wild.high) == (True, None)


def test_too_little_gives_no_interval_and_nothing_no_forecast() -> None:
    assert foresee_days(left=10, daily=[4, 6]) == Foreseen(2.0)
    assert foresee_days(left=10, daily=[]) is None
    assert foresee_days(left=10, daily=[0, 0, 0]) is None
    assert foresee_days(left=0, daily=[4, 6]) == Foreseen(0.0, 0.0, 0.0)


def test_a_total_adds_what_varies() -> None:
    found = foresee_total([Part(10, 5, 2.0, 0.5), Part(3, 0, 7.0, 0.0)])
    reach = t.ppf(0.975, 4) * 0.5 * math.sqrt(10 + 10**2 / 5)
    assert found.expected == 41.0
    assert found.low == pytest.approx(41 - reach)
    assert found.high == pytest.approx(41 + reach)
    assert foresee_total([Part(10, 1, 2.0, None)]) == Foreseen(20.0)
    assert foresee_total([]) == Foreseen(0.0, 0.0, 0.0)


def test_intervals_cover_what_comes() -> None:
    """Days like those seen: the day on which the last place is filled lies within 19 times of 20."""
    draw, hits, rounds = np.random.default_rng(3), 0, 400
    for _ in range(rounds):
        seen, to_come = draw.poisson(12, 10), np.cumsum(draw.poisson(12, 400))
        found = foresee_days(left=240, daily=[int(count) for count in seen])
        assert found is not None
        assert found.low is not None
        last = int(np.searchsorted(to_come, 240)) + 1
        hits += math.floor(found.low) <= last <= math.ceil(found.high or math.inf)
    assert 0.93 <= hits / rounds <= 0.995
