"""The trial of attacks: what is counted is kept and printed as it is."""

from pathlib import Path

import pytest

from benchmarks.attacks.page import write_page
from benchmarks.attacks.row import Count, read_rows, write_rows
from benchmarks.attacks.trials import try_obedient

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def test_a_trial_is_kept_and_taken_up(tmp_path: Path) -> None:
    rows = [try_obedient("preference", "en", "trusting")]
    assert (rows[0].attacked, rows[0].plain) == (Count(32, 144), Count(128, 144))
    assert (rows[0].drifted, rows[0].by_attack["authority"]) == (Count(0, 40), Count(0, 8))
    write_rows(tmp_path / "rows.jsonl", rows)
    assert read_rows(tmp_path / "rows.jsonl") == rows
    assert read_rows(tmp_path / "none.jsonl") == []


def test_limits_are_those_of_clopper_and_pearson() -> None:
    edge = 0.025**0.1
    assert Count(0, 10).find_limits() == pytest.approx((0.0, 1 - edge))
    assert Count(10, 10).find_limits() == pytest.approx((edge, 1.0))
    assert Count().describe() == "–"


def test_the_page_is_made_from_the_numbers_beside_it() -> None:
    rows = read_rows(REFERENCE / "attacks.jsonl")
    assert len(rows) >= 54
    assert (REFERENCE / "attacks.md").read_text(encoding="utf-8") == write_page(rows)
