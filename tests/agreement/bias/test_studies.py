"""Figures of real studies, straight from their folders."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from evalplatform.agreement import Estimate, RatingTable, merge_orders, orient_verdict, pair_orders
from evalplatform.agreement.bias import (
    first_slot_rate,
    longer_preference_rate,
    position_bias,
    self_preference,
    verbosity_bias,
)

REPOSITORY = Path(__file__).resolve().parents[3]
STUDIES = REPOSITORY / os.environ.get("EVALPLATFORM_STUDIES", "../shared/data")
TOLERANCE = 1e-4

pytestmark = [
    pytest.mark.published,
    pytest.mark.skipif(not STUDIES.is_dir(), reason="the study folders are not at hand"),
]

Line = dict[str, Any]  # Any: parsed JSON


def read_lines(study: str, name: str) -> list[Line]:
    with (STUDIES / study / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Study:
    """Preferences of a study against the canonical order, with the lengths of the answers."""

    def __init__(self, name: str) -> None:
        self.records = [
            self.read(line)
            for line in read_lines(name, "ratings.jsonl")
            if "subset" not in line.get("meta", {})
        ]
        self.lengths = self.measure(name)
        rows = [
            (each["unit"], each["rater"], each["value"], each["cluster"], None, each["presentation"])
            for each in self.records
        ]
        self.table = RatingTable.from_records(rows, level="nominal")
        found = json.loads((STUDIES / name / "expected.json").read_text(encoding="utf-8"))
        self.expected = {figure["id"]: (figure["value"], figure.get("n")) for figure in found["values"]}

    @staticmethod
    def read(line: Line) -> Line:
        shown, value = line["systems"], line["value"]
        if line.get("meta", {}).get("verdict") == "tie (inconsistent)":
            value = "inconsistent"
        systems, verdict = orient_verdict(shown, value) if value else (tuple(sorted(shown)), None)
        return {
            "unit": (line["item_id"], *systems, line.get("turn")),
            "rater": line["rater"],
            "kind": line["rater_kind"],
            "value": verdict,
            "cluster": line["item_id"],
            "presentation": "forward" if tuple(shown) == systems else "swapped",
        }

    def measure(self, name: str) -> dict[Any, tuple[float, float]]:  # Any: unit labels
        texts: dict[tuple[Any, ...], int] = {}  # Any: a turn is a number or none
        for line in read_lines(name, "generations.jsonl"):
            texts[line["item_id"], line["system"], None] = len(line["text"])
            for turn, text in enumerate(line.get("turns", []), start=1):
                texts[line["item_id"], line["system"], turn] = len(text)
        lengths: dict[Any, tuple[float, float]] = {}  # Any: as above
        for unit in {each["unit"] for each in self.records}:
            one, other = (texts.get((unit[0], system, unit[3])) for system in unit[1:3])
            lengths[unit] = (0, 0) if one is None or other is None else (one, other)  # some texts are lost
        return lengths

    def check(self, name: str, found: Estimate) -> None:
        value, n = self.expected[name]
        assert found.estimate == pytest.approx(value, abs=TOLERANCE), name
        assert found.n == n, name


@pytest.fixture(scope="module")
def llmbar() -> Study:
    return Study("llmbar")


@pytest.fixture(scope="module")
def mt_bench() -> Study:
    return Study("mt-bench")


def test_places_and_lengths_of_llmbar(llmbar: Study) -> None:
    judges = pair_orders(each for each in llmbar.records if each["kind"] == "llm")
    assert len(judges) == 18
    for name, pairs in judges.items():
        found = position_bias(pairs.forward, pairs.swapped, inference=None)
        llmbar.check(f"all.{name}.consistency", found.consistency)
        llmbar.check(f"all.{name}.first_position_rate", first_slot_rate(llmbar.table, name, inference=None))
        llmbar.check(
            f"{name}.prefers_longer",
            longer_preference_rate(llmbar.table, llmbar.lengths, raters=name, gap=0, inference=None),
        )
    llmbar.check(
        "gold.prefers_longer",
        longer_preference_rate(llmbar.table, llmbar.lengths, raters="gold", gap=0, inference=None),
    )


# units consistent, leaning to the first place, to the second
@pytest.mark.parametrize(
    ("judge", "counts"),
    [
        ("GPT-4/Vanilla", (389, 20, 10)),
        ("ChatGPT/Vanilla", (276, 133, 10)),
        ("PaLM2/Vanilla", (300, 83, 32)),
        ("LLaMA2/Vanilla", (314, 76, 27)),
        ("Falcon/Vanilla", (174, 238, 7)),
    ],
)
def test_leans_of_llmbar(llmbar: Study, judge: str, counts: tuple[int, int, int]) -> None:
    pairs = pair_orders(each for each in llmbar.records if each["rater"] == judge)[judge]
    found = position_bias(pairs.forward, pairs.swapped, inference=None)
    n = found.consistency.n
    shares = (found.consistency, found.primacy, found.recency)
    assert tuple(round((each.estimate or 0) * n) for each in shares) == counts


def test_longer_answers_on_mt_bench(mt_bench: Study) -> None:
    people = sorted({each["rater"] for each in mt_bench.records if each["kind"] == "human"})
    for name, raters in (("gpt4", ["gpt-4"]), ("humans", people)):
        found = longer_preference_rate(mt_bench.table, mt_bench.lengths, raters=raters, gap=0, inference=None)
        mt_bench.check(f"{name}.prefers_longer", found)
    bias = verbosity_bias(mt_bench.table, "gpt-4", people, mt_bench.lengths)
    assert (bias.difference.low or 0) < (bias.difference.estimate or 0) < (bias.difference.high or 0)
    assert bias.difference.n == bias.others.n


def test_own_wins_of_gpt4_on_mt_bench(mt_bench: Study) -> None:
    people = sorted({each["rater"] for each in mt_bench.records if each["kind"] == "human"})
    systems = {each["unit"]: each["unit"][1:3] for each in mt_bench.records}
    unordered = RatingTable.from_records(
        [(each["unit"], each["rater"], each["value"], each["cluster"]) for each in mt_bench.records],
        level="nominal",
    )
    found = self_preference(unordered, "gpt-4", people, systems, {"gpt-4": "gpt-4"})
    mt_bench.check("gpt4.self_preference_gap_matched", found.unadjusted["win_rate_gap"])
    assert (found.unadjusted["win_rate_gap"].low or 0) > 0
    assert found.effect.undefined == "no_other_family_judge"


@pytest.mark.parametrize(
    ("judge", "rate"),
    [
        ("GPT-4/Vanilla", 0.330),
        ("PaLM2/Vanilla", 0.353),
        ("ChatGPT/Vanilla", 0.778),
        ("LLaMA2/Vanilla", 0.821),
    ],
)
def test_longer_answers_of_consistent_verdicts_on_llmbar(llmbar: Study, judge: str, rate: float) -> None:
    pairs = pair_orders(each for each in llmbar.records if each["rater"] == judge)[judge]
    merged = map(merge_orders, pairs.forward, pairs.swapped)
    gold = [each for each in llmbar.records if each["rater"] == "gold"]
    table = RatingTable.from_records(
        [
            *((unit, judge, value) for unit, value in zip(pairs.units, merged, strict=True)),
            *((each["unit"], "gold", each["value"]) for each in gold),
        ],
        level="nominal",
    )
    found = longer_preference_rate(table, llmbar.lengths, raters=judge)
    assert round(found.estimate or 0, 3) == rate
    assert round(longer_preference_rate(table, llmbar.lengths, raters="gold").estimate or 0, 3) == 0.232
    bias = verbosity_bias(table, judge, "gold", llmbar.lengths).difference
    assert (bias.low or 0) > 0.03
