"""Known answers, and what simulated raters must show."""

import json
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from evalplatform.agreement import RatingTable
from evalplatform.agreement.consensus import (
    dawid_skene,
    majority_vote,
    rater_ability,
    rater_drift,
    spam_scores,
)
from tests.agreement.consensus.anaesthetists import anaesthetists

REPOSITORY = Path(__file__).resolve().parents[3]
STUDY = REPOSITORY / os.environ.get("EVALPLATFORM_STUDIES", "../shared/data") / "dices350"

# 24 votes of five workers on five tasks, from the tests of crowd-kit
TOY = {"t1": "ny.yn", "t2": "yyynn", "t3": "ynnyn", "t4": "yyyyy", "t5": "ynnnn"}


def toy() -> RatingTable:
    rows = [
        (task, f"w{place}", {"y": "yes", "n": "no"}[vote])
        for task, votes in TOY.items()
        for place, vote in enumerate(votes, 1)
        if vote != "."
    ]
    return RatingTable.from_records(rows, level="nominal", categories=["yes", "no"])


def test_the_anaesthetists_of_dawid_and_skene() -> None:
    found = dawid_skene(anaesthetists())
    assert found.priors.tolist() == pytest.approx([0.3996, 0.4220, 0.1118, 0.0667], abs=5e-5)
    assert found.log_likelihood == pytest.approx(-192.8909, abs=5e-4)
    assert Counter(found.labels.values()) == {1: 18, 2: 19, 3: 5, 4: 3}
    published = [[0.889, 0.111, 0, 0], [0.071, 0.876, 0.053, 0], [0, 0.339, 0.661, 0], [0, 0, 0.556, 0.444]]
    assert found.confusion[0] == pytest.approx(np.array(published), abs=5e-4)
    assert found.converged


@pytest.mark.parametrize(
    ("iterations", "shares", "priors"),
    [
        (0, [0.5, 0.6, 0.4, 1.0, 0.2], [0.54, 0.46]),
        (1, [0.6481, 0.7398, 0.1266, 1.0, 0.0530], [0.5135, 0.4865]),
    ],
)
def test_the_steps_of_the_toy(iterations: int, shares: list[float], priors: list[float]) -> None:
    found = dawid_skene(toy(), iterations=iterations)
    assert found.probabilities[:, 0].tolist() == pytest.approx(shares, abs=5e-5)
    assert found.priors.tolist() == pytest.approx(priors, abs=5e-5)


def test_the_likelihood_never_falls() -> None:
    steps = [dawid_skene(anaesthetists(), iterations=k, tolerance=0).log_likelihood for k in range(12)]
    assert all(later >= one - 1e-9 for one, later in pairwise(steps))  # type: ignore[operator]


def test_votes_and_their_ties() -> None:
    found = majority_vote(toy())
    assert found.labels == {"t1": None, "t2": "yes", "t3": "no", "t4": "yes", "t5": "no"}
    assert found.tied == 1
    assert majority_vote(toy(), ties="first").labels["t1"] == "yes"
    drawn = {majority_vote(toy(), ties="random", seed=seed).labels["t1"] for seed in range(20)}
    assert drawn == {"yes", "no"}
    assert majority_vote(toy(), weights={"w2": 1.5}).labels["t1"] == "yes"
    assert majority_vote(toy(), weights={"w1": 9}).labels["t3"] == "yes"
    nobody = majority_vote(toy(), weights=dict.fromkeys(["w1", "w2", "w3", "w4", "w5"], 0.0))
    assert (nobody.labels, nobody.tied) == ({}, 0)


