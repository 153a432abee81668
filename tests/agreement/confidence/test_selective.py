import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.confidence import risk_coverage, selective_threshold
from evalplatform.agreement.exact import limit_share


@pytest.mark.parametrize(("wrong", "n", "upper"), [(0, 30, 0.073881), (3, 100, 0.065586), (5, 5, 1.0)])
def test_the_upper_limit_is_that_of_clopper_and_pearson(wrong: int, n: int, upper: float) -> None:
    assert limit_share(wrong, n, 0.1) == pytest.approx(upper, abs=1e-6)


def test_the_curve_is_that_counted_by_hand() -> None:
    found = risk_coverage([0.9, 0.7, 0.9, 0.5, None], [1, 0, 1, 1, 1])
    assert list(found.thresholds) == [0.9, 0.7, 0.5]
    assert list(found.coverage) == [0.5, 0.75, 1]
    assert found.risk == pytest.approx((0, 1 / 3, 0.25))
    assert found.area == pytest.approx((2 * 0 + 1 / 3 + 0.25) / 4)


def test_thresholds_are_tried_from_above_until_one_fails() -> None:
    confidences = np.repeat([0.95, 0.85, 0.75], 100)
    correct = np.concatenate([np.arange(100) >= 2, np.arange(100) >= 8, np.arange(100) >= 40]).astype(int)
    found = selective_threshold(confidences, correct, risk=0.1)
    assert (found.threshold, found.kept, found.accuracy) == (0.76, 200, 0.95)
    assert found.upper_risk == pytest.approx(limit_share(10, 200, 0.1))
    assert found.coverage == pytest.approx(2 / 3)


def test_the_promise_is_kept_as_often_as_stated() -> None:
    """Verdicts are right with the probability that is stated; the promise may fail in one of ten samples."""
    rng = np.random.default_rng(3)
    failed = 0
    for _ in range(300):
        stated = 0.5 + 0.5 * rng.random(300)
        found = selective_threshold(stated, (rng.random(300) < stated).astype(int), risk=0.15)
        if found.threshold is not None:
            failed += (1 - found.threshold) / 2 > 0.15  # the risk of all stated at or above it
    assert failed <= 45


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("confidences", "correct", "reason"),
    [
        ([], [], "no_pairable_units"),
        ([0.9] * 10, [1] * 10, "too_few_items"),
        ([0.9] * 100, [0] * 100, "too_few_agreements"),
    ],
)
def test_why_there_is_no_threshold_is_named(
    confidences: list[float], correct: list[int], reason: str
) -> None:
    found = selective_threshold(confidences, correct, risk=0.1)
    assert (found.undefined, found.threshold) == (reason, None)


def test_nothing_has_no_curve() -> None:
    assert risk_coverage([], []).undefined == "no_pairable_units"


def test_impossible_promises_are_errors() -> None:
    with pytest.raises(AgreementError, match="between 0 and 1"):
        selective_threshold([0.5], [1], risk=0)


def test_thresholds_that_nothing_could_pass_do_not_end_the_search() -> None:
    found = selective_threshold(np.linspace(0, 1, 2001), [1] * 2001, risk=0.05)
    assert (found.threshold, found.kept) == (0, 2001)
    assert str(found.threshold) == "0.0"
