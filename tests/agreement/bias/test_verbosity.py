import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.bias import longer_preferred, verbosity_gap


def test_the_share_is_that_counted_by_hand() -> None:
    found = longer_preferred(
        ["first", "second", "first", "tie", None, "first", "inconsistent"],
        [10, 10, 3, 9, 9, 7, 9],
        [4, 4, 8, 1, 1, 7, 1],
        inference=None,
    )
    assert found.estimate == pytest.approx(1 / 3)
    assert found.n == 3
    assert found.excluded == {"undecided": 3, "no_longer_answer": 1}


def test_small_gaps_are_left_out() -> None:
    found = longer_preferred(["first", "first"], [100, 30], [10, 10], least_gap=30, inference=None)
    assert (found.estimate, found.n) == (1, 1)


def test_turning_all_pairs_round_changes_nothing() -> None:
    rng = np.random.default_rng(11)
    first, second = rng.integers(1, 500, 200), rng.integers(1, 500, 200)
    verdicts = rng.choice(["first", "second", "tie"], 200)
    turned = [{"first": "second", "second": "first"}.get(verdict, verdict) for verdict in verdicts]
    assert longer_preferred(verdicts, first, second) == longer_preferred(turned, second, first)


def test_a_judge_is_held_against_people_on_the_same_pairs() -> None:
    """People take the longer answer in 60 % of pairs, the judge as well and in half of the others."""
    rng = np.random.default_rng(11)
    first, second = np.full(4000, 200), np.full(4000, 100)
    people = np.where(rng.random(4000) < 0.6, "first", "second")
    judge = np.where(rng.random(4000) < 0.5, "first", people)
    found = verbosity_gap(judge, people, first, second, clusters=np.repeat(np.arange(400), 10))
    assert found.people.estimate == np.mean(people == "first")
    assert found.judge.estimate == np.mean(judge == "first")
    assert found.gap.low is not None
    assert found.gap.high is not None
    assert found.gap.low < 0.2 < found.gap.high
    assert found.gap.high - found.gap.low < 0.05


def test_who_agrees_with_people_has_no_gap() -> None:
    rng = np.random.default_rng(11)
    people = rng.choice(["first", "second"], 100)
    found = verbosity_gap(people, people, [90] * 100, [1] * 100)
    assert (found.gap.estimate, found.gap.undefined) == (0, "no_variation")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("verdicts", "reason"),
    [
        ([], "no_pairable_units"),
        (["tie"], "no_pairable_units"),
        (["first"], "too_few_items"),
        (["first"] * 60, "too_few_disagreements"),
    ],
)
def test_thin_data_are_named(verdicts: list[str], reason: str) -> None:
    assert longer_preferred(verdicts, [9] * len(verdicts), [1] * len(verdicts)).undefined == reason


def test_wrong_columns_are_errors() -> None:
    with pytest.raises(AgreementError, match="not a preference: 'left'"):
        longer_preferred(["left"], [1], [2])
    with pytest.raises(AgreementError, match="differ in length"):
        longer_preferred(["first"], [1, 2], [2])
    with pytest.raises(AgreementError, match="differ in length"):
        verbosity_gap(["first"], [], [1], [2])
