"""Quantiles equal those of scipy's own distributions."""

import pytest
from scipy.stats import t

from evalplatform.agreement.quantiles import find_student_t


@pytest.mark.parametrize(("freedom", "confidence"), [(1, 0.95), (4, 0.9), (30, 0.99)])
def test_half_of_what_is_left_out_lies_beyond_either_end(freedom: int, confidence: float) -> None:
    found = find_student_t(freedom, confidence)

    assert found == pytest.approx(t.interval(confidence, freedom)[1], rel=1e-10)
    assert t.cdf(-found, freedom) == pytest.approx((1 - confidence) / 2, rel=1e-9)
