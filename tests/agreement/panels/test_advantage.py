import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.panels import compare_with_best
from tests.agreement.panels.simulated import draw_votes


def draw(accuracies: list[float], size: int = 300, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, size).astype(np.float64)
    return draw_votes(rng, labels, accuracies), labels


def test_independent_judges_of_one_skill_are_better_together() -> None:
    votes, labels = draw([0.75] * 5)
    found = compare_with_best(votes, labels, labelled=50, draws=40, weighted=False)
    assert found.helps
    assert found.panel.estimate == pytest.approx(0.896, abs=0.05)  # binomial: three or more of five are right


def test_judges_of_no_skill_do_not_help_a_good_one() -> None:
    votes, labels = draw([0.9, 0.5, 0.5, 0.5, 0.5])
    equal = compare_with_best(votes, labels, labelled=50, draws=40, weighted=False)
    learnt = compare_with_best(votes, labels, labelled=50, draws=40)
    assert equal.difference.high is not None
    assert equal.difference.high < 0
    assert not learnt.helps
    assert learnt.panel.estimate is not None
    assert equal.panel.estimate is not None
    assert learnt.panel.estimate > equal.panel.estimate
    assert learnt.picked == (1.0, 0.0, 0.0, 0.0, 0.0)


def test_a_judge_that_is_mostly_wrong_helps_where_weights_may_be_negative() -> None:
    votes, labels = draw([0.75, 0.7, 0.25, 0.3])
    signed = compare_with_best(votes, labels, labelled=60, draws=40, signed=True)
    assert signed.helps
    assert not compare_with_best(votes, labels, labelled=60, draws=40).helps


def test_the_figures_are_over_the_same_units_and_their_difference_is_theirs() -> None:
    votes, labels = draw([0.8, 0.7, 0.6])
    found = compare_with_best(votes, labels, labelled=100, draws=30, inference=None)
    assert found.panel.estimate is not None
    assert found.best.estimate is not None
    assert found.difference.estimate == pytest.approx(found.panel.estimate - found.best.estimate, abs=1e-12)
    assert (found.panel.n, found.best.n, found.difference.n) == (300, 300, 300)
    assert sum(found.picked) == pytest.approx(1)


def test_a_seed_gives_the_same_again_and_units_without_a_label_are_counted() -> None:
    votes, labels = draw([0.8, 0.7], 100)
    partly = [*labels[:80].tolist(), *[None] * 20]
    one, other = (compare_with_best(votes, partly, labelled=20, draws=10, seed=5) for _ in range(2))
    assert one.to_dict() == other.to_dict()
    assert one.panel.excluded == {"unlabelled": 20}


def test_too_few_labels_are_named() -> None:
    votes, labels = draw([0.8, 0.7], 20)
    assert compare_with_best(votes, labels, labelled=20).difference.undefined == "too_few_items"
    assert compare_with_best(votes, [None] * 20, labelled=5).panel.undefined == "no_pairable_units"
    clustered = compare_with_best(votes, labels, labelled=5, clusters=[0, 1] * 10)
    assert clustered.difference.undefined == "too_few_items"


def test_nonsense_is_refused() -> None:
    with pytest.raises(AgreementError):
        compare_with_best([[1, 0]], [1], labelled=0)
    with pytest.raises(AgreementError):
        compare_with_best([[1, 0]], [1, 0], labelled=1)
