"""What is kept of a study while it is read does not grow with it."""

import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from annotations.domain.formats.faults import FaultLog
from annotations.domain.formats.folder import StudyFolder
from annotations.domain.formats.manifest import StudyManifest
from annotations.domain.formats.reader import StudyReader
from annotations.domain.formats.study_index import RECENT, StudyIndex
from annotations.domain.formats.survey import survey_study
from tests.factories.studies import Json, generation, score, write_study

SMALL, LARGE = RECENT, 2_500
MOST_KEPT = 100  # bytes an item: one that is kept takes seven times as much


@pytest.fixture
def index() -> Iterator[StudyIndex]:
    with closing(StudyIndex()) as opened:
        yield opened


def test_an_item_and_its_answers_are_noted_once(index: StudyIndex) -> None:
    assert index.add_item("i1", 2)
    assert not index.add_item("i1", 3)
    assert index.add_item("i2", 0)
    assert [index.count_turns(key) for key in ("i1", "i2", "i3")] == [2, 0, None]
    assert index.add_answer("i1", "alpha")
    assert index.add_answer("i1", "alpha") is False
    assert index.add_answer("i3", "alpha") is None
    assert index.add_answer("i2", "alpha")
    with pytest.raises(KeyError):
        index["i3"]


def test_what_is_out_of_sight_is_found_again(index: StudyIndex) -> None:
    for number in range(RECENT + 1):
        index.add_item(f"i{number}", 0)
    index.add_answer("i0", "alpha")
    assert not index.name_answer(index["i0"], "alpha")
    assert index.name_answer(index["i0"], "beta")
    assert index.find_first_criterion(index["i0"], "single", 7) == 7
    first = index["i0"]
    for number in range(1, RECENT + 1):
        assert index[f"i{number}"].systems == set()

    again = index["i0"]
    assert again is not first
    assert again == first
    assert not index.name_answer(again, "beta")
    assert index.find_first_criterion(again, "single", 8) == 7
    assert index.find_first_criterion(again, "pair", 8) == 8
    assert list(index.list_named()) == [("i0", "beta")]


def list_lines(count: int) -> tuple[list[Json], list[Json], list[Json]]:
    """Items, an answer each, and a rating of an answer that only it names."""
    names = [f"item number {number}" for number in range(count)]
    return (
        [{"item_id": name, "prompt": "Why?"} for name in names],
        [generation(name) for name in names],
        [score(3, item_id=name, system="beta") for name in names],
    )


def measure_survey(folder: Path) -> int:
    """The most bytes of Python's that were held at once while a folder was surveyed."""
    study = StudyFolder.open(folder)
    manifest = StudyManifest.read(study.manifest)
    with closing(StudyIndex()) as index:
        tracemalloc.start()
        try:
            survey = survey_study(StudyReader(study, manifest, FaultLog(), index))
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert survey.items == survey.generations == survey.ratings
    return most


def test_the_survey_of_a_larger_study_holds_no_more(tmp_path: Path) -> None:
    folders = {}
    for count in (SMALL, LARGE):
        items, generations, ratings = list_lines(count)
        folders[count] = write_study(
            tmp_path / str(count), items=items, generations=generations, ratings=ratings
        )
    measure_survey(folders[SMALL])  # what is imported and cached once

    small, large = (measure_survey(folders[count]) for count in (SMALL, LARGE))

    assert large - small < MOST_KEPT * (LARGE - SMALL)
