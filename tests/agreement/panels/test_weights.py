from random import Random

import numpy as np
import pytest
from scipy.optimize import minimize

from evalplatform.agreement import AgreementError
from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.panels import cross_fit_weights, learn_weights
from evalplatform.agreement.panels.weights import deal_folds
from tests.agreement.panels.simulated import draw_votes

ACCURACIES = [0.9, 0.7, 0.7, 0.5, 0.3]


def draw(size: int = 400, seed: int = 3) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, size).astype(np.float64)
    return draw_votes(rng, labels, ACCURACIES), labels


def solve(votes: FloatArray, labels: FloatArray, shrinkage: float) -> FloatArray:
    """The signed problem by its normal equations."""
    x, y, judges = 2 * votes - 1, 2 * labels - 1, votes.shape[1]  # no vote is a tie: of size one
    found: FloatArray = np.linalg.solve(x.T @ x + shrinkage * (np.eye(judges) - 1 / judges), x.T @ y)
    found /= np.abs(found).sum()
    return found


@pytest.mark.parametrize("shrinkage", [0, 10, 1000])
def test_signed_weights_solve_the_normal_equations(shrinkage: float) -> None:
    votes, labels = draw()
    found = learn_weights(votes, labels, signed=True, shrinkage=shrinkage)
    assert found == pytest.approx(solve(votes, labels, shrinkage), abs=1e-9)


def test_a_judge_that_is_mostly_wrong_has_a_negative_weight_only_where_it_may() -> None:
    votes, labels = draw()
    assert learn_weights(votes, labels, signed=True)[4] < 0
    assert learn_weights(votes, labels)[4] == 0


@pytest.mark.parametrize("shrinkage", [0, 10])
def test_weights_above_zero_are_the_least_squares_among_those(shrinkage: float) -> None:
    votes, labels = draw()
    x, y = 2 * votes - 1, 2 * labels - 1

    def loss(weights: FloatArray) -> float:
        return float(np.sum((y - x @ weights) ** 2) + shrinkage * np.sum((weights - weights.mean()) ** 2))

    best = minimize(loss, np.ones(5), bounds=[(0, None)] * 5, tol=1e-12).x
    found = learn_weights(votes, labels, shrinkage=shrinkage)
    assert found == pytest.approx(best / best.sum(), abs=1e-4)


def test_the_more_they_are_drawn_together_the_more_alike_they_are() -> None:
    votes, labels = draw()
    assert learn_weights(votes, labels, shrinkage=1e9) == pytest.approx([0.2] * 5, abs=1e-4)


def test_they_are_equal_where_nothing_can_be_learnt() -> None:
    votes, labels = draw(40)
    equal = [0.2] * 5
    assert learn_weights(votes, [None] * 40).tolist() == equal
    assert learn_weights(np.full((40, 5), 0.5), labels).tolist() == equal
    assert (
        learn_weights(np.repeat(1 - labels[:, None], 5, axis=1), labels).tolist() == equal
    )  # nobody is of use


def test_scores_are_weighed_about_their_means() -> None:
    rng = np.random.default_rng(5)
    truth = rng.normal(50, 10, 500)
    votes = np.column_stack([truth + 7 + rng.normal(0, 1, 500), rng.normal(30, 10, 500)])
    found = learn_weights(votes, truth, centre=None)
    assert found[0] > 0.95
    assert found.sum() == pytest.approx(1)


def test_no_unit_is_weighed_by_what_saw_its_label() -> None:
    """Turning the labels of one fold round changes the weights of every other fold, and none of its own."""
    votes, labels = draw(200)
    folds = deal_folds(np.arange(200), 5, seed=1)
    before = cross_fit_weights(votes, labels, folds.tolist())
    after = cross_fit_weights(votes, np.where(folds == 2, 1 - labels, labels), folds.tolist())
    same = (before == after).all(axis=1)
    assert same.tolist() == (folds == 2).tolist()


def test_a_fold_has_the_weights_that_all_others_teach() -> None:
    votes, labels = draw(200)
    folds = deal_folds(np.arange(200), 4, seed=1)
    found = cross_fit_weights(votes, labels, folds.tolist(), signed=True)
    wanted = learn_weights(votes[folds != 3], labels[folds != 3], signed=True)
    assert found[folds == 3] == pytest.approx(np.tile(wanted, (50, 1)), abs=1e-12)


def test_clusters_are_dealt_whole_and_evenly() -> None:
    clusters = np.repeat(np.arange(20), 3)
    folds = deal_folds(clusters, 5, seed=7)
    assert all(len(set(folds[clusters == one].tolist())) == 1 for one in range(20))
    assert np.bincount(folds).tolist() == [12] * 5


def test_the_order_of_units_and_of_judges_does_not_matter() -> None:
    votes, labels = draw(100)
    rows, columns = list(range(100)), list(range(5))
    Random(1).shuffle(rows)
    Random(1).shuffle(columns)
    found = learn_weights(votes[np.ix_(rows, columns)], labels[rows])
    assert found == pytest.approx(learn_weights(votes, labels)[columns], abs=1e-9)


def test_which_answer_is_called_first_does_not_matter() -> None:
    votes, labels = draw(100)
    assert learn_weights(1 - votes, 1 - labels) == pytest.approx(learn_weights(votes, labels), abs=1e-9)


def test_unlike_columns_are_refused() -> None:
    with pytest.raises(AgreementError):
        learn_weights([[1, 0]], [1, 0])
    with pytest.raises(AgreementError):
        cross_fit_weights([[1, 0]], [1], [0, 1])
    with pytest.raises(AgreementError):
        learn_weights([[1, 0]], [1], shrinkage=-1)
