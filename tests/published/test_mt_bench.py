"""MT-bench's human votes and GPT-4 verdicts, imported and reported, hold the figures that others worked out."""

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any  # rows and expected figures are JSON

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction

from annotations.models import Project
from annotations.queries.rating_table import build_rating_table
from evalplatform.agreement import krippendorff_alpha
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from evalplatform.settings.env import REPOSITORY

FOLDER = Path(settings.EVALPLATFORM_STUDIES) / "mt-bench"
TABLES = Path(settings.EVALPLATFORM_STUDIES) / "reliability-tables"
README = REPOSITORY / "README.md"
TOLERANCE = 1e-4
Row = dict[str, Any]
SYSTEMS = ("alpaca-13b", "claude-v1", "gpt-3.5-turbo", "gpt-4", "llama-13b", "vicuna-13b-v1.2")
JUDGES = ("gemini_flash", "gemini_pro", "gpt-4o", "gpt-4o-mini", "llama-31", "mistral-v03")

pytestmark = [
    pytest.mark.published,
    pytest.mark.timeout(300),  # the first test waits for the whole report
    pytest.mark.database,
    pytest.mark.one_database,
    pytest.mark.xdist_group("mt-bench"),  # the report is worked out once, by one worker
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason="the real data sets are not here: set EVALPLATFORM_STUDIES"
    ),
]


def read_expected(folder: Path) -> dict[str, dict[str, Any]]:
    values = json.loads((folder / "expected.json").read_text())["values"]
    return {entry["id"]: entry for entry in values}


