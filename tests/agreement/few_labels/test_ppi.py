"""Means by people and judge: known answers, the formula of the paper, and what sampling does to them."""

from typing import Any

import numpy as np
import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.few_labels import label_units, ppi_mean, ppi_win_rate

HUMAN = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0] + [None] * 20
JUDGE = [1, 0, 1, 0, 0, 1, 1, 1, 1, 1] + [int(digit) for digit in "11101011110111011101"]


def rounded(found: Any) -> list[float]:  # Any: an Estimate whose figures are there
    return [round(found.estimate, 7), round(found.low, 5), round(found.high, 5)]


def test_the_toy_of_ppi_python() -> None:
    found = ppi_mean(HUMAN, JUDGE, reach="normal")
    assert rounded(found.corrected) == [0.6131818, 0.32318, 0.90318]
    assert rounded(found.people) == [0.6, 0.29636, 0.90364]
    assert round(found.power, 3) == 0.264
    assert found.judge == pytest.approx(22 / 30)
    assert found.corrected.n == 10


def test_the_toy_with_the_judge_listened_to_in_full() -> None:
    found = ppi_mean(HUMAN, JUDGE, power=1, reach="normal")
    assert rounded(found.corrected) == [0.65, 0.26605, 1.03395]


def test_few_items_get_students_reach() -> None:
    normal, student = (ppi_mean(HUMAN, JUDGE, reach=reach).corrected for reach in ("normal", "student"))
    assert (student.method, normal.method) == ("sandwich_t", "sandwich")
    assert normal.low is not None
    assert normal.high is not None
    assert student.low is not None
    assert student.high is not None
    ratio = (student.high - student.low) / (normal.high - normal.low)
    assert ratio == pytest.approx(2.2621572 / 1.9599640 * np.sqrt(10 / 9))


def paper(votes: Any, verdicts: Any, others: Any) -> tuple[float, float, float]:
    """Angelopoulos et al. (2023) on two samples, with the centring of ppi-python: figure, variance, lambda."""
    n, size = len(votes), len(others)
    pooled = np.var(np.concatenate([verdicts, others]), ddof=1)
    power = np.clip(np.cov(votes, verdicts, bias=True)[0, 1] / ((1 + n / size) * pooled), 0, 1)
    left = votes - power * verdicts
    return power * others.mean() + left.mean(), power**2 * np.var(others) / size + np.var(left) / n, power


