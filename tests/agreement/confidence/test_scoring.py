import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from evalplatform.agreement import AgreementError
from evalplatform.agreement.confidence import (
    area_under_curve,
    brier_score,
    negative_log_likelihood,
    spiegelhalter_test,
)

RNG = np.random.default_rng(2)
STATED = np.round(RNG.random(500), 2)
TRUE = (RNG.random(500) < STATED).astype(int)


def test_scores_are_those_of_scikit_learn() -> None:
    assert brier_score(STATED, TRUE).score.estimate == pytest.approx(brier_score_loss(TRUE, STATED))
    safe = np.clip(STATED, 0.01, 0.99)
    assert negative_log_likelihood(safe, TRUE).estimate == pytest.approx(log_loss(TRUE, safe))
    assert area_under_curve(STATED, TRUE).estimate == pytest.approx(roc_auc_score(TRUE, STATED))


def test_the_parts_of_the_brier_score_add_up() -> None:
    found = brier_score(STATED, TRUE)
    assert None not in (found.reliability, found.resolution, found.uncertainty)
    parts = found.reliability - found.resolution + found.uncertainty  # type: ignore[operator]
    assert parts == pytest.approx(found.score.estimate)
    assert found.uncertainty == pytest.approx(TRUE.mean() * (1 - TRUE.mean()))


def test_the_interval_of_the_area_holds_that_of_delong() -> None:
    """DeLong, DeLong and Clarke-Pearson (1988), worked out from the placements of each outcome among the others."""
    high, low = STATED[TRUE == 1], STATED[TRUE == 0]
    wins = (high[:, None] > low) + 0.5 * (high[:, None] == low)
    error = np.sqrt(wins.mean(axis=1).var(ddof=1) / len(high) + wins.mean(axis=0).var(ddof=1) / len(low))
    found = area_under_curve(STATED, TRUE, resamples=4000)
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(error, rel=0.06)


def test_spiegelhalters_test_is_standard_normal_where_probabilities_are_right() -> None:
    rng = np.random.default_rng(0)
    found = []
    for _ in range(400):
        stated = rng.beta(2, 2, 200)
        found.append(spiegelhalter_test(stated, (rng.random(200) < stated).astype(int)).z)
    assert stats.kstest(found, "norm").pvalue > 0.01


def test_spiegelhalters_test_finds_overconfidence() -> None:
    found = spiegelhalter_test([0.9] * 200, [1] * 150 + [0] * 50)
    assert found.p_value is not None
    assert found.p_value < 1e-6


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("stated", "true", "reason"),
    [
        ([], [], "no_pairable_units"),
        ([None], [1], "no_pairable_units"),
        ([0.5] * 60, [1] * 60, "no_variation"),
    ],
)
def test_thin_data_are_named(stated: list[float | None], true: list[int], reason: str) -> None:
    assert area_under_curve(stated, true).undefined == reason
    assert brier_score(stated, true).score.undefined == reason
    assert negative_log_likelihood(stated, true).undefined == reason
    assert spiegelhalter_test(stated, true).undefined == reason


@pytest.mark.filterwarnings("error")
def test_certainty_that_fails_costs_much_and_not_everything() -> None:
    found = negative_log_likelihood([1.0, 0.0], [0, 1], inference=None)
    assert found.estimate == pytest.approx(-np.log(1e-15), rel=1e-3)


@pytest.mark.parametrize(
    ("stated", "true", "said"),
    [
        ([1.1], [1], "probabilities lie between 0 and 1"),
        ([0.5], [2], "outcomes are 0 or 1"),
        ([0.5], [1, 0], "differ in length"),
    ],
)
def test_wrong_columns_are_errors(stated: list[float], true: list[int], said: str) -> None:
    with pytest.raises(AgreementError, match=said):
        brier_score(stated, true)
