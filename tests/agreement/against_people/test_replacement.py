"""Yes, no, or not enough data."""

import numpy as np
import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.against_people import Replacement, may_replace_people
from evalplatform.agreement.against_people.replacement import count_items_needed
from evalplatform.agreement.results import Estimate

PEOPLE = ["p", "q", "r"]


def draw(accuracy: float, units: int, seed: int = 1) -> RatingTable:
    """A judge of this accuracy beside three people of .8."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, units)
    given = [np.where(rng.random(units) < p, truth, 1 - truth) for p in (accuracy, 0.8, 0.8, 0.8)]
    names = np.repeat(["judge", *PEOPLE], units)
    return RatingTable.from_arrays(
        np.tile(np.arange(units), 4), names, np.concatenate(given), level="nominal", kinds={"judge": "fixed"}
    )


def decide(table: RatingTable, **options: object) -> Replacement:
    return may_replace_people(table, "judge", PEOPLE, **{"margin": 0.05, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("accuracy", "units", "answer", "reason"),
    [
        (0.95, 1000, "yes", "not_inferior"),
        (0.5, 1000, "no", "inferior"),
        (0.95, 99, "not_enough_data", "too_few_items"),
        (0.82, 150, "not_enough_data", "interval_too_wide"),
    ],
)
def test_the_answers(accuracy: float, units: int, answer: str, reason: str) -> None:
    found = decide(draw(accuracy, units, seed=2))
    assert (found.answer, found.reason, found.items) == (answer, reason, units)
    assert (found.items_needed is None) == (answer != "not_enough_data")


def test_unreadable_answers_and_a_flagged_bias_are_a_no() -> None:
    table = draw(0.95, 1000)
    assert decide(table, unreadable=20).answer == "yes"
    assert (decide(table, unreadable=21).answer, decide(table, unreadable=21).reason) == ("no", "unreadable")
    flagged = decide(table, flagged=["verbosity", "position"])
    assert (flagged.reason, flagged.flagged) == ("flagged_bias", ("position", "verbosity"))


def test_items_needed_follow_from_the_error() -> None:
    """A standard error of .05 on 100 items, 2.8 of them to the margin of .1: 196 items."""
    seen = Estimate(estimate=0.0, n=0, n_unit="pairs", low=-0.0979982, high=0.0979982)
    assert count_items_needed(seen, 0.1, 100) == 197
    assert (
        count_items_needed(Estimate(estimate=-0.1, n=0, n_unit="pairs", low=-0.3, high=0.1), 0.1, 100) is None
    )


def test_as_many_items_as_were_asked_for_decide_in_four_of_five_cases() -> None:
    pilot = decide(draw(0.8, 20_000, seed=2), resamples=200).difference
    needed = count_items_needed(pilot, 0.05, 20_000)
    assert needed is not None
    answers = [decide(draw(0.8, needed, seed=seed), resamples=200).answer for seed in range(50)]
    assert 35 <= answers.count("yes") <= 46


def test_a_judge_at_the_margin_passes_seldom() -> None:
    """With two others of .8 a judge of accuracy a scores .2 + .6a; at .7167 it is .05 below people's .68."""
    answers = [decide(draw(0.7167, 200, seed=seed), resamples=200).answer for seed in range(100)]
    assert answers.count("yes") <= 7


def test_wrong_questions_are_refused() -> None:
    table = draw(0.8, 10)
    for options in ({"margin": 0.0}, {"unreadable": -1}, {"inference": None}):
        with pytest.raises(AgreementError):
            decide(table, **options)


def differ(items: int, differing: int) -> RatingTable:
    """People who always agree, and a judge who differs from them on some items."""
    rows = [
        (unit, rater, "b" if rater == "judge" and unit < differing else "a")
        for unit in range(items)
        for rater in ("judge", *PEOPLE)
    ]
    return RatingTable.from_records(rows, level="nominal", kinds={"judge": "fixed"})


def test_few_differences_are_judged_by_the_exact_limit() -> None:
    """Upper 97.5 % limits of 0 to 3 in 100 after Clopper and Pearson: .036, .054, .070, .085."""
    answers = [decide(differ(100, count), margin=0.051).answer for count in range(4)]
    assert answers == ["yes", "not_enough_data", "not_enough_data", "not_enough_data"]
    assert decide(differ(100, 2), margin=0.051).reason == "too_few_differences"
    assert decide(differ(100, 2), margin=0.071).answer == "yes"


def test_no_number_of_items_makes_up_for_people() -> None:
    table = draw(0.8, 300)
    found = may_replace_people(table, "judge", ["p"], margin=0.05)
    assert (found.reason, found.items_needed) == ("too_few_people", None)
    crossed = decide(table, inference="rater_population")
    assert (crossed.reason, crossed.items_needed) == ("too_few_people", None)


def test_the_biases_found_are_a_list() -> None:
    with pytest.raises(AgreementError, match="as a list"):
        decide(draw(0.8, 100), flagged="length")
