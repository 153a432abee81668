import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from evalplatform.agreement import AgreementError
from evalplatform.agreement.against_people import balanced_accuracy

RNG = np.random.default_rng(3)
RIGHT = RNG.choice(["a", "b", "c"], 300, p=[0.7, 0.2, 0.1])
FOUND = np.where(RNG.random(300) < 0.6, RIGHT, RNG.choice(["a", "b", "d"], 300))


@pytest.mark.filterwarnings("ignore:y_pred contains classes")
def test_it_is_that_of_scikit_learn() -> None:
    found = balanced_accuracy(FOUND, RIGHT)
    assert found.estimate == pytest.approx(balanced_accuracy_score(RIGHT, FOUND))
    assert found.n == 300
    assert found.method == "item_bootstrap"


def test_a_missing_label_is_left_out_or_counts_as_told() -> None:
    judge, right = ["y", None, "n", "n"], ["y", "y", "n", None]
    left_out = balanced_accuracy(judge, right, inference=None)
    assert (left_out.estimate, left_out.n, left_out.excluded) == (1, 2, {"unpaired": 2})
    counted = balanced_accuracy(judge, right, missing_as="n", inference=None)
    assert (counted.estimate, counted.n) == (0.75, 3)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("judge", "right", "reason"),
    [
        ([], [], "no_pairable_units"),
        (["a"], ["a"], "no_variation"),
        (["a"] * 60, ["a"] * 60, "no_variation"),
        (["a", "b"] * 40, ["a", "b"] * 40, "too_few_disagreements"),
    ],
)
def test_thin_data_are_named(judge: list[str], right: list[str], reason: str) -> None:
    assert balanced_accuracy(judge, right).undefined == reason


def test_columns_of_different_lengths_are_an_error() -> None:
    with pytest.raises(AgreementError, match="differ in length"):
        balanced_accuracy(["a"], ["a", "b"])
