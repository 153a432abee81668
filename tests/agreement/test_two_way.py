"""How far intervals over items and persons reach."""

from itertools import combinations

import numpy as np
import pytest
from scipy import special, stats

from evalplatform.agreement import Estimate, Inference, RatingTable, mean_value, percent_agreement


def width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


def measure_width(table: RatingTable, inference: Inference) -> float:
    return width(percent_agreement(table, inference=inference, resamples=2000))


def test_persons_alone_vary_as_their_means_do() -> None:
    """Items make no difference: the interval has the width of the t-interval of the persons' means."""
    given = np.array([2.0, 3.0, 3.0, 4.0, 4.0, 5.0, 5.0, 5.0, 6.0, 8.0])
    rows = [(unit, f"r{place}", value) for unit in range(60) for place, value in enumerate(given)]
    table = RatingTable.from_records(rows, level="interval")
    found = mean_value(table, inference="rater_population", resamples=4000)
    error = given.std(ddof=1) / np.sqrt(len(given))
    assert width(found) == pytest.approx(2 * stats.t.ppf(0.975, len(given) - 1) * error, rel=0.03)


def test_the_noise_of_a_pair_is_counted_once() -> None:
    """Each item is rated by another two of thirty persons of equal skill: other persons would differ no more."""
    rng = np.random.default_rng(5)
    pairs = list(combinations(range(30), 2))
    rows = [
        (unit, f"r{person:02}", int(value))
        for unit, pair in enumerate(pairs)
        for person, value in zip(pair, rng.random(2) < 0.8, strict=True)
    ]
    table = RatingTable.from_records(rows, level="nominal")
    these, population = (measure_width(table, each) for each in ("these_raters", "rater_population"))
    assert these <= population < 1.25 * these


def test_few_persons_of_unlike_skill_say_little_about_others() -> None:
    rng = np.random.default_rng(6)
    skill = np.array([0.5, 0.6, 0.8, 0.9, 0.95])
    right = rng.random((300, 5)) < skill
    rows = [(unit, f"r{place}", int(hit)) for unit, row in enumerate(right) for place, hit in enumerate(row)]
    table = RatingTable.from_records(rows, level="nominal")
    assert measure_width(table, "rater_population") > 4 * measure_width(table, "these_raters")


def test_few_persons_reach_further_from_the_nearer_bound() -> None:
    """Items make no difference: Student's t of the persons' means, on the scale of the logit."""
    given = np.array([0.0, 2.0, 2.0, 3.0, 3.0])
    rows = [(unit, f"r{place}", value) for unit in range(60) for place, value in enumerate(given)]
    table = RatingTable.from_records(rows, level="interval")
    found = mean_value(table, inference="rater_population", bounds=(0.0, 4.0), resamples=4000)
    share, error = given.mean() / 4, given.std(ddof=1) / np.sqrt(len(given)) / 4
    away = stats.t.ppf(0.975, len(given) - 1) * error / (share * (1 - share))
    low, high = 4 * special.expit(special.logit(share) + np.array([-away, away]))
    assert (found.low, found.high) == pytest.approx((low, high), rel=0.02)


def test_without_a_bound_there_is_no_scale_to_bend_on() -> None:
    given = np.array([2.0, 3.0, 3.0, 4.0, 4.0, 8.0])
    rows = [(unit, f"r{place}", value) for unit in range(60) for place, value in enumerate(given)]
    table = RatingTable.from_records(rows, level="interval")
    found = mean_value(table, inference="rater_population", resamples=4000)
    error = given.std(ddof=1) / np.sqrt(len(given))
    assert width(found) == pytest.approx(2 * stats.t.ppf(0.975, len(given) - 1) * error, rel=0.05)
