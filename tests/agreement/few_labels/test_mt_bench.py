"""GPT-4's verdicts and human votes of MT-bench: what the judge saves is what was to be expected."""

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalplatform.agreement.few_labels import expected_saving, ppi_contrasts, ppi_mean

REPOSITORY = Path(__file__).resolve().parents[3]
STUDY = REPOSITORY / os.environ.get("EVALPLATFORM_STUDIES", "../shared/data") / "mt-bench"
IS_NIGHTLY = bool(os.environ.get("EVALPLATFORM_NIGHTLY"))
RUNS = 1500 if IS_NIGHTLY else 250
LABELS, OTHERS = 100, 1000
POINTS = {"first": 1.0, "second": 0.0, "tie": 0.5}

pytestmark = [
    pytest.mark.published,
    pytest.mark.timeout(600 if IS_NIGHTLY else 120),
    pytest.mark.skipif(not STUDY.is_dir(), reason="the study folders are not at hand"),
]

Votes = dict[tuple[str, str], list[tuple[str, float, float]]]  # item, human vote, GPT-4's verdict, by systems


@pytest.fixture(scope="module")
def votes() -> Votes:
    """Every human vote beside GPT-4's verdict on the same item, pair and turn."""
    people, judge = defaultdict(list), {}
    for line in map(json.loads, (STUDY / "ratings.jsonl").read_text().splitlines()):
        if "subset" in line["meta"]:
            continue
        one, other = line["systems"]
        value = POINTS[line["value"]]
        unit: Any = (*sorted(line["systems"]), line["item_id"], line["turn"])
        value = value if one < other else 1 - value
        if line["rater_kind"] == "human":
            people[unit].append(value)
        elif line["rater"] == "gpt-4":
            judge[unit] = value
    found: Votes = defaultdict(list)
    for unit, given in people.items():
        found[unit[:2]] += [(unit[2], value, judge[unit]) for value in given if unit in judge]
    return found


@pytest.fixture(scope="module")
def savings(votes: Votes) -> Any:  # Any: an array of pairs by expected, measured by width, measured by error
    rows = []
    rng = np.random.default_rng(11)
    for pair in sorted(votes):
        human, judge = np.array([row[1:] for row in votes[pair]]).T
        plan = expected_saving(human, judge, labels=LABELS, others=OTHERS, inference=None)
        runs = []
        for _ in range(RUNS):
            drawn = rng.integers(0, len(human), LABELS + OTHERS)
            asked = np.where(np.arange(LABELS + OTHERS) < LABELS, human[drawn], np.nan)
            found = ppi_mean(asked, judge[drawn])
            runs.append((found.saving, found.corrected.estimate, found.people.estimate))
        by_width, corrected, people = np.array(runs).T
        by_error = 1 - np.mean((corrected - human.mean()) ** 2) / np.mean((people - human.mean()) ** 2)
        rows.append((plan.saving.estimate, by_width.mean(), by_error))
    return np.array(rows)


def test_the_expected_saving_is_the_measured_one_on_every_pair(savings: Any) -> None:
    assert len(savings) == 15
    assert np.abs(savings[:, 0] - savings[:, 1]).max() < 0.05
    if IS_NIGHTLY:  # errors of estimates vary more than widths of intervals
        assert np.abs(savings[:, 0] - savings[:, 2]).max() < 0.05


def test_the_judge_is_never_worse_than_people_alone(savings: Any) -> None:
    assert savings[:, 1].min() > -0.02
    if IS_NIGHTLY:
        assert savings[:, 2].min() > -0.02


def test_on_most_pairs_people_should_be_asked_instead(savings: Any) -> None:
    assert (savings[:, 0] < 0.1).sum() == 11
    assert (savings[:, 0] > 0.2).sum() == 1


def test_all_votes_give_the_published_human_strengths(votes: Votes) -> None:
    """expected.json: log-odds against llama-13b, votes without ties."""
    published = {
        entry["id"].split(".", 2)[2]: entry["value"]
        for entry in json.loads((STUDY / "expected.json").read_text())["values"]
        if entry["id"].startswith("humans.bradley_terry.")
    }
    rows = [(pair, *row) for pair, given in votes.items() for row in given if row[1] != 0.5]
    found = ppi_contrasts(
        [pair[0] for pair, *_ in rows],
        [pair[1] for pair, *_ in rows],
        [human for _, _, human, _ in rows],
        [judge for *_, judge in rows],
        items=[item for _, item, _, _ in rows],
    )
    for system, value in published.items():
        key = ("llama-13b", system) if system > "llama-13b" else (system, "llama-13b")
        strength = (found[key].people.estimate or 0) * (1 if key[0] == system else -1)
        assert strength == pytest.approx(value, abs=1e-4), system
