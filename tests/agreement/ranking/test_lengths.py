import warnings

import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.ranking import length_controlled_win_rate
from evalplatform.agreement.ranking.lengths import Penalty, RateAtEqualLength, fit_length


def draw(n: int, seed: int, *, theta: float = 0.3, phi: float = 1.5) -> tuple[list[float], list[float]]:
    """Win probabilities with noise, and differences of length."""
    rng = np.random.default_rng(seed)
    longer_by = rng.normal(100, 300, n)
    logits = theta + phi * np.tanh(longer_by / longer_by.std(ddof=1)) + rng.normal(0, 0.5, n)
    return (1 / (1 + np.exp(-logits))).tolist(), longer_by.tolist()


@pytest.mark.parametrize("penalty", ["l2", "l1"])
@pytest.mark.parametrize("strength", [0.5, 4.0, 20.0])
def test_the_fit_equals_scikit_learn(penalty: Penalty, strength: float) -> None:
    from sklearn.linear_model import LogisticRegression

    shares, longer_by = (np.array(each) for each in draw(300, 1))
    term = np.tanh(longer_by / longer_by.std(ddof=1))
    model = LogisticRegression(
        C=1 / strength,
        l1_ratio=float(penalty == "l1"),
        solver="saga" if penalty == "l1" else "lbfgs",
        tol=1e-12,
        max_iter=100_000,
        random_state=0,
    )
    # a soft target is a win with its probability as weight, and a loss with the rest
    model.fit(np.tile(term, 2)[:, None], np.repeat([1, 0], 300), sample_weight=np.append(shares, 1 - shares))
    at, held = fit_length(shares, term, penalty, strength)
    assert at.tolist() == pytest.approx([model.intercept_[0], model.coef_[0, 0]], abs=2e-5)
    assert not held


def test_a_strong_l1_penalty_holds_the_length_term_at_0() -> None:
    shares, longer_by = (np.array(each) for each in draw(300, 1))
    at, held = fit_length(shares, np.tanh(longer_by / 300), "l1", 1000.0)
    assert (held, at[1], 1 / (1 + np.exp(-at[0]))) == (True, 0.0, pytest.approx(shares.mean()))


@pytest.mark.parametrize("penalty", ["l2", "l1"])
def test_length_is_taken_off(penalty: Penalty) -> None:
    """Where the truth is known: the win rate at equal length, not the one that longer answers bring."""
    wins, longer_by = draw(4000, 2, theta=-0.4)
    longer_by = [each + 300 for each in longer_by]
    base = [1000.0] * 4000
    found = length_controlled_win_rate(
        wins, [1000 + each for each in longer_by], base, penalty=penalty, resamples=200
    )
    assert found.rate.estimate is not None
    assert found.raw is not None
    assert found.length_effect is not None
    assert found.length_effect > 1
    assert found.raw > found.rate.estimate + 0.1
    assert found.rate.method == "item_bootstrap"


def test_one_step_draws_are_as_wide_as_refits() -> None:
    wins, longer_by = draw(200, 3)
    lengths = [1000 + each for each in longer_by]
    found = length_controlled_win_rate(wins, lengths, [1000] * 200)
    term = np.tanh(np.array(longer_by) / np.std(longer_by, ddof=1))
    rng = np.random.default_rng(0)
    refits = []
    for _ in range(600):
        rows = rng.integers(0, 200, 200)
        at, _held = fit_length(np.array(wins)[rows], term[rows], "l2", 1.0)
        refits.append(1 / (1 + np.exp(-at[0])))
    assert [found.rate.low, found.rate.high] == pytest.approx(
        np.quantile(refits, [0.025, 0.975]).tolist(), abs=0.006
    )


@pytest.mark.parametrize("penalty", ["l2", "l1"])
def test_one_step_goes_where_a_refit_goes(penalty: Penalty) -> None:
    """With weights of 1 and 1.05, one step is right up to the square of the change."""
    wins, longer_by = (np.array(each) for each in draw(200, 3))
    term = np.tanh(longer_by / longer_by.std(ddof=1)) + 0.4  # so that both parameters move together
    figures = RateAtEqualLength(wins, term, np.arange(200), penalty, 4.0)
    copies = np.random.default_rng(1).integers(20, 22, 200)
    stepped = figures.under((copies / 20)[:, None])[0, 0]
    at, _ = fit_length(np.repeat(wins, copies), np.repeat(term, copies), penalty, 20 * 4.0)
    refitted = 1 / (1 + np.exp(-at[0]))
    assert abs(stepped - figures.point()[0]) > 5e-4
    assert stepped == pytest.approx(refitted, abs=2e-6)


def test_lengths_that_do_not_overlap_are_refused() -> None:
    wins = [0.9, 0.8, 0.3, 0.6, 0.7]
    found = length_controlled_win_rate(wins, [50, 60, 70, 80, 90], [100] * 5)
    assert (found.rate.estimate, found.rate.undefined) == (None, "no_length_overlap")
    assert found.raw == pytest.approx(0.66)
    assert found.longer == 0.0
    one_item = length_controlled_win_rate(wins, [50, 60, 70, 80, 110], [100] * 5)
    assert one_item.rate.undefined == "no_length_overlap"


def test_equal_lengths_leave_the_plain_rate() -> None:
    found = length_controlled_win_rate([0.9, 0.8, 0.3, 0.6], [5] * 4, [5] * 4)
    assert found.rate.estimate == pytest.approx(0.65)
    assert (found.length_effect, found.rate.method) == (0.0, "jackknife_t")


@pytest.mark.parametrize(
    ("wins", "lengths", "reason"),
    [
        ([], [], "no_pairable_units"),
        ([None, None], [1, 2], "no_pairable_units"),
        ([1, 1, 1, 1], [1, 9, 2, 8], "no_variation"),
        ([0, 0, 0, 0], [1, 9, 2, 8], "no_variation"),
        ([0.5], [5], "no_length_overlap"),
        ([0.5, 0.5, 0.5, 0.5], [1, 9, 2, 8], "too_few_items"),
    ],
)
def test_thin_data_are_named(wins: list[float | None], lengths: list[float], reason: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = length_controlled_win_rate(wins, lengths, [5] * len(lengths))
    assert found.rate.undefined == reason


def test_wrong_input_is_refused() -> None:
    with pytest.raises(AgreementError, match="strength a number above 0"):
        length_controlled_win_rate([1], [1], [1], strength=0)
    with pytest.raises(AgreementError, match="at least 0"):
        length_controlled_win_rate([1], [-1], [1])
    with pytest.raises(AgreementError, match="lengths are numbers"):
        length_controlled_win_rate([1], ["long"], [1])
    with pytest.raises(AgreementError, match="not over raters"):
        length_controlled_win_rate([1], [1], [1], inference="rater_population")
