"""Rogan and Gladen's prevalence with the interval of Lang and Reiczigel."""

import numpy as np
import pytest

from evalplatform.agreement import AgreementError, Estimate
from evalplatform.agreement.few_labels import rogan_gladen


def test_brucellosis_in_a_herd() -> None:
    """The example of epiR: 23 of 150 positive, sensitivity 96 %, specificity 89 %, 5.1 cases in 100."""
    found = rogan_gladen(23, 150, found=96, positives=100, passed=89, negatives=100)
    assert round(found.estimate or 0, 3) == 0.051
    assert found.method == "lang_reiczigel"


def test_a_judge_known_exactly_leaves_the_error_of_the_sample() -> None:
    """With endless checks the limits are those of Agresti and Coull, corrected."""
    many = 10**12
    found = rogan_gladen(
        23, 150, found=96 * many, positives=100 * many, passed=89 * many, negatives=100 * many
    )
    z = 1.959963984540054
    middle = (23 + z**2 / 2) / (150 + z**2)
    reach = z * np.sqrt(middle * (1 - middle) / (150 + z**2))
    assert found.high == pytest.approx((middle + reach + 0.89 - 1) / 0.85)


@pytest.mark.parametrize(
    ("share", "sensitivity", "specificity", "judged", "checked"),
    [(0.3, 0.85, 0.8, 200, 60), (0.05, 0.9, 0.9, 500, 100)],
)
def test_the_interval_holds_the_truth(
    share: float, sensitivity: float, specificity: float, judged: int, checked: int
) -> None:
    rng = np.random.default_rng(0)
    called = share * sensitivity + (1 - share) * (1 - specificity)
    runs = [
        rogan_gladen(
            int(rng.binomial(judged, called)),
            judged,
            found=int(rng.binomial(checked, sensitivity)),
            positives=checked,
            passed=int(rng.binomial(checked, specificity)),
            negatives=checked,
        )
        for _ in range(2000)
    ]
    held = np.mean([(run.low or 0) <= share <= (run.high or 0) for run in runs])
    assert 0.935 <= held <= 0.975


def by(**changed: int) -> Estimate:
    counts = {"found": 18, "positives": 20, "passed": 15, "negatives": 20, **changed}
    return rogan_gladen(counts.pop("positive", 30), counts.pop("judged", 100), **counts)


def test_what_cannot_be_said_has_a_name() -> None:
    assert by(positive=0, judged=0).undefined == "no_pairable_units"
    assert by(found=0, positives=0).undefined == "too_few_items"
    assert by(found=5).undefined == by(found=4).undefined == "judge_tells_nothing"
    barely = by(found=8)
    assert barely.undefined == "judge_tells_nothing"
    assert barely.estimate is not None


def test_the_share_is_cut_at_its_range() -> None:
    assert by(positive=10).estimate == 0
    assert by(positive=95).estimate == 1
    assert by(positive=0, judged=10**6, found=1000, positives=1000, passed=500, negatives=1000).undefined == (
        "no_variation"
    )


def test_counts_that_cannot_be_are_errors() -> None:
    with pytest.raises(AgreementError, match="each count"):
        by(found=21)
    with pytest.raises(AgreementError, match="confidence"):
        rogan_gladen(1, 2, found=1, positives=1, passed=1, negatives=1, confidence=1)