def print_report(slug: str, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("report", slug, "--json", *options, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.fixture(scope="module")
def reports(django_db_setup: None, django_db_blocker: Any) -> dict[str, list[Row]]:  # Any: has no public type
    """What the report says of MT-bench, headline and all, worked out once for all these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        call_command("import_study", str(FOLDER), project="mt-bench", stdout=StringIO())
        printed = {"headline": print_report("mt-bench"), "all": print_report("mt-bench", "--all")}
        transaction.set_rollback(True)
    return {name: report["results"] for name, report in printed.items()}


@pytest.fixture(scope="module")
def rows(reports: dict[str, list[Row]]) -> list[Row]:
    return reports["all"]


def figure(rows: list[Row], statistic: str, raters: str, **wanted: Any) -> Row:
    """The one row of this description."""
    asked = {
        "against": None,
        "system": None,
        "slice": {},
        "rule": None,
        "inference": "these_raters",
        **wanted,
    }
    asked |= {"statistic": statistic, "raters": raters}
    (found,) = [row for row in rows if all(row[key] == value for key, value in asked.items())]
    return dict(found)


GPT4 = "judge:gpt-4"
TIE = {"rule": "tie"}
Case = tuple[str, str, str, dict[str, Any]]


def cases() -> Iterator[Case]:
    """Id in expected.json, then the statistic, the raters and what else describes our row."""
    for turn in (1, 2):
        here: dict[str, Any] = {"slice": {"turn": turn}}
        for ties, suffix in (("with", ""), ("without", "_without_ties")):
            name, agreement = f"turn{turn}.{ties}_ties", f"percent_agreement{suffix}"
            yield f"{name}.expert_expert_agreement", agreement, "people:expert", here
            against = {**here, **TIE, "against": "people:expert"}
            yield f"{name}.gpt4_expert_agreement", agreement, GPT4, against
    for prefix, group in (("experts", "people:expert"), ("all_humans", "people")):
        yield f"{prefix}.krippendorff_alpha_nominal", "krippendorff_alpha", group, {"level": "nominal"}
        yield f"{prefix}.pairwise_agreement", "percent_agreement", group, {}
        for middle, suffix in (("", ""), (".no_ties", "_without_ties")):
            against = {**TIE, "against": group}
            majority = f"{prefix}.gpt4_vs_majority{middle}"
            yield f"{majority}.agreement", f"agreement_with_plurality{suffix}", GPT4, against
            yield f"{majority}.cohen_kappa", f"cohen_kappa_with_plurality{suffix}", GPT4, against
    yield "gpt4.inconsistent_rate", "inconsistency_rate", GPT4, {}
    yield "gpt4.inconsistent_rate_matched", "inconsistency_rate", GPT4, {"against": "people"}
    yield "gpt4.tie_rate_all", "tie_rate", GPT4, TIE
    yield "humans.tie_rate", "tie_rate", "people", {}
    for system in SYSTEMS:
        of_system = {"system": system}
        yield f"humans.win_rate.{system}", "win_rate", "people", of_system
        yield f"gpt4.win_rate.{system}", "win_rate", GPT4, of_system
        matched = {**of_system, "against": "people"}
        yield f"matched.gpt4.win_rate.{system}", "win_rate", GPT4, matched
        plurality = {**of_system, "against": GPT4}
        yield f"matched.humans_majority.win_rate.{system}", "win_rate_of_plurality", "people", plurality
    for judge in JUDGES:
        yield (
            f"alt_sample.{judge}.human_agreement",
            "percent_agreement",
            f"judge:{judge}",
            {"against": "people"},
        )


@pytest.mark.parametrize(
    ("name", "statistic", "raters", "wanted"), [pytest.param(*case, id=case[0]) for case in cases()]
)
def test_a_figure_is_the_one_that_others_worked_out(
    rows: list[Row], name: str, statistic: str, raters: str, wanted: dict[str, Any]
) -> None:
    expected = read_expected(FOLDER)[name]
    row = figure(rows, statistic, raters, **wanted)
    assert row["estimate"] == pytest.approx(expected["value"], abs=TOLERANCE)
    if not name.endswith("krippendorff_alpha_nominal") and "n" in expected:
        assert row["n"] == expected["n"]


def test_the_figures_of_the_paper_stand_in_the_headline_too(reports: dict[str, list[Row]]) -> None:
    """All that is published of MT-bench needs no `--all`, apart from what is matched by unit."""
    everything = {row["id"]: row for row in reports["all"]}
    assert all(everything[row["id"]] == row for row in reports["headline"])
    for name, statistic, raters, wanted in cases():
        if "matched" not in name:
            assert figure(reports["headline"], statistic, raters, **wanted), name


def test_the_readme_tells_these_figures(rows: list[Row]) -> None:
    line = r"^\| .* \| (0\.\d{3}) \| (\S+)–(\S+) \| (\S+)–(\S+) \| ([\d,]+)"
    told = re.findall(line, README.read_text(), re.MULTILINE)
    found = []
    for raters, against, rule in (
        ("people:expert", None, None),
        *(("judge:gpt-4", "people:expert", rule) for rule in ("tie", "dropped", "disagree")),
    ):
        wanted = {"against": against, "rule": rule, "slice": {"turn": 1}}
        near, far = (
            figure(rows, "percent_agreement", raters, **wanted, inference=inference)
            for inference in ("these_raters", "rater_population")
        )
        limits = (near["estimate"], near["low"], near["high"], far["low"], far["high"])
        found.append((*(f"{number:.3f}" for number in limits), f"{near['n']:,}"))
    assert told == found


def test_the_three_rules_count_an_inconsistent_verdict_in_three_ways(rows: list[Row]) -> None:
    found = {
        rule: figure(rows, "percent_agreement", GPT4, against="people", rule=rule)
        for rule in ("tie", "dropped", "disagree")
    }
    assert {rule: round(row["estimate"], 3) for rule, row in found.items()} == {
        "tie": 0.662,
        "dropped": 0.717,
        "disagree": 0.599,
    }
    assert found["dropped"]["excluded"]["inconsistent"] == 380
    assert found["tie"]["n"] == found["disagree"]["n"] > found["dropped"]["n"]


def test_other_raters_too_is_a_wider_statement_than_other_items(rows: list[Row]) -> None:
    items, both = (
        figure(rows, "percent_agreement", "people", inference=inference)
        for inference in ("these_raters", "rater_population")
    )
    assert both["estimate"] == items["estimate"]
    assert both["high"] - both["low"] > items["high"] - items["low"]


def test_no_figure_is_anything_but_a_number_or_named_undefined(rows: list[Row]) -> None:
    for row in rows:
        if row["estimate"] is None or row["low"] is None:
            assert row["undefined"], row["id"]
        else:
            assert row["low"] <= row["estimate"] <= row["high"], row["id"]


def test_rows_stand_in_the_order_of_their_ids_each_once(rows: list[Row]) -> None:
    ids = [row["id"] for row in rows]
    assert ids == sorted(set(ids))


def test_flipping_stored_orders_at_random_changes_no_alpha(rows: list[Row], tmp_path: Path) -> None:
    """Values stand against the canonical order: which answer a file names first has no part in them."""
    for name in ("manifest.json", "items.jsonl", "generations.jsonl"):
        shutil.copy(FOLDER / name, tmp_path / name)
    flipped = flip_orders((FOLDER / "ratings.jsonl").read_text(), random.Random(7))
    (tmp_path / "ratings.jsonl").write_text(flipped)
    call_command("import_study", str(tmp_path), project="flipped", stdout=StringIO())
    alphas = [row for row in rows if row["statistic"].startswith("krippendorff_alpha")]
    statistics = tuple(sorted({row["statistic"] for row in alphas}))
    project = Project.objects.get(slug="flipped")
    snapshot = take_snapshot(project=project, wanted=Wanted(is_full=True, statistics=statistics))
    again = {row["id"]: row for row in json.loads(snapshot.to_bytes())["results"]}
    assert alphas
    assert [again[row["id"]] for row in alphas] == alphas


def flip_orders(lines: str, draw: random.Random) -> str:
    """The same ratings, a half of them written with the two systems the other way round."""
    turned = {"first": "second", "second": "first"}
    written = []
    for line in lines.splitlines():
        rating = json.loads(line)
        if draw.random() < 0.5:
            rating["systems"].reverse()
            rating["value"] = turned.get(rating["value"], rating["value"])
        written.append(json.dumps(rating))
    return "\n".join(written) + "\n"


@pytest.mark.parametrize("criterion", ["raw_4raters", "raw_5observers"])
def test_textbook_tables_have_their_alpha_at_every_level(
    criterion: str, import_tables: Callable[[], str]
) -> None:
    found = print_report(import_tables())["results"]
    expected = read_expected(TABLES)
    compared = 0
    for level in ("nominal", "ordinal", "interval", "ratio"):
        key = f"{criterion}.krippendorff_alpha_{level}"
        (row,) = [
            row
            for row in found
            if row["criterion"] == criterion
            and (row["statistic"], row["level"]) == ("krippendorff_alpha", level)
            and row["inference"] == "these_raters"
        ]
        if key in expected:
            assert row["estimate"] == pytest.approx(expected[key]["value"], abs=TOLERANCE)
            assert row["n"] == expected[key]["n"]
            compared += 1
    assert compared >= 2


def test_the_textbook_table_has_krippendorffs_own_ratio_alpha(import_tables: Callable[[], str]) -> None:
    """Krippendorff 2011, the level that expected.json leaves out."""
    project = Project.objects.get(slug=import_tables())
    table = build_rating_table(project=project, criterion="raw_4raters")
    assert krippendorff_alpha(table, level="ratio").estimate == pytest.approx(0.7974027747, abs=1e-9)


@pytest.fixture
def import_tables(db: None) -> Callable[[], str]:
    def run() -> str:
        call_command("import_study", str(TABLES), project="tables", stdout=StringIO())
        return "tables"

    return run
