"""Published and recomputed figures of real studies, straight from their study folders."""

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from evalplatform.agreement import (
    Estimate,
    IccForm,
    Inference,
    Level,
    RaterKind,
    RatingTable,
    Ties,
    agreement_between,
    agreement_with_plurality,
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    inconsistency_rate,
    intraclass_correlation,
    kendall_tau_b,
    krippendorff_alpha,
    orient_verdict,
    pair_orders,
    percent_agreement,
    position_consistency,
    spearman_rho,
    value_rate,
    win_rates,
)
from evalplatform.agreement.cells import gather_cells
from evalplatform.agreement.reliability.weighting import Weighting
from evalplatform.agreement.resampling import bootstrap_both
from evalplatform.agreement.shares import WithinShare

REPOSITORY = Path(__file__).resolve().parents[2]
STUDIES = REPOSITORY / os.environ.get("EVALPLATFORM_STUDIES", "../shared/data")
TOLERANCE = 1e-4

pytestmark = [
    pytest.mark.published,
    pytest.mark.skipif(not STUDIES.is_dir(), reason="the study folders are not at hand"),
]

Line = dict[str, Any]  # Any: parsed JSON


def read_lines(study: str) -> Iterator[Line]:
    plain = STUDIES / study / "ratings.jsonl"
    with (
        plain.open(encoding="utf-8")
        if plain.exists()
        else gzip.open(f"{plain}.gz", "rt", encoding="utf-8") as lines
    ):
        yield from map(json.loads, lines)


def read_expected(study: str) -> dict[str, tuple[float, int | None]]:
    found = json.loads((STUDIES / study / "expected.json").read_text(encoding="utf-8"))
    return {figure["id"]: (figure["value"], figure.get("n")) for figure in found["values"]}


class MtBench:
    """The votes and the merged verdicts of GPT-4, against the canonical order of the systems."""

    def __init__(self, flip: Random | None = None) -> None:
        lines = [line for line in read_lines("mt-bench") if "subset" not in line["meta"]]
        records = [self.read(line, flip) for line in lines]
        self.table = RatingTable.from_records(records, level="nominal", kinds={"gpt-4": "fixed"})
        self.systems = {record["unit"]: record["unit"][1:3] for record in records}
        self.people = sorted({line["rater"] for line in lines if line["rater_kind"] == "human"})
        self.experts = sorted({line["rater"] for line in lines if line["meta"].get("group") == "expert"})
        self.expected = read_expected("mt-bench")

    @staticmethod
    def read(line: Line, flip: Random | None) -> Line:
        shown, value = line["systems"], line["value"]
        if flip is not None and flip.random() < 0.5:
            shown = shown[::-1]
            value = {"first": "second", "second": "first"}.get(value, value)
        if line["meta"]["verdict"] == "tie (inconsistent)":
            value = "inconsistent"
        systems, verdict = orient_verdict(shown, value)
        return {
            "unit": (line["item_id"], *systems, line["turn"]),
            "rater": line["rater"],
            "value": verdict,
            "cluster": line["item_id"],
            "stratum": line["turn"],
        }

    def check(self, name: str, found: Estimate) -> None:
        value, n = self.expected[name]
        assert found.estimate == pytest.approx(value, abs=TOLERANCE), name
        assert found.n == n, name


@pytest.fixture(scope="module")
def mt_bench() -> MtBench:
    return MtBench()


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.parametrize("ties", ["with", "without"])
def test_agreement_of_experts_and_gpt4(mt_bench: MtBench, turn: int, ties: Ties) -> None:
    table = mt_bench.table.subset(stratum=turn)
    experts = percent_agreement(table.subset(raters=mt_bench.experts), rule="tie", ties=ties)
    judge = agreement_between(table, "gpt-4", mt_bench.experts, rule="tie", ties=ties)
    mt_bench.check(f"turn{turn}.{ties}_ties.expert_expert_agreement", experts)
    mt_bench.check(f"turn{turn}.{ties}_ties.gpt4_expert_agreement", judge)


