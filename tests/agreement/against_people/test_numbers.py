"""Numbers against people's means: scipy beside ours, weights as copies, and all of HANNA's figures."""

import gzip
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.against_people import numbers_against_people
from evalplatform.agreement.against_people.paired_numbers import PairedMeans, PairedNumbers
from evalplatform.agreement.cells import gather_cells

HANNA = (
    Path(__file__).resolve().parents[3] / os.environ.get("EVALPLATFORM_STUDIES", "../shared/data") / "hanna"
)
# two systems have the same mean but for the last digit of a float: tied here, an order by rounding there
TIED_MEANS = {
    "Beluga-13B/prompt1.complexity", "ChatGPT/prompt1.complexity", "ChatGPT/prompt2.complexity",
    "Llama-13B/prompt1.complexity", "Llama-13B/prompt1.engagement", "Llama-13B/prompt2.complexity",
    "Mistral-7B/prompt1.complexity",
}  # fmt: skip
STATISTICS: list[Any] = ["pearson", "spearman", "kendall_tau_b", "mean_absolute_error"]
ORACLES = {
    "pearson": lambda x, y: stats.pearsonr(x, y).statistic,
    "spearman": lambda x, y: stats.spearmanr(x, y).statistic,
    "kendall_tau_b": lambda x, y: stats.kendalltau(x, y).statistic,
    "mean_absolute_error": lambda x, y: np.abs(np.subtract(x, y)).mean(),
}


def draw(units: int = 60) -> tuple[RatingTable, Any, Any]:
    rng = np.random.default_rng(6)
    truth = rng.integers(1, 5, units)
    given = {name: truth + rng.integers(0, 3, units) for name in ("judge", "p", "q")}
    rows = [(u, name, int(values[u]), u // 3) for name, values in given.items() for u in range(units)]
    table = RatingTable.from_records(rows, level="interval")
    return table, given["judge"].astype(float), (given["p"] + given["q"]) / 2


@pytest.mark.parametrize("statistic", STATISTICS)
def test_figures_are_those_of_scipy(statistic: Any) -> None:
    table, judge, people = draw()
    found = numbers_against_people(table, "judge", ["p", "q"], statistic)
    assert found.estimate == pytest.approx(ORACLES[statistic](judge, people))
    assert (found.n, found.n_unit, found.method) == (60, "units", "jackknife_t")
    system = np.arange(60) % 7
    means = [[values[system == code].mean() for code in range(7)] for values in (judge, people)]
    found = numbers_against_people(table, "judge", ["p", "q"], statistic, systems=system, inference=None)
    assert found.estimate == pytest.approx(ORACLES[statistic](*means))
    assert (found.n, found.n_unit) == (7, "systems")


@pytest.mark.parametrize("statistic", STATISTICS)
def test_weights_of_clusters_are_copies_of_them(statistic: Any) -> None:
    table, judge, people = draw()
    cells = gather_cells(table, np.ones(60, dtype=np.bool_), crossed=True)
    weight = np.random.default_rng(2).integers(0, 3, 20)
    copies = np.repeat(np.arange(60), weight[np.arange(60) // 3])
    items = weight[:, None].astype(float)
    found = PairedNumbers(cells, judge, people, statistic).under(items)[0]
    assert found == pytest.approx(ORACLES[statistic](judge[copies], people[copies]))
    system = np.arange(60) % 4
    means = [
        [values[copies][system[copies] == code].mean() for code in range(4)] for values in (judge, people)
    ]
    found = PairedMeans(cells, judge, people, statistic, system).under(items)[0]
    assert found == pytest.approx(ORACLES[statistic](*means))


@pytest.mark.parametrize("statistic", STATISTICS)
def test_thin_data_are_named(statistic: Any) -> None:
    flat = RatingTable.from_records([(u, r, 1) for u in range(60) for r in "jp"], level="interval")
    assert numbers_against_people(flat, "j", ["p"], statistic).low is None
    assert numbers_against_people(flat, "j", ["p"], statistic).undefined
    apart = RatingTable.from_records([(1, "j", 1), (2, "p", 1)], level="interval")
    assert numbers_against_people(apart, "j", ["p"], statistic).undefined == "no_pairable_units"
    lone = numbers_against_people(apart, "j", ["p"], statistic, systems=["x", "y"])
    assert (lone.estimate, lone.undefined) == (None, "no_pairable_units")


def test_wrong_questions_are_refused() -> None:
    table, _, _ = draw()
    words = RatingTable.from_records([(1, "j", "a"), (1, "p", "a")], level="nominal")
    with pytest.raises(AgreementError, match="numbers"):
        numbers_against_people(words, "j", ["p"], "pearson")
    with pytest.raises(AgreementError, match="these raters"):
        numbers_against_people(table, "judge", ["p"], "pearson", inference="rater_population")
    with pytest.raises(AgreementError, match="its system"):
        numbers_against_people(table, "judge", ["p"], "pearson", systems=["x"])


@pytest.mark.published
@pytest.mark.skipif(not HANNA.is_dir(), reason="the study folders are not at hand")
def test_hanna_has_the_figures_that_others_worked_out() -> None:
    values = json.loads((HANNA / "expected.json").read_text(encoding="utf-8"))["values"]
    expected = {entry["id"]: entry for entry in values if "/" in entry["id"]}
    assert len(expected) == 240
    rows: dict[str, list[Any]] = defaultdict(list)
    people: set[str] = set()
    with gzip.open(HANNA / "ratings.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            unit = (line["item_id"], line["systems"][0])
            rows[line["criterion"]].append((unit, line["rater"], line["value"], line["item_id"]))
            people |= {line["rater"]} if line["rater_kind"] == "human" else set()
    tables = {
        name: RatingTable.from_records(held, level="ordinal", kinds=dict.fromkeys(people, "slot"))
        for name, held in rows.items()
    }
    apart = set()
    for name, entry in expected.items():
        judge, criterion, statistic = name.rsplit(".", 2)
        table, wanted = tables[criterion], statistic.removeprefix("system_")
        systems = [unit[1] for unit in table.units] if statistic.startswith("system_") else None
        found = numbers_against_people(table, judge, people, wanted, systems=systems, inference=None)
        assert found.n == entry["n"], name
        if found.estimate != pytest.approx(entry["value"], abs=1e-4):
            apart.add(name)
    assert apart == {f"{name}.system_kendall_tau_b" for name in TIED_MEANS}
