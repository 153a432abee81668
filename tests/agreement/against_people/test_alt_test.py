"""The test as its authors define it; their printed results on real data stand in tests/published."""

import numpy as np
import pytest
from scipy import stats

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.against_people import alt_test, alt_test_power

PEOPLE = ["ann", "bob", "eve"]


def make_table(values: np.ndarray, level: str = "nominal") -> RatingTable:
    """Columns are the judge and the people."""
    rows = [
        (unit, rater, float(value))
        for unit, row in enumerate(values)
        for rater, value in zip(["judge", *PEOPLE], row, strict=True)
        if not np.isnan(value)
    ]
    return RatingTable.from_records(rows, level=level)  # type: ignore[arg-type]


def draw(seed: int, units: int = 60) -> np.ndarray:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, (units, 1))
    values = np.where(rng.random((units, 4)) < 0.7, truth, rng.integers(0, 3, (units, 4))).astype(float)
    values[rng.random((units, 4)) < 0.1] = np.nan
    return values


def test_each_contest_is_that_of_the_definition() -> None:
    values = draw(4)
    found = alt_test(make_table(values), "judge", PEOPLE, epsilon=0.1)
    for place, contest in enumerate(found.contests, start=1):
        judge_wins, person_wins = [], []
        for row in values:
            others = [
                value for other, value in enumerate(row) if other not in (0, place) and not np.isnan(value)
            ]
            if np.isnan(row[0]) or np.isnan(row[place]) or not others:
                continue
            near = [np.mean([row[column] == other for other in others]) for column in (0, place)]
            judge_wins.append(float(near[0] >= near[1]))
            person_wins.append(float(near[1] >= near[0]))
        assert contest.judge_wins == pytest.approx(np.mean(judge_wins))
        assert contest.n == len(judge_wins)
        advantage = np.subtract(person_wins, judge_wins)
        tested = stats.ttest_1samp(advantage, 0.1, alternative="less")
        assert contest.p_value == pytest.approx(tested.pvalue)
    assert found.advantage_probability == pytest.approx(np.mean([each.judge_wins for each in found.contests]))


def test_numbers_are_held_against_each_other_by_distance() -> None:
    values = np.array([[3.0, 1, 3, 4], [2, 2, 2, 2], [5, 1, 5, 5]] * 20)
    found = alt_test(make_table(values, "interval"), "judge", PEOPLE, score="negative_rmse")
    assert [contest.judge_wins for contest in found.contests] == [1, 1, 1]
    assert found.contests[0].person_wins == pytest.approx(1 / 3)
    assert found.passed is True


def test_people_with_few_units_are_left_out() -> None:
    values = draw(1, units=45)
    values[20:, 3] = np.nan
    found = alt_test(make_table(values), "judge", PEOPLE)
    assert [contest.person for contest in found.contests] == ["ann", "bob"]
    assert found.left_out is not None
    assert list(found.left_out) == ["eve"]


@pytest.mark.filterwarnings("error")
def test_nobody_with_units_enough_is_named() -> None:
    found = alt_test(make_table(draw(1, units=10)), "judge", PEOPLE)
    assert (found.undefined, found.winning_rate, found.passed) == ("too_few_raters", None, None)


def test_a_unit_rated_twice_is_an_error() -> None:
    rows = [(unit, rater, 1) for unit in range(40) for rater in ("judge", *PEOPLE)] + [(0, "ann", 2)]
    with pytest.raises(AgreementError, match="twice"):
        alt_test(RatingTable.from_records(rows, level="nominal"), "judge", PEOPLE)


@pytest.mark.parametrize(("epsilon", "power"), [(0.1, 0.20), (0.2, 0.59)])
def test_an_equal_judge_passes_seldom_at_thirty_units(epsilon: float, power: float) -> None:
    """Worked out beforehand for three people of accuracy .8 and two values."""
    found = alt_test_power(
        people=3, units=30, person_accuracy=0.8, judge_accuracy=0.8, epsilon=epsilon, runs=1500
    )
    assert found == pytest.approx(power, abs=0.05)


def test_a_worse_judge_passes_where_epsilon_is_large() -> None:
    found = alt_test_power(
        people=3, units=200, person_accuracy=0.8, judge_accuracy=0.65, epsilon=0.2, runs=600
    )
    assert found == pytest.approx(0.84, abs=0.06)
