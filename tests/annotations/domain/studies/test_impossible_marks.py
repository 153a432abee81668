"""Marks whose place their text does not have, as earlier imports took them, go out so that they come in again."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from annotations.domain.studies.export_study import export_study
from annotations.domain.studies.import_study import import_study
from annotations.models import Project, Rating
from tests.factories.studies import Json, generation, read_lines, read_manifest, score, write_study

pytestmark = pytest.mark.database
SPANS: Json = {"name": "errors", "task": "spans", "level": "spans"}
WORDS: Json = {
    "category": "Accuracy",
    "severity": "Major",
    "text": "Because.",
    "note": "of an earlier import",
}
TURNS = ["Why?", "And then?"]


def bring_in(tmp_path: Path, *spans: Any, item: Json, answer: Json, **more: Any) -> Project:
    """A project whose ledger holds these marks; today's imports would refuse some of them."""
    line = score([], criterion="errors", task="spans", **more)
    folder = write_study(
        tmp_path / "in", criteria=[SPANS], items=[item], generations=[answer], ratings=[line]
    )
    project = import_study(folder=folder, slug="study").project
    Rating.objects.filter(project=project).update(spans=list(spans))
    return project


def send_out(project: Project, folder: Path) -> list[Json]:
    export_study(project=project, folder=folder)
    (raw,) = read_lines(folder, "ratings")
    value: list[Json] = orjson.loads(raw)["value"]
    import_study(folder=folder, slug="again")
    assert Rating.objects.get(project__slug="again").spans == value
    return value


@pytest.mark.parametrize(
    "place",
    [
        {"start": 0, "end": 9},
        {"start": 99, "end": 99},
        {"start": 3, "end": 2},
        {"start": -1, "end": 2},
        {"start": 0.5, "end": 2},
        {"start": 3},
        {"start": 0, "end": 8, "turn": 0},
    ],
)
def test_a_mark_without_a_place_in_its_text_keeps_its_words(place: Json, tmp_path: Path) -> None:
    good: Json = {**WORDS, "start": 0, "end": 8}
    item = {"item_id": "i1", "prompt": "Why?"}
    project = bring_in(tmp_path, WORDS | place, good, item=item, answer=generation())
    assert send_out(project, tmp_path / "out") == [WORDS, good]
    assert read_manifest(tmp_path / "out")["counts"]["marks_without_place"] == 1


@pytest.mark.parametrize(
    ("turn", "place", "is_kept"),
    [
        (None, {"start": 0, "end": 8, "turn": 1}, True),
        (None, {"start": 0, "end": 8, "turn": 2}, False),
        (None, {"start": 0, "end": 7, "turn": 2}, True),
        (2, {"start": 0, "end": 8}, False),
        (1, {"start": 0, "end": 8}, True),
    ],
)
def test_a_place_is_held_against_the_turn_that_it_is_in(
    turn: int | None, place: Json, is_kept: bool, tmp_path: Path
) -> None:
    answer = generation(text=None, turns=["Because.", "Nothing"])
    more = {"turn": turn} if turn else {}
    project = bring_in(tmp_path, WORDS | place, item={"item_id": "i1", "turns": TURNS}, answer=answer, **more)
    assert send_out(project, tmp_path / "out") == [WORDS | place if is_kept else WORDS]
    assert ("marks_without_place" in read_manifest(tmp_path / "out")["counts"]) is not is_kept


def test_a_place_in_a_text_that_the_study_does_not_have_stays(tmp_path: Path) -> None:
    item, mark = {"item_id": "i1", "prompt": "Why?"}, {**WORDS, "start": 90, "end": 99}
    project = bring_in(tmp_path, mark, item=item, answer=generation(text=None))
    assert send_out(project, tmp_path / "out") == [mark]