@pytest.mark.parametrize("group", ["experts", "all_humans"])
def test_agreement_of_people(mt_bench: MtBench, group: str) -> None:
    table = mt_bench.table.subset(raters=mt_bench.people if group == "all_humans" else mt_bench.experts)
    mt_bench.check(f"{group}.krippendorff_alpha_nominal", krippendorff_alpha(table))
    mt_bench.check(f"{group}.pairwise_agreement", percent_agreement(table))


@pytest.mark.parametrize("group", ["experts", "all_humans"])
@pytest.mark.parametrize(("ties", "part"), [("with", ""), ("without", "no_ties.")])
def test_gpt4_against_the_plurality(mt_bench: MtBench, group: str, ties: Ties, part: str) -> None:
    people = mt_bench.people if group == "all_humans" else mt_bench.experts
    for statistic in ("agreement", "cohen_kappa"):
        found = agreement_with_plurality(
            mt_bench.table, "gpt-4", people, rule="tie", ties=ties, tie_value="tie", statistic=statistic
        )
        mt_bench.check(f"{group}.gpt4_vs_majority.{part}{statistic}", found)


def test_three_rules_give_three_figures(mt_bench: MtBench) -> None:
    found = [
        agreement_between(mt_bench.table, "gpt-4", mt_bench.people, rule=rule, inference=None)
        for rule in ("tie", "dropped", "disagree")
    ]
    assert [(round(each.estimate or 0, 3), each.n) for each in found] == [
        (0.662, 3355),
        (0.717, 2801),
        (0.599, 3355),
    ]


def test_inconsistent_verdicts_and_ties_of_gpt4(mt_bench: MtBench) -> None:
    mt_bench.check("gpt4.inconsistent_rate", inconsistency_rate(mt_bench.table, "gpt-4"))
    judge = mt_bench.table.subset(raters="gpt-4")
    mt_bench.check("gpt4.tie_rate_all", value_rate(judge, {"tie"}, rule="tie"))
    people = mt_bench.table.subset(raters=mt_bench.people)
    mt_bench.check("humans.tie_rate", value_rate(people, {"tie"}))


def test_win_rates(mt_bench: MtBench) -> None:
    for group, raters in (("humans", mt_bench.people), ("gpt4", ["gpt-4"])):
        rates = win_rates(mt_bench.table.subset(raters=raters), mt_bench.systems)
        assert len(rates) == 6
        for system, rate in rates.items():
            mt_bench.check(f"{group}.win_rate.{system}", rate)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_stored_order_of_systems_changes_nothing(mt_bench: MtBench, seed: int) -> None:
    flipped = MtBench(flip=Random(seed))
    for rule in ("tie", "dropped", "disagree"):
        assert krippendorff_alpha(flipped.table, rule=rule) == krippendorff_alpha(mt_bench.table, rule=rule)
    assert win_rates(flipped.table, flipped.systems) == win_rates(mt_bench.table, mt_bench.systems)


def test_the_interval_widens_when_people_vary(mt_bench: MtBench) -> None:
    """By items .0175; draws of items and people vary by .033, for they count the noise of a pair seven times."""
    people = mt_bench.table.subset(raters=mt_bench.people)

    def error(inference: Inference) -> float:
        found = percent_agreement(people, inference=inference, resamples=4000)
        assert found.low is not None
        assert found.high is not None
        return (found.high - found.low) / (2 * 1.96)

    assert error("these_raters") == pytest.approx(0.0175, abs=0.001)
    assert error("these_raters") < error("rater_population") < 0.02
    cells = gather_cells(people, np.ones(len(people.units), dtype=np.bool_), crossed=True)
    share = WithinShare(cells, matchable=people.matchable, mean="micro")
    draws = bootstrap_both(share, raters=cells.raters, groups=cells.groups, resamples=1000, seed=0)
    assert np.std(draws) == pytest.approx(0.033, abs=0.002)


