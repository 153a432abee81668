"""Simulated raters are as reliable as stated: the careful ones follow quality more often than the hasty ones."""

import random

import pytest

from evalplatform.demo.raters import RATERS, SimulatedRater, answer_pair, answer_single

BETTER = {"factuality": 0.8, "helpfulness": 0.8}
WORSE = {"factuality": 0.6, "helpfulness": 0.6}


def share_right(rater: SimulatedRater) -> float:
    dice = random.Random(1)
    answers = [answer_pair(rater, BETTER, WORSE, dice) for _ in range(2_000)]
    return answers.count("first") / len(answers)


def test_careful_raters_find_the_better_answer_more_often() -> None:
    shares = {rater.name: share_right(rater) for rater in RATERS}

    careful = min(share for name, share in shares.items() if name.startswith("careful"))
    typical = [share for name, share in shares.items() if name.startswith("typical")]
    hasty = max(share for name, share in shares.items() if name.startswith("hasty"))
    assert careful > max(typical) > min(typical) > hasty > 0.45


def test_a_rater_without_noise_is_right() -> None:
    exact = SimulatedRater("exact", noise=0, leniency=0, indifference=0.01, lapse=0)
    dice = random.Random(1)

    assert answer_pair(exact, BETTER, WORSE, dice) == "first"
    assert answer_pair(exact, WORSE, BETTER, dice) == "second"
    assert answer_pair(exact, BETTER, BETTER, dice) == "tie"
    assert answer_pair(exact, {"factuality": 0.1}, {"factuality": 0.2}, dice) == "both_bad"
    assert answer_single(exact, {"factuality": 0.75, "creativity": 0.0}, dice) == {
        "factuality": 4.0,
        "creativity": 1.0,
    }


@pytest.mark.parametrize("rater", RATERS, ids=lambda rater: rater.name)
def test_scores_stay_on_the_scale(rater: SimulatedRater) -> None:
    dice = random.Random(2)
    scores = {answer_single(rater, {"factuality": dice.random()}, dice)["factuality"] for _ in range(500)}

    assert scores <= {1.0, 2.0, 3.0, 4.0, 5.0}
