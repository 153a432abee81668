"""Balanced accuracy against the plurality: scikit-learn beside ours, and TTCW's figures."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from evalplatform.agreement import AgreementError, RatingTable, agreement_with_plurality
from evalplatform.agreement.against_people import balanced_accuracy

TTCW = Path(__file__).resolve().parents[3] / os.environ.get("EVALPLATFORM_STUDIES", "../shared/data") / "ttcw"


def test_the_figure_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    truth = rng.choice(4, 200, p=[0.6, 0.2, 0.15, 0.05])
    judge = np.where(rng.random(200) < 0.7, truth, rng.integers(0, 4, 200))
    rows = [(u, r, int(v[u])) for r, v in {"j": judge, "p": truth, "q": truth}.items() for u in range(200)]
    found = balanced_accuracy(RatingTable.from_records(rows, level="nominal"), "j", ["p", "q"])
    assert found.estimate == pytest.approx(balanced_accuracy_score(truth, judge))
    assert (found.n, found.method) == (200, "item_bootstrap")


def test_units_without_a_single_winner_are_left_out() -> None:
    rows = [(1, "j", "a"), (1, "p", "a"), (1, "q", "b"), (2, "j", "a"), (2, "p", "a"), (3, "j", "a")]
    found = balanced_accuracy(RatingTable.from_records(rows, level="nominal"), "j", ["p", "q"])
    assert (found.estimate, found.n, found.low) == (1.0, 1, None)
    assert found.excluded == {"unpaired": 1, "no_single_winner": 1}


def test_drawn_pluralities_are_refused() -> None:
    table = RatingTable.from_records([(1, "j", "a"), (1, "p", "a")], level="nominal")
    with pytest.raises(AgreementError, match="these raters"):
        balanced_accuracy(table, "j", ["p"], inference="rater_population")


@pytest.mark.published
@pytest.mark.skipif(not TTCW.is_dir(), reason="the study folders are not at hand")
def test_ttcw_has_the_figures_that_others_worked_out() -> None:
    """For the balanced accuracy a missing answer counts as No, as its authors have it; for kappa it is missing."""
    values = json.loads((TTCW / "expected.json").read_text(encoding="utf-8"))["values"]
    expected = {entry["id"]: entry for entry in values}
    lines = [json.loads(line) for line in (TTCW / "ratings.jsonl").read_text(encoding="utf-8").splitlines()]
    people = {line["rater"] for line in lines if line["rater_kind"] == "human"}
    judges = {line["rater"] for line in lines if line["rater_kind"] == "llm"}
    assert len(judges) == 7
    given = {(_unit(line), line["rater"]): line["value"] for line in lines if line["value"] is not None}
    units = {unit for unit, _ in given}
    rows: list[Any] = [(unit, rater, value) for (unit, rater), value in given.items()]
    table = RatingTable.from_records(rows, level="nominal")
    filled = [(unit, judge, "No") for unit in units for judge in judges if (unit, judge) not in given]
    whole = RatingTable.from_records([*rows, *filled], level="nominal")
    for judge in judges:
        found = balanced_accuracy(whole, judge, people, inference=None)
        kappa = agreement_with_plurality(table, judge, people, statistic="cohen_kappa", inference=None)
        for estimate, name in ((found, "balanced_accuracy"), (kappa, "cohen_kappa_vs_majority")):
            entry = expected[f"{judge}.{name}"]
            assert estimate.estimate == pytest.approx(entry["value"], abs=1e-4), (judge, name)
            assert estimate.n == entry["n"]


def _unit(line: dict[str, Any]) -> tuple[str, str, str]:
    return line["item_id"], line["systems"][0], line["criterion"]