def test_position_consistency_of_llmbar_judges() -> None:
    expected = read_expected("llmbar")
    records = []
    for line in read_lines("llmbar"):
        if line["rater_kind"] == "llm":
            forward = line["systems"] == sorted(line["systems"])
            verdict = line["value"] and orient_verdict(line["systems"], line["value"])[1]
            records.append(
                {
                    "unit": line["item_id"],
                    "rater": line["rater"],
                    "presentation": "forward" if forward else "swapped",
                    "value": verdict,
                }
            )
    judges = pair_orders(records)
    assert len(judges) == 18
    for judge, pairs in judges.items():
        found = position_consistency(pairs.forward, pairs.swapped)
        value, n = expected[f"all.{judge}.consistency"]
        assert found.consistency.estimate == pytest.approx(value, abs=TOLERANCE), judge
        assert found.consistency.n == n, judge
        assert found.first_share == pytest.approx(
            expected[f"all.{judge}.first_position_rate"][0], abs=TOLERANCE
        )
        assert found.missing + found.consistency.n == 419
    gpt4 = judges["GPT-4/Vanilla"]
    lean = position_consistency(gpt4.forward, gpt4.swapped)
    assert (lean.first_biased, lean.second_biased, round(lean.p_value or 0, 3)) == (20, 10, 0.099)


@pytest.mark.parametrize("name", ["raw_4raters", "raw_5observers"])
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_of_textbook_tables(name: str, level: Level) -> None:
    expected = read_expected("reliability-tables")
    lines = [line for line in read_lines("reliability-tables") if line["criterion"] == name]
    table = RatingTable.from_records(lines, unit="item_id", level="unstated")
    value, n = expected[f"{name}.krippendorff_alpha_{level}"]
    found = krippendorff_alpha(table, level=level)
    assert found.estimate == pytest.approx(value, abs=1e-6)
    assert found.n == n
    assert found.method == "jackknife_t"


@pytest.mark.parametrize("name", ["raw_4raters", "raw_5observers"])
@pytest.mark.parametrize("weights", [None, "linear", "quadratic", "ordinal"])
def test_coefficients_of_textbook_tables(name: str, weights: Weighting | None) -> None:
    expected = read_expected("reliability-tables")
    lines = [line for line in read_lines("reliability-tables") if line["criterion"] == name]
    table = RatingTable.from_records(lines, unit="item_id", level="unstated")
    gwet = gwet_ac1(table) if weights is None else gwet_ac2(table, weights=weights)
    for part, found in {
        "fleiss": fleiss_kappa(table, weights=weights),
        "conger": conger_kappa(table, weights=weights),
        "bp": brennan_prediger(table, weights=weights),
        "gwet": gwet,
    }.items():
        value, _ = expected[f"{name}.{weights or 'identity'}.{part}"]
        assert found.estimate == pytest.approx(value, abs=1e-6), part


# study, name in expected.json and our figure; each study holds one figure of each criterion
CORRECTED: list[tuple[str, str, Callable[..., Estimate]]] = [
    ("ttcw", "fleiss_kappa", fleiss_kappa),
    ("ttcw", "gwet_ac1", gwet_ac1),
    ("fed", "fleiss_kappa", fleiss_kappa),
    ("fed", "gwet_ac2_ordinal", gwet_ac2),
    ("hanna", "fleiss_kappa", fleiss_kappa),
    ("hanna", "gwet_ac2_ordinal", gwet_ac2),
    ("dices350", "fleiss_kappa", fleiss_kappa),
]


