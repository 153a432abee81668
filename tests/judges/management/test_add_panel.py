"""`manage.py add_panel`, and what the report then says of the panel."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Project, RaterKind
from evalplatform.agreement.panels import effective_judges
from tests.factories.judging import make_field
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database
SIDES = {"first": 1.0, "second": 0.0}


@pytest.fixture
def votes() -> list[tuple[str, str, str]]:
    """What a person, ada and bert said of each pair of the project `study`."""
    field = make_field(tasks=60, slug="study")
    raters = [make_rater(field.project, "paul")]
    raters += [make_rater(field.project, name, RaterKind.JUDGE) for name in ("ada", "bert")]
    said = []
    for number, task in enumerate(field.tasks):
        row = tuple("first" if number % every else "second" for every in (2, 3, 4))
        for rater, side in zip(raters, row, strict=True):
            rate(task, rater, side, order="" if rater.kind == RaterKind.PERSON else "0,1")
        said.append(row)
    return said  # type: ignore[return-value]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_panel_is_formed_filled_and_brought_up_to_date(votes: list[tuple[str, str, str]]) -> None:
    command = ("add_panel", "study", "both", "--members", "ada", "bert", "--weights", "cross_fitted")
    first = run(*command).splitlines()
    assert first[0].startswith("Panel both of study, content ")
    assert first[1].startswith("  overall: judge:ada 0.")
    assert first[2] == "60 verdicts new, 0 changed, 0 taken back, 0 as they were."
    assert run(*command).splitlines()[2] == "0 verdicts new, 0 changed, 0 taken back, 60 as they were."


def test_the_report_says_how_many_judges_it_is_worth(votes: list[tuple[str, str, str]]) -> None:
    run("add_panel", "study", "both", "--members", "ada", "bert")
    rows = json.loads(run("report", "study", "--json"))["results"]
    (row,) = [row for row in rows if row["statistic"] == "effective_judges"]
    wanted = effective_judges(
        [[SIDES[ada], SIDES[bert]] for _, ada, bert in votes],
        [SIDES[paul] for paul, *_ in votes],
        inference=None,
    )
    assert (row["raters"], row["against"], row["n"]) == ("panel:both", "people", 60)
    assert row["estimate"] == pytest.approx(wanted.estimate)
    assert row["low"] < row["estimate"] < row["high"]
    assert any(row["raters"] == "panel:both" and row["statistic"] == "percent_agreement" for row in rows)


def test_who_sits_in_a_panel_is_part_of_what_a_report_is_made_of(votes: list[tuple[str, str, str]]) -> None:
    before = json.loads(run("report", "study", "--json"))
    run("add_panel", "study", "both", "--members", "ada", "bert")
    after = json.loads(run("report", "study", "--json"))
    assert before["inputs_hash"] != after["inputs_hash"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "both", "--members", "ada", "bert"), "no project nowhere"),
        (("study", "both", "--members", "ada", "carl"), "no judge or metric named carl"),
        (("study", "both", "--members", "ada", "bert", "--quorum", "9"), "the number of members"),
    ],
)
def test_what_cannot_be_formed_is_said(
    votes: list[tuple[str, str, str]], arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        run("add_panel", *arguments)
    assert not Project.objects.get(slug="study").panels.exists()