@pytest.mark.parametrize("seed", range(8))
def test_one_formula_over_all_units_is_that_of_two_samples(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, size = int(rng.integers(5, 60)), int(rng.integers(1, 300))
    judge = rng.random(n + size)
    human = np.where(np.arange(n + size) < n, rng.uniform(-1, 2) * judge + rng.random(n + size), np.nan)
    point, variance, power = paper(human[:n], judge[:n], judge[n:])
    found = ppi_mean(human, judge, reach="normal")
    assert found.corrected.estimate == pytest.approx(point)
    assert found.power == pytest.approx(power)
    assert found.corrected.high == pytest.approx(point + 1.959963984540054 * np.sqrt(variance))


def test_equal_probabilities_are_a_simple_random_sample() -> None:
    found = ppi_mean(HUMAN, JUDGE, probabilities=[0.1] * 30)
    assert found.people.estimate == 0.6
    assert ppi_mean(HUMAN, JUDGE, probabilities=[1 / 3] * 30).power == pytest.approx(0.2636364)


def route(rng: np.random.Generator, items: int = 4000) -> tuple[Any, Any, Any, float]:
    """People are asked where the judge is unsure, and there they disagree with it: human, judge, chance, truth."""
    judge = rng.random(items)
    human = (rng.random(items) < np.clip(judge - 0.25 * (np.abs(judge - 0.5) < 0.3), 0, 1)).astype(float)
    chance = np.where(np.abs(judge - 0.5) < 0.3, 0.4, 0.05)
    return np.where(rng.random(items) < chance, human, np.nan), judge, chance, 0.5 - 0.25 * 0.6


def test_routing_by_doubt_biases_a_plain_mean_and_not_the_weighted_one() -> None:
    plain, weighted = [], []
    for seed in range(60):
        human, judge, chance, truth = route(np.random.default_rng(seed))
        plain.append(float(np.nanmean(human)) - truth)
        weighted.append((ppi_mean(human, judge, probabilities=chance).corrected.estimate or 0) - truth)
    assert abs(np.mean(plain)) > 0.07
    assert abs(np.mean(weighted)) < 3 * np.std(weighted) / np.sqrt(60)


def test_intervals_of_routed_labels_hold_the_truth_and_are_narrower_than_peoples() -> None:
    held, narrower = 0, 0
    for seed in range(300):
        human, judge, chance, truth = route(np.random.default_rng(seed), items=1500)
        found = ppi_win_rate(human, judge, probabilities=chance)
        low, high = found.corrected.low or 0, found.corrected.high or 1
        held += low <= truth <= high
        narrower += high - low < (found.people.high or 1) - (found.people.low or 0)
    assert 0.92 <= held / 300 <= 0.98  # 95 % +- 2.4 standard errors
    assert narrower == 300


@pytest.mark.parametrize(("labels", "rate"), [(50, 0.5), (100, 0.1), (200, 0.9)])
def test_intervals_of_rates_hold_the_truth_near_the_edges_too(labels: int, rate: float) -> None:
    rng = np.random.default_rng(1)
    held = []
    for _ in range(500):
        human = (rng.random(labels + 500) < rate).astype(float)
        judge = np.where(rng.random(labels + 500) < 0.6, human, rng.random(labels + 500) < 0.5)
        found = ppi_win_rate(np.where(np.arange(labels + 500) < labels, human, np.nan), judge).corrected
        held.append((found.low or 0) <= rate <= (found.high or 1))
    assert found.method == "sandwich_wilson"
    assert 0.93 <= np.mean(held) <= 0.975


def test_the_interval_of_a_rate_is_wilsons_with_students_reach() -> None:
    """60 of 100 and nothing to correct: z replaced by t times sqrt(100 / 99)."""
    found = ppi_win_rate([1] * 60 + [0] * 40, [1] * 100).corrected
    z = 1.9842169515 * np.sqrt(100 / 99)
    middle, half = (0.6 + z**2 / 200) / (1 + z**2 / 100), z * np.sqrt(0.24 / 100 + z**2 / 40000)
    assert found.low == pytest.approx(middle - half / (1 + z**2 / 100))
    assert found.high == pytest.approx(middle + half / (1 + z**2 / 100))


def test_units_of_an_item_are_not_independent() -> None:
    rng = np.random.default_rng(3)
    human, judge = (np.repeat(rng.random(60), 4) for _ in range(2))
    clusters = np.repeat(np.arange(60), 4)
    alone, whole = (ppi_mean(human, judge, clusters=each).corrected for each in (None, clusters))
    assert alone.estimate == whole.estimate
    assert (whole.high or 0) - (whole.low or 0) == pytest.approx(
        2 * ((alone.high or 0) - (alone.low or 0)), rel=0.03
    )


def test_every_unit_labelled_leaves_nothing_to_correct() -> None:
    found = ppi_mean([1, 0, 1, 1], [1, 1, 0, 1])
    assert found.corrected == found.people
    assert (found.power, found.saving) == (0, 0)


def test_what_cannot_be_said_has_a_name() -> None:
    assert ppi_mean([], []).corrected.undefined == "no_pairable_units"
    assert ppi_mean([None, None], [1, 0]).corrected.undefined == "no_pairable_units"
    assert ppi_mean([1, None], [1, 0]).corrected.undefined == "too_few_items"
    assert ppi_mean([1, 1, None], [1, 0, 1]).corrected.undefined == "too_few_items"
    assert ppi_win_rate([1.0] * 60 + [None], [1.0] * 61).corrected.undefined == "no_variation"
    assert ppi_win_rate([1.0] * 59 + [0.0, None], [1.0] * 61).corrected.undefined == "no_variation"
    assert ppi_mean([1, 0, 1], [1, None, 0]).corrected.excluded == {"judge_missing": 1}


def test_what_is_no_question_is_an_error() -> None:
    with pytest.raises(AgreementError, match="one entry a unit"):
        ppi_mean([1, 0], [1])
    with pytest.raises(AgreementError, match="lie above 0"):
        ppi_mean([1, 0], [1, 0], probabilities=[0, 1])
    with pytest.raises(AgreementError, match="values lie from 0 to 1"):
        ppi_win_rate([2, 0], [1, 0])
    with pytest.raises(AgreementError, match="power lies"):
        ppi_mean([1, 0], [1, 0], power=2)
    with pytest.raises(AgreementError, match="are numbers"):
        ppi_mean(["first"], [1])  # type: ignore[list-item]


def test_labels_come_from_a_table_of_votes() -> None:
    rows = [(1, "ann", 4), (1, "bob", 2), (1, "gpt", 5), (2, "gpt", 1), (3, "ann", 1)]
    found = label_units(RatingTable.from_records(rows, level="interval"), ["ann", "bob"], "gpt")
    assert found.units.tolist() == [1, 2]
    np.testing.assert_array_equal(found.human, [3, np.nan])
    assert found.judge.tolist() == [5, 1]
    words = RatingTable.from_records([(1, "gpt", "good")], level="nominal")
    with pytest.raises(AgreementError, match="need points"):
        label_units(words, ["gpt"], "gpt")
    assert label_units(words, ["gpt"], "gpt", points={"good": 2}).judge.tolist() == [2]
    with pytest.raises(AgreementError, match="no points given for 'good'"):
        label_units(words, ["gpt"], "gpt", points={})