@pytest.mark.parametrize(("study", "part", "figure"), CORRECTED)
def test_coefficients_of_real_studies(study: str, part: str, figure: Callable[..., Estimate]) -> None:
    people = [
        line
        for line in read_lines(study)
        if line["rater_kind"] == "human" and line["rater"] != "expert"  # DICES holds one beside the crowd
    ]
    wanted = {name: held for name, held in read_expected(study).items() if name.endswith(f".{part}")}
    assert wanted
    for name, (value, n) in wanted.items():
        criterion = name.removesuffix(f".{part}")
        records = [
            {**line, "unit": (line["item_id"], *line["systems"], line["criterion"])}
            for line in people
            if criterion in (line["criterion"], "all_tests")
        ]
        found = figure(RatingTable.from_records(records, level="nominal"), inference=None)
        assert found.estimate == pytest.approx(value, abs=TOLERANCE), name
        assert found.n == n, name


def test_crowd_slots_of_hanna() -> None:
    expected = read_expected("hanna")
    lines = [line for line in read_lines("hanna") if line["rater_kind"] == "human"]
    for criterion in sorted({line["criterion"] for line in lines}):
        records = [
            {**line, "unit": (line["item_id"], *line["systems"])}
            for line in lines
            if line["criterion"] == criterion
        ]
        slots: dict[str, RaterKind] = {f"slot{number}": "slot" for number in (1, 2, 3)}
        table = RatingTable.from_records(records, cluster="item_id", level="ordinal", kinds=slots)
        levels: tuple[Level, ...] = ("nominal", "ordinal", "interval")
        for level in levels:
            found = krippendorff_alpha(table, level=level)
            value, n = expected[f"{criterion}.krippendorff_alpha_{level}"]
            assert found.estimate == pytest.approx(value, abs=TOLERANCE)
            assert found.n == n
            assert found.method == "item_bootstrap"
        forms: dict[str, IccForm] = {"icc1": "ICC(1,1)", "icc1k": "ICC(1,k)"}
        for name, form in forms.items():
            one_way = intraclass_correlation(table, form)
            value, n = expected[f"{criterion}.{name}"]
            assert one_way.estimate == pytest.approx(value, abs=TOLERANCE)
            assert (one_way.n, one_way.method) == (n, "item_bootstrap")
        assert intraclass_correlation(table, "ICC(2,1)").undefined == "raters_are_slots"
        share, pairs = expected[f"{criterion}.pairwise_agreement"]
        agreement = percent_agreement(table, inference="rater_population")
        assert agreement.estimate == pytest.approx(share, abs=TOLERANCE)
        assert (agreement.n, agreement.undefined) == (pairs, "raters_are_slots")


def test_ranks_of_hanna_judges() -> None:
    expected = read_expected("hanna")
    scores: dict[str, dict[str, dict[tuple[str, str], list[float]]]] = {}
    for line in read_lines("hanna"):
        if line["value"] is not None:
            rater = "people" if line["rater_kind"] == "human" else line["rater"]
            unit = (line["item_id"], line["systems"][0])
            held = scores.setdefault(line["criterion"], {}).setdefault(rater, {})
            held.setdefault(unit, []).append(line["value"])
    compared = 0
    for criterion, by_rater in scores.items():
        means = {rater: average(held) for rater, held in by_rater.items()}
        for judge in set(means) - {"people"}:
            units = sorted(set(means["people"]) & set(means[judge]))
            columns = [[means[rater][unit] for unit in units] for rater in ("people", judge)]
            for name, figure in (("spearman", spearman_rho), ("kendall_tau_b", kendall_tau_b)):
                value, n = expected[f"{judge}.{criterion}.{name}"]
                found = figure(*columns, clusters=[item for item, _ in units], resamples=20)
                assert found.estimate == pytest.approx(value, abs=TOLERANCE), (judge, criterion, name)
                assert (found.n, found.method) == (n, "item_bootstrap")
                compared += 1
    assert compared == 120


def average(held: dict[tuple[str, str], list[float]]) -> dict[tuple[str, str], float]:
    return {unit: sum(values) / len(values) for unit, values in held.items()}
