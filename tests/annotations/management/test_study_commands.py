"""import_study and export_study as they are typed."""

from io import StringIO
from pathlib import Path
from typing import Any  # a command's options are mixed

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Project, Slot
from tests.factories.studies import generation, pair, read_lines, score, write_study

pytestmark = pytest.mark.database


def say(*arguments: object, **options: Any) -> str:
    said = StringIO()
    call_command(*map(str, arguments), stdout=said, **options)
    return said.getvalue()


def test_a_study_goes_in_and_out(tmp_path: Path) -> None:
    folder = write_study(
        tmp_path / "in", generations=[generation()], ratings=[score(3), score(4, rater="bob")]
    )

    assert say("import_study", folder, project="study") == (
        "study: 2 items, 1 generations, 2 raters, 2 ratings.\n"
        "People cannot rate here: import with --overlap N to open N places a task.\n"
        "Next, a link to its pages:\n"
        "  manage.py add_user NAME --role researcher --project study\n"
    )
    assert say("import_study", folder, project="study") == (
        "study came of this folder already; nothing to do.\n"
    )
    out = tmp_path / "out"
    assert say("export_study", "study", out) == f"{out}: 2 items, 1 generations, 2 ratings.\n"
    assert read_lines(out, "ratings") == read_lines(folder, "ratings")


def test_every_fault_is_said_and_nothing_stored(tmp_path: Path) -> None:
    folder = write_study(tmp_path, ratings=[score(9), score(3), pair("left")])

    with pytest.raises(CommandError) as caught:
        say("import_study", folder, project="study")
    assert str(caught.value).splitlines() == [
        "2 faults; the first: ratings.jsonl, line 1, value: 9 is outside the scale",
        "  ratings.jsonl, line 1, value: 9 is outside the scale",
        "  ratings.jsonl, line 3, value: 'left' is none of first, second, tie",
    ]
    assert Project.objects.count() == 0


def test_partial_says_what_was_left_out(tmp_path: Path) -> None:
    folder = write_study(tmp_path, ratings=[score(9), score(3), *[pair("left")] * 120])

    said = say("import_study", folder, project="study", partial=True).splitlines()

    assert said[:3] == [
        "study: 2 items, 0 generations, 1 raters, 1 ratings.",
        "Left out of ratings.jsonl: 121 lines.",
        "  ratings.jsonl, line 1, value: 9 is outside the scale",
    ]
    assert said[102] == "  ... (the first hundred are shown)"
    assert len(said) == 2 + 100 + 1 + 3


def test_places_are_opened_on_demand(tmp_path: Path) -> None:
    folder = write_study(tmp_path, generations=[generation()], ratings=[score(3)])

    said = say("import_study", folder, project="study", overlap=2)

    assert Slot.objects.count() == 2
    assert "1 of 1 tasks can be rated.\n" in said


def test_it_is_said_how_many_tasks_can_be_rated(tmp_path: Path) -> None:
    folder = write_study(tmp_path, generations=[generation()], ratings=[score(3), score(4, system="beta")])

    said = say("import_study", folder, project="study", overlap=2)

    assert "1 of 2 tasks can be rated (the rest lack a text).\n" in said


def test_places_without_a_text_are_not_promised(tmp_path: Path) -> None:
    """Tables of ratings come without texts: more places would change nothing."""
    said = say("import_study", write_study(tmp_path, ratings=[score(3)]), project="study", overlap=2)
    assert "People cannot rate here: no task has a text.\n" in said
    assert "--overlap" not in said


@pytest.mark.parametrize(
    "arguments", [("import_study", "/nowhere", "--project", "x"), ("export_study", "nobody", "/nowhere")]
)
def test_what_is_not_there_is_said(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        say(*arguments)


def test_a_slug_in_use_is_said(tmp_path: Path) -> None:
    folder = write_study(tmp_path)
    say("import_study", folder, project="study")
    write_study(folder, ratings=[score(3)])

    with pytest.raises(CommandError, match="already a project 'study'"):
        say("import_study", folder, project="study")
