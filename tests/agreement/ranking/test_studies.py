"""Published and recomputed figures of real studies, straight from their study folders."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evalplatform.agreement import RatingTable, orient_verdict
from evalplatform.agreement.ranking import (
    Comparisons,
    bradley_terry,
    length_controlled_win_rate,
    separate_systems,
    soft_win_rate,
)

REPOSITORY = Path(__file__).resolve().parents[3]
STUDIES = REPOSITORY / os.environ.get("EVALPLATFORM_STUDIES", "../shared/data")
TOLERANCE = 1e-4

pytestmark = [
    pytest.mark.published,
    pytest.mark.skipif(not STUDIES.is_dir(), reason="the study folders are not at hand"),
]

Line = dict[str, Any]  # Any: parsed JSON


def read_lines(study: str, name: str) -> Iterator[Line]:
    with (STUDIES / study / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_expected(study: str) -> dict[str, float]:
    found = json.loads((STUDIES / study / "expected.json").read_text(encoding="utf-8"))
    return {figure["id"]: figure["value"] for figure in found["values"]}


def read_published(study: str) -> dict[str, float]:
    found = json.loads((STUDIES / study / "expected.json").read_text(encoding="utf-8"))
    return {figure["id"]: figure["published"] for figure in found["published"]}


class AgainstBaseline:
    """What a judge of AlpacaEval thought of one system beside the baseline."""

    def __init__(self, system: str) -> None:
        lines = [line for line in read_lines("nullmodel", "ratings.jsonl") if line["systems"][1] == system]
        lengths = {
            (line["item_id"], line["system"]): len(line["text"])
            for line in read_lines("nullmodel", "generations.jsonl")
        }
        self.items = [line["item_id"] for line in lines]
        self.wins = [line["meta"]["preference"] - 1 for line in lines]
        self.lengths = [lengths[line["item_id"], system] for line in lines]
        self.baseline_lengths = [lengths[line["item_id"], line["systems"][0]] for line in lines]


@pytest.mark.parametrize("system", ["NullModel", "claude-2.1"])
def test_alpaca_eval_win_rates(system: str) -> None:
    held, expected, published = (
        AgainstBaseline(system),
        read_expected("nullmodel"),
        read_published("nullmodel"),
    )
    found = soft_win_rate(held.wins, items=held.items)
    figures = {
        f"{system}.win_rate": found.rate.estimate,
        f"{system}.standard_error": found.standard_error,
        f"{system}.discrete_win_rate": found.discrete.estimate,
    }
    for name, figure in figures.items():
        assert 100 * (figure or 0) == pytest.approx(expected[name], abs=TOLERANCE)
        assert 100 * (figure or 0) == pytest.approx(published[name], abs=TOLERANCE)


@pytest.mark.parametrize(("system", "published"), [("NullModel", 86.45781), ("claude-2.1", 25.25194)])
def test_length_control_moves_towards_the_published_rate(system: str, published: float) -> None:
    """The authors' figure has the difficulty of each instruction over all their systems in it: ours cannot."""
    held = AgainstBaseline(system)
    found = length_controlled_win_rate(held.wins, held.lengths, held.baseline_lengths, items=held.items)
    assert found.raw is not None
    assert found.raw < (found.rate.estimate or 0)
    assert 100 * (found.rate.estimate or 0) == pytest.approx(published, abs=7)


@pytest.mark.parametrize("group", ["humans", "gpt4"])
def test_strengths_on_mt_bench(group: str) -> None:
    expected = read_expected("mt-bench")
    lines = [
        line
        for line in read_lines("mt-bench", "ratings.jsonl")
        if "subset" not in line["meta"] and (line["rater_kind"] == "human") == (group == "humans")
        if group == "humans" or line["rater"] == "gpt-4"
    ]
    records, systems = [], {}
    for line in lines:
        pair, verdict = orient_verdict(line["systems"], line["value"])
        unit = (line["item_id"], *pair, line["turn"])
        systems[unit] = pair
        records.append({"unit": unit, "rater": line["rater"], "value": verdict, "cluster": line["item_id"]})
    table = RatingTable.from_records(records, level="nominal").drop_values({"tie"}, reason="tie")
    held = Comparisons.from_table(table, systems)
    found = bradley_terry(held, reference="llama-13b")
    for name, each in found.strengths.items():
        if name != "llama-13b":
            assert each.estimate == pytest.approx(expected[f"{group}.bradley_terry.{name}"], abs=TOLERANCE), (
                name
            )
            assert each.method == "item_bootstrap"
    assert (found.ranks["gpt-4"].best, found.ranks["llama-13b"].worst) == (1, 6)
    assert len(separate_systems(held).pairs) == 15
