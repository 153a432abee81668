"""The bound against the exact p-value, found by going through all draws."""

from itertools import product

import numpy as np
import pytest

from evalplatform.agreement.raters import exchange_test


@pytest.mark.parametrize("seed", range(5))
def test_never_below_the_exact_p_value_and_near_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(7, 4))
    scores[:, 0] += 1
    unit, own = np.repeat(np.arange(7), 4), np.tile(np.arange(4), 7) == 0
    found = exchange_test(scores.ravel(), unit, own)
    sums = np.array([sum(drawn) for drawn in product(*scores)])
    exact = (sums >= scores[:, 0].sum() - 1e-9).mean(), (sums <= scores[:, 0].sum() + 1e-9).mean()
    assert exact[0] <= found.above <= 10 * exact[0]
    assert exact[1] <= found.below <= 1
    assert found.difference == pytest.approx((scores[:, 0] - scores[:, 1:].mean(axis=1)).mean())


def test_the_most_extreme_draw_has_its_exact_probability() -> None:
    unit = np.repeat(np.arange(20), 2)
    own = np.tile([True, False], 20)
    assert exchange_test(own * 1.0, unit, own).above == pytest.approx(2.0**-20)
    assert exchange_test(own * 1.0, unit, own).p_value == pytest.approx(2.0**-19)


def test_scores_that_cannot_be_compared_say_nothing() -> None:
    unit, own = np.array([0, 1, 2, 2]), np.array([True, True, True, False])
    found = exchange_test(np.array([1.0, 2.0, np.nan, 3.0]), unit, own)
    assert (found.difference, found.n, found.p_value) == (None, 0, 1.0)
    empty = exchange_test(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))
    assert (empty.difference, empty.n) == (None, 0)


def test_equal_scores_are_no_sign() -> None:
    found = exchange_test(np.ones(6), np.repeat(np.arange(3), 2), np.tile([True, False], 3))
    assert (found.difference, found.n, found.above, found.below) == (0.0, 3, 1.0, 1.0)
