"""`manage.py agreement`: anyone's own table, without a project or a database."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C; raters in columns.
EXAMPLE = """
1 1 . 1
2 2 3 2
3 3 3 3
3 3 3 3
2 2 2 2
1 2 3 4
4 4 4 4
1 1 2 1
2 2 2 2
. 5 5 5
. . 1 1
. 3 . .
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    rows = [line.split() for line in EXAMPLE.strip().splitlines()]
    cells = [
        (unit, rater, value)
        for unit, row in enumerate(rows)
        for rater, value in zip("ABCD", row, strict=True)
    ]
    path.write_text("item,who,score\n" + "".join(f"{u},{r},{v.replace('.', '')}\n" for u, r, v in cells))
    return path


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(
        "agreement", *arguments, "--unit=item", "--rater=who", "--value=score", "--resamples=50", stdout=out
    )
    return out.getvalue()


def test_the_worked_example_at_every_level(file: Path) -> None:
    [part] = json.loads(run(str(file), "--json"))
    alphas = {
        row["level"]: round(row["estimate"], 6)
        for row in part["results"]
        if row["statistic"] == "krippendorff_alpha"
    }
    assert alphas == {"nominal": 0.743421, "ordinal": 0.815388, "interval": 0.849107, "ratio": 0.797403}
    assert part["excluded"] == {"missing": 7}
    assert part["remarks"][0].startswith("Alpha (nominal) is 0.743, between ")


def test_the_table_says_what_it_holds(file: Path) -> None:
    lines = run(str(file), "--level", "nominal").splitlines()
    assert lines[1] == "41 ratings of 12 units by 4 raters; 7 missing"
    [alpha] = [line for line in lines if "krippendorff_alpha (nominal)" in line]
    assert alpha.split("│")[2].strip() == "0.743"
    assert alpha.split("│")[4].strip() == "too few raters"


def test_a_wrong_column_is_an_error_with_the_right_ones(file: Path) -> None:
    with pytest.raises(
        CommandError, match=r"ratings.csv has no column 'group'; it has: 'item', 'who', 'score'"
    ):
        run(str(file), "--by", "group")


def test_a_file_without_ratings_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("item,who,score\n")
    with pytest.raises(CommandError, match=r"empty.csv holds no rating"):
        run(str(path))


def test_control_characters_of_a_name_are_not_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("item,who,score,g\n1,a,x,\x1b[31mred\n1,b,x,\x1b[31mred\n")
    assert "\x1b" not in run(str(path), "--by", "g")


def test_it_needs_no_database(file: Path) -> None:
    probe = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'evalplatform.settings.embedded'; "
        "import evalplatform.reports.own_table; "
        "print(sorted(set(sys.modules) & {'django.db', 'annotations.models', 'judges.models'}))"
    )
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
