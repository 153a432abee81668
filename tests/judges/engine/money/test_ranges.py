from random import Random

import pytest

from judges.engine.money.ranges import Range, estimate_sum, fit_ratio, predict_sum, spread


def test_a_ratio_without_noise_is_exact() -> None:
    ratio = fit_ratio([10, 20, 30], [5, 10, 15])
    assert (ratio.value, ratio.error, ratio.noise) == (0.5, 0.0, 0.0)


def test_the_ratios_standard_error() -> None:
    """By hand: ratio 1, residuals 1, -1, 0; s = 1; s / (mean y * sqrt 3) = 1 / (4 * sqrt 3)."""
    ratio = fit_ratio([3, 5, 4], [4, 4, 4])
    assert ratio.value == 1.0
    assert ratio.noise == 0.25
    assert ratio.error == pytest.approx(0.25 / 3**0.5, rel=1e-12)


def test_a_sum_of_which_all_was_seen_has_no_error() -> None:
    assert estimate_sum([1.0, 2.0, 6.0], 3) == (9.0, 0.0)
    assert estimate_sum([], 0) == (0.0, 0.0)
    assert estimate_sum([4.0], 10) == (40.0, 0.0)


def test_the_unseen_part_of_a_sum_widens_it() -> None:
    """By hand: mean 2, variance 2; 2 of 4 seen: sqrt(2 / 2 * (1 - 2/4)) / 2."""
    total, error = estimate_sum([1.0, 3.0], 4)
    assert total == 8.0
    assert error == pytest.approx(0.5**0.5 / 2, rel=1e-12)


def test_what_is_predicted_is_less_sure_than_what_is_estimated() -> None:
    """By hand: mean 2, variance 2; sqrt(2 * (1/2 + 1/4)) / 2."""
    total, error = predict_sum([1, 3], 4)
    assert total == 8.0
    assert error == pytest.approx(1.5**0.5 / 2, rel=1e-12)
    assert predict_sum([1, 3], 0) == predict_sum([0, 0], 5) == (0.0, 0.0)


def test_a_range_is_never_narrower_than_it_must_be_and_never_below_zero() -> None:
    assert spread(100.0, (), least=0.05) == Range(95, 100, 105)
    assert spread(100.0, (0.03, 0.04), least=0.05) == Range(85, 100, 115)
    assert spread(100.0, (9.0,), least=0.05) == Range(0, 100, 2800)


def test_three_standard_errors_hold_the_truth_nearly_always() -> None:
    """Sums of 400 calls of skewed length, foretold from 20 of them or of a sample: of 500 trials at least 97 %."""
    draw, held = Random(1), [0, 0]
    for _ in range(500):
        world = [draw.lognormvariate(5, 0.6) for _ in range(400)]
        past = [draw.lognormvariate(5, 0.6) for _ in range(20)]
        for place, (total, error) in enumerate(
            (predict_sum(past, 400), estimate_sum(draw.sample(world, 40), 400))
        ):
            found = spread(total, (error,), least=0.0)
            held[place] += found.low <= sum(world) <= found.high
    assert min(held) >= 0.97 * 500