def simulate(items: int = 400, seed: int = 1) -> RatingTable:
    """Raters a (95 %), b (80 %), c (70 %), a guesser and one who always says 0, on three values."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, items)
    rows = []
    for rater, accuracy in (("a", 0.95), ("b", 0.8), ("c", 0.7), ("guesser", 0.0), ("lazy", -1.0)):
        given = np.where(rng.random(items) < accuracy, truth, rng.integers(0, 3, items))
        rows += [(unit, rater, 0 if accuracy < 0 else int(given[unit])) for unit in range(items)]
    return RatingTable.from_records(rows, level="nominal")


def test_the_model_beats_the_vote_where_raters_differ() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 400)
    found, votes = dawid_skene(simulate()), majority_vote(simulate(), ties="first")
    by_model = np.mean([found.labels[unit] == truth[unit] for unit in range(400)])
    by_vote = np.mean([votes.labels[unit] == truth[unit] for unit in range(400)])
    assert by_model > 0.93
    assert by_model > by_vote + 0.02


def test_spammers_score_near_nought_and_the_able_near_one() -> None:
    scores = {name: each.estimate or 0.0 for name, each in spam_scores(dawid_skene(simulate())).items()}
    assert scores["a"] > scores["b"] > scores["c"] > 0.3
    assert scores["guesser"] < 0.03
    assert scores["lazy"] == pytest.approx(0, abs=1e-9)


def test_ability_is_held_against_the_others_alone() -> None:
    table = RatingTable.from_records(
        [(1, "a", 1), (1, "b", 1), (1, "c", 2), (2, "a", 1), (2, "b", 2), (2, "c", 3), (3, "a", 5)],
        level="nominal",
    )
    found = rater_ability(table)
    assert [found[name].estimate for name in "abc"] == [0.25, 0.25, 0.0]
    assert (found["a"].n, dict(found["a"].excluded)) == (2, {"unpaired": 1})


def test_the_interval_of_ability_is_that_of_a_mean_over_items() -> None:
    found = rater_ability(simulate().subset(raters=["a", "b"]))["a"]
    assert found.estimate is not None
    assert found.high is not None
    error = (found.estimate * (1 - found.estimate) / 400) ** 0.5
    assert (found.high - found.estimate) == pytest.approx(1.966 * error, rel=0.1)
    assert (found.method, found.n) == ("jackknife_t", 400)


def test_a_rater_who_tires_drifts_and_the_others_do_not() -> None:
    rng = np.random.default_rng(2)
    rows, order = [], []
    for unit in range(600):
        for rater in "abcdefg":
            tired = rater == "d" and rng.random() < unit / 600
            rows.append((unit, rater, 0 if rng.random() < 0.05 or tired else 1))
            order.append(unit)
    found = rater_drift(RatingTable.from_records(rows, level="nominal"), order)
    assert found["d"].high is not None
    assert found["d"].high < -0.5
    for steady in "abcef":
        assert found[steady].low is not None
        assert found[steady].low < 0 < found[steady].high  # type: ignore[operator]


def test_intervals_of_ability_cover() -> None:
    """Truth: a equals the plurality of two equal others, by a long run."""
    truth = np.mean([rater_ability(simulate(400, seed))["b"].estimate for seed in range(1000, 1030)])
    inside = 0.0
    for seed in range(120):
        each = rater_ability(simulate(60, seed))["b"]
        assert each.low is not None
        assert each.high is not None
        inside += each.low <= truth <= each.high
    assert inside / 120 >= 0.88


@pytest.mark.published
@pytest.mark.skipif(not STUDY.is_dir(), reason="the study folders are not at hand")
def test_the_vote_of_the_crowd_equals_the_experts_label_as_often_as_published() -> None:
    wanted = {each["id"]: each for each in json.loads((STUDY / "expected.json").read_text())["values"]}
    lines = [json.loads(line) for line in (STUDY / "ratings.jsonl").read_text().splitlines()]
    expert = {line["item_id"]: line["value"] for line in lines if line["rater"] == "expert"}
    crowd = [(line["item_id"], line["rater"], line["value"]) for line in lines if line["rater"] != "expert"]
    votes = majority_vote(RatingTable.from_records(crowd, level="nominal"), ties="first")
    equal = np.mean([votes.labels[item] == label for item, label in expert.items()])
    assert equal == pytest.approx(wanted["safety.majority_vs_expert.agreement"]["value"], abs=1e-4)
