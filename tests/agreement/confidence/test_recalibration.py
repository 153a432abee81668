import numpy as np
import pytest
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

from evalplatform.agreement import AgreementError
from evalplatform.agreement.confidence import calibration_error, probability_weighted_score, recalibrate
from evalplatform.agreement.confidence.recalibration import _fit_isotonic, _fit_platt, _log_odds


def draw(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Stated probabilities that are too far from one half, and what came true."""
    rng = np.random.default_rng(seed)
    right = rng.beta(2, 2, size)
    return right**3 / (right**3 + (1 - right) ** 3), (rng.random(size) < right).astype(int)


def test_the_logistic_curve_is_that_of_scikit_learn() -> None:
    stated, true = draw(1, 400)
    published = _SigmoidCalibration().fit(_log_odds(stated), true).predict(_log_odds(stated))
    assert _fit_platt(stated, true.astype(float), stated) == pytest.approx(published, abs=1e-4)


def test_the_rising_curve_is_that_of_scikit_learn() -> None:
    stated, true = draw(1, 400)
    published = IsotonicRegression(out_of_bounds="clip").fit(stated, true).predict(stated)
    assert _fit_isotonic(stated, true.astype(float), stated) == pytest.approx(published)


@pytest.mark.parametrize("curve", ["platt", "isotonic"])
def test_recalibrated_probabilities_come_true(curve: str) -> None:
    stated, true = draw(5, 4000)
    found = recalibrate(stated, true, curve=curve)  # type: ignore[arg-type]
    before, after = calibration_error(stated, true), calibration_error(found, true)
    assert before.exceeds_chance
    assert before.debiased is not None
    assert after.debiased is not None
    assert after.debiased < before.debiased / 3


def test_an_item_teaches_nothing_about_itself() -> None:
    """Each item is one outcome, stated alike: a curve that had seen the item would tell which."""
    outcomes = np.repeat(np.arange(40) % 2, 5)
    found = recalibrate([0.5] * 200, outcomes, clusters=np.repeat(np.arange(40), 5), folds=40)
    assert np.all(found[outcomes == 1] < found[outcomes == 0])


def test_unknown_outcomes_are_given_a_probability() -> None:
    stated, true = draw(2, 300)
    known = [None if row % 3 == 0 else value for row, value in enumerate(true.tolist())]
    found = recalibrate(stated, known)
    assert ((found > 0) & (found < 1)).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("curve", ["platt", "isotonic"])
@pytest.mark.parametrize("outcomes", [[1] * 30, [None] * 30, [1, 0] * 15])
def test_thin_data_give_probabilities(curve: str, outcomes: list[int | None]) -> None:
    found = recalibrate([0.5] * 30, outcomes, curve=curve)  # type: ignore[arg-type]
    assert ((found >= 0) & (found <= 1)).all()


def test_perfect_separation_ends() -> None:
    found = recalibrate([0.1] * 50 + [0.9] * 50, [0] * 50 + [1] * 50)
    assert (found[:50] < 0.05).all()
    assert (found[50:] > 0.95).all()


@pytest.mark.parametrize(
    ("options", "said"), [({"folds": 1}, "two folds"), ({"curve": "spline"}, "no such curve: spline")]
)
def test_wrong_wishes_are_errors(options: dict[str, int], said: str) -> None:
    with pytest.raises(AgreementError, match=said):
        recalibrate([0.5], [1], **options)  # type: ignore[arg-type]


def test_a_score_between_points() -> None:
    """The log probabilities of G-Eval's worked example."""
    assert probability_weighted_score({4: -0.1, 5: -2.5, 3: -4}) == pytest.approx(4.063437, abs=1e-6)
    assert probability_weighted_score({1: -2000, 3: -2000}) == 2
    with pytest.raises(AgreementError, match="no point"):
        probability_weighted_score({})
