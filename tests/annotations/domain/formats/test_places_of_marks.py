"""Where the marks of a study stand: in their texts, or the line is refused by its field."""

from pathlib import Path

import pytest

from annotations.domain.studies.import_study import import_study
from annotations.models import Rating
from tests.annotations.domain.formats.test_study_faults import SPANS, mark, place, refuse
from tests.factories.studies import Json, generation, write_study


@pytest.mark.database
@pytest.mark.parametrize(
    "span",
    [
        {"start": 5, "end": 5},
        {"start": 0, "end": 3, "turn": 1},
        {"start": None, "end": None, "turn": None},
        {},
    ],
)
def test_passages_may_be_omissions_or_words_alone(span: Json, tmp_path: Path) -> None:
    folder = write_study(tmp_path, criteria=[SPANS], generations=[generation()], ratings=[mark(**span)])
    import_study(folder=folder, slug="study")
    assert Rating.objects.get().spans == [{"severity": "Minor", **span}]


TWO: Json = {"item_id": "i1", "turns": ["Why?", "And then?"]}
TURNS = generation(text=None, turns=["Because.", "Nothing"])
FROM_TEXT = generation(text="Nothing at all.")


@pytest.mark.database
@pytest.mark.parametrize(
    ("item", "answer", "span", "turn", "length"),
    [
        ({"item_id": "i1", "prompt": "Why?"}, generation(), {"end": 9}, None, 8),
        ({"item_id": "i1", "prompt": "Why?"}, generation(), {"end": 9, "turn": 1}, None, 8),
        ({"item_id": "i1", "prompt": "Why?"}, generation(text="𝒟é"), {"end": 3}, None, 2),
        ({"item_id": "i1", "prompt": "Why?"}, generation(text=""), {"end": 1}, None, 0),
        (TWO, TURNS, {"end": 9, "turn": 1}, None, 8),
        (TWO, TURNS, {"end": 8, "turn": 2}, None, 7),
        (TWO, TURNS, {"end": 8, "turn": 2}, 2, 7),
        (TWO, TURNS, {"end": 8}, 2, 7),
        (TWO, TURNS, {"end": 9}, 1, 8),
        (TWO, FROM_TEXT, {"end": 16, "turn": 2}, None, 15),
    ],
)
def test_a_passage_that_ends_past_its_text_is_named(
    item: Json, answer: Json, span: Json, turn: int | None, length: int, tmp_path: Path
) -> None:
    bad = mark(start=0, **span) | ({"turn": turn} if turn else {})
    good = mark(start=0, **{**span, "end": length}) | ({"turn": turn} if turn else {}) | {"rater": "bob"}
    folder = write_study(tmp_path, criteria=[SPANS], items=[item], generations=[answer], ratings=[good, bad])
    (fault,) = refuse(folder)
    assert place(fault) == ("ratings.jsonl", 2, "end")
    assert (
        fault.message == f"a span ends past the end of its text, which has {length} characters: {span['end']}"
    )
    study = import_study(folder=folder, slug="study", partial=True)
    assert study.left_out == {"ratings.jsonl": 1}
    assert Rating.objects.get().spans == good["value"]


@pytest.mark.database
@pytest.mark.parametrize(
    ("item", "answers", "span"),
    [
        ({"item_id": "i1", "prompt": "Why?"}, [], {"end": 9}),
        ({"item_id": "i1", "prompt": "Why?"}, [generation(text=None)], {"end": 9}),
        (TWO, [TURNS], {"end": 9}),
        (TWO, [FROM_TEXT], {"end": 99, "turn": 1}),
    ],
    ids=["no answer", "no text", "no turn", "a turn without a text"],
)
def test_a_passage_of_a_text_that_nobody_knows_is_taken_as_it_is(
    item: Json, answers: list[Json], span: Json, tmp_path: Path
) -> None:
    line = mark(start=0, **span)
    folder = write_study(tmp_path, criteria=[SPANS], items=[item], generations=answers, ratings=[line])
    import_study(folder=folder, slug="study")
    assert Rating.objects.get().spans == line["value"]
