"""The alternative annotator test beside a plain loop over the paper's definition, and its power."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_1samp
from statsmodels.stats.multitest import multipletests

from evalplatform.agreement import AgreementError, RatingTable, orient_verdict
from evalplatform.agreement.against_people import alt_test, alt_test_power

MT_BENCH = (
    Path(__file__).resolve().parents[3]
    / os.environ.get("EVALPLATFORM_STUDIES", "../shared/data")
    / "mt-bench"
)
PEOPLE = ["p", "q", "r", "s"]
Given = dict[tuple[int, str], int]


def draw(seed: int, units: int = 80) -> Given:
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 6, units)
    return {
        (unit, rater): int(np.clip(truth[unit] + rng.integers(-1, 2), 1, 5))
        for unit in range(units)
        for rater in ("judge", *PEOPLE)
        if rater == "judge" or rng.random() < 0.7
    }


def table_of(given: Given) -> RatingTable:
    rows = [(unit, rater, value) for (unit, rater), value in given.items()]
    return RatingTable.from_records(rows, level="interval", kinds={"judge": "fixed"})


def loop(given: Given, score: str, epsilon: float) -> tuple[float, float]:
    """Winning rate and advantage, person by person."""
    p_values, advantages = [], []
    for person in PEOPLE:
        wins, losses = [], []
        for unit in {unit for unit, _ in given}:
            others = [given[unit, name] for name in PEOPLE if name != person and (unit, name) in given]
            if (unit, person) not in given or not others:
                continue
            near = [
                np.mean([value == other for other in others])
                if score == "share"
                else -np.sqrt(np.mean([(value - other) ** 2 for other in others]))
                for value in (given[unit, "judge"], given[unit, person])
            ]
            wins.append(near[0] >= near[1])
            losses.append(near[1] >= near[0])
        difference = np.array(losses, dtype=float) - np.array(wins, dtype=float)
        p_values.append(ttest_1samp(difference, epsilon, alternative="less").pvalue)
        advantages.append(np.mean(wins))
    return float(multipletests(p_values, 0.05, method="fdr_by")[0].mean()), float(np.mean(advantages))


@pytest.mark.parametrize("score", ["share", "distance"])
@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.2])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_outcome_is_the_definition(score: Any, epsilon: float, seed: int) -> None:
    given = draw(seed)
    found = alt_test(table_of(given), "judge", PEOPLE, epsilon=epsilon, score=score)
    rate, advantage = loop(given, score, epsilon)
    assert found.winning_rate == rate
    assert found.advantage == pytest.approx(advantage)
    assert found.passes == (rate >= 0.5)


def test_people_with_few_units_are_not_tested() -> None:
    given = {key: value for key, value in draw(1).items() if key[1] != "s" or key[0] < 20}
    found = alt_test(table_of(given), "judge", PEOPLE, epsilon=0.2)
    assert found.untested == ("s",)
    assert set(found.p_values) == {"p", "q", "r"}


def test_thin_data_are_named() -> None:
    found = alt_test(table_of(draw(1, units=20)), "judge", PEOPLE, epsilon=0.2)
    assert (found.winning_rate, found.passes, found.undefined) == (None, None, "too_few_items")
    lone = RatingTable.from_records([(1, "judge", 1), (1, "p", 1)], level="nominal")
    assert alt_test(lone, "judge", ["p"], epsilon=0.2).undefined == "no_pairable_units"
    same = RatingTable.from_records(
        [(u, r, 1) for u in range(40) for r in ("judge", "p", "q")], level="ratio"
    )
    assert alt_test(same, "judge", ["p", "q"], epsilon=0.0).winning_rate == 0.0
    assert alt_test(same, "judge", ["p", "q"], epsilon=0.1, score="distance").winning_rate == 1.0


@pytest.mark.parametrize(
    ("judge", "units", "epsilon", "share"),
    [(0.8, 30, 0.1, 0.20), (0.8, 30, 0.2, 0.59), (0.65, 200, 0.2, 0.84)],
)
def test_the_power_with_three_people_of_four_fifths(
    judge: float, units: int, epsilon: float, share: float
) -> None:
    asked = {"person_accuracy": 0.8, "people": 3, "epsilon": epsilon, "seed": 1}
    found = alt_test_power(judge_accuracy=judge, units=units, **asked)  # type: ignore[arg-type]
    assert found.share == pytest.approx(share, abs=0.03)
    assert found.error == pytest.approx(np.sqrt(found.share * (1 - found.share) / found.runs))


def test_the_power_is_that_of_the_test() -> None:
    rng = np.random.default_rng(9)
    passed = []
    for _ in range(150):
        given = {
            (unit, rater): int(rng.random() < 0.8) for unit in range(40) for rater in ("judge", "p", "q", "r")
        }
        passed.append(alt_test(table_of(given), "judge", ["p", "q", "r"], epsilon=0.2).passes)
    found = alt_test_power(judge_accuracy=0.8, person_accuracy=0.8, people=3, units=40, epsilon=0.2)
    assert np.mean(np.array(passed, dtype=float)) == pytest.approx(found.share, abs=0.12)


def test_wrong_questions_are_refused() -> None:
    table = table_of(draw(1))
    words = RatingTable.from_records([(1, "judge", "a"), (1, "p", "a"), (1, "q", "b")], level="nominal")
    with pytest.raises(AgreementError, match="epsilon"):
        alt_test(table, "judge", PEOPLE, epsilon=1.0)
    with pytest.raises(AgreementError, match="numbers"):
        alt_test(words, "judge", ["p", "q"], epsilon=0.2, score="distance")
    with pytest.raises(AgreementError, match="two people"):
        alt_test_power(judge_accuracy=0.8, person_accuracy=0.8, people=1, units=30, epsilon=0.1)


@pytest.mark.published
@pytest.mark.skipif(not MT_BENCH.is_dir(), reason="the study folders are not at hand")
def test_mt_bench_has_the_outcomes_that_others_worked_out() -> None:
    """Their people are the three with 30 votes or more on the sampled units, as voters too."""
    lines = [
        json.loads(line) for line in (MT_BENCH / "ratings.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    values = json.loads((MT_BENCH / "expected.json").read_text(encoding="utf-8"))["values"]
    expected = {entry["id"]: entry for entry in values if entry["id"].startswith("alt_test.")}
    assert len(expected) == 12
    rows = []
    for line in lines:
        systems, value = orient_verdict(line["systems"], line["value"])
        rows.append(((line["item_id"], *systems, line["turn"]), line["rater"], value))
    table = RatingTable.from_records(rows, level="nominal")
    sampled = np.isin(table.unit, table.unit[table.rater == table.raters.index("gpt-4o")])
    votes = np.bincount(table.rater[sampled], minlength=len(table.raters))
    persons = {line["rater"] for line in lines if line["rater_kind"] == "human"}
    people = [
        name for name, count in zip(table.raters, votes, strict=True) if name in persons and count >= 30
    ]
    for judge in sorted({name.split(".", 1)[1].rsplit(".", 1)[0] for name in expected}):
        found = alt_test(table, judge, people, epsilon=0.2)
        rate, advantage = (
            expected[f"alt_test.{judge}.{what}"] for what in ("winning_rate", "advantage_probability")
        )
        assert found.winning_rate == rate["value"]
        assert found.advantage == pytest.approx(advantage["value"], abs=1e-4), judge
        assert len(found.p_values) == rate["n"]
