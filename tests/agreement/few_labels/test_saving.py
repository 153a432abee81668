"""What a judge can be expected to save."""

import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.few_labels import expected_saving, ppi_mean

HUMAN, JUDGE = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0], [1, 0, 1, 0, 0, 1, 1, 1, 1, 1]


def test_the_formula() -> None:
    found = expected_saving(HUMAN, JUDGE, labels=100, others=300)
    rho = float(np.corrcoef(HUMAN, JUDGE)[0, 1])
    assert found.correlation.estimate == pytest.approx(rho)
    assert found.saving.estimate == pytest.approx(rho**2 * 0.75)
    assert found.worth == "saves_little"
    assert expected_saving(HUMAN, JUDGE, labels=1, others=9).worth == "saves"


def test_few_items_leave_one_out_and_many_are_drawn() -> None:
    few = expected_saving(HUMAN, JUDGE, labels=10, others=90)
    assert few.saving.method == few.correlation.method == "jackknife_t"
    many = expected_saving(HUMAN * 10, JUDGE * 10, labels=10, others=90)
    assert many.saving.method == "item_bootstrap"
    assert many.correlation.low is not None
    assert many.saving.low == pytest.approx(max(many.correlation.low, 0) ** 2 * 0.9)
    clustered = expected_saving(HUMAN * 10, JUDGE * 10, labels=10, others=90, clusters=list(range(10)) * 10)
    assert clustered.correlation.estimate == pytest.approx(many.correlation.estimate)
    assert clustered.correlation.high == few.correlation.high


def test_a_judge_that_contradicts_people_saves_nothing() -> None:
    found = expected_saving(HUMAN * 10, [1 - each for each in HUMAN] * 10, labels=10, others=90)
    assert found.correlation.estimate == pytest.approx(-1)
    assert (found.saving.estimate, found.worth) == (0, "saves_little")


def test_what_cannot_be_said_has_a_name() -> None:
    assert expected_saving([], [], labels=1, others=1).saving.undefined == "no_pairable_units"
    assert expected_saving([1], [1], labels=1, others=1).saving.undefined == "too_few_items"
    constant = expected_saving([1] * 60, [1, 0] * 30, labels=1, others=1)
    assert (constant.saving.undefined, constant.worth) == ("no_variation", None)
    assert expected_saving(HUMAN, JUDGE, labels=1, others=0).saving.undefined == "no_variation"
    with pytest.raises(AgreementError, match="one label at least"):
        expected_saving(HUMAN, JUDGE, labels=0, others=1)


def test_a_useless_judge_costs_next_to_nothing() -> None:
    """Error beside that of people alone, over draws of 100 labels and 1,000 others."""
    rng = np.random.default_rng(4)
    squares = []
    for _ in range(600):
        human, judge = (rng.random((2, 1100)) < 0.6).astype(float)
        found = ppi_mean(np.where(np.arange(1100) < 100, human, np.nan), judge)
        squares.append([(each.estimate or 0) - 0.6 for each in (found.corrected, found.people)])
    with_judge, alone = np.square(squares).mean(axis=0)
    assert np.sqrt(with_judge / alone) < 1.02


def test_a_judge_with_a_whim_for_each_item_does_no_harm_where_items_are_labelled_whole() -> None:
    """Unit by unit the judge follows people; items as a whole it likes or not, all ten units alike."""
    rng = np.random.default_rng(5)
    squares, items = [], np.repeat(np.arange(200), 10)
    for _ in range(300):
        people = rng.normal(size=2000)
        judge = people + rng.normal(size=200)[items]
        found = ppi_mean(np.where(items < 40, people, np.nan), judge, clusters=items)
        squares.append([(each.estimate or 0) for each in (found.corrected, found.people)])
    with_judge, alone = np.square(squares).mean(axis=0)
    assert np.sqrt(with_judge / alone) < 1.02


def test_very_many_items_need_no_draws() -> None:
    """Leaving one out of 6,000 items gives the limits that draws of 4,900 of them give, a little narrower."""
    rng = np.random.default_rng(6)
    judge = rng.random(6000)
    human = (rng.random(6000) < judge).astype(float)
    many = expected_saving(human, judge, labels=10, others=90).correlation
    drawn = expected_saving(human[:4900], judge[:4900], labels=10, others=90, resamples=4000).correlation
    assert (many.method, drawn.method) == ("jackknife_t", "item_bootstrap")
    width, other = ((each.high or 0) - (each.low or 0) for each in (many, drawn))
    assert width == pytest.approx(other * np.sqrt(4900 / 6000), rel=0.06)
