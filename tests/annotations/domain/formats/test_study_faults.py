"""Bad study folders: refused in words, with file, line and field, and nothing stored."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any  # lines are JSON

import pytest

from annotations.domain.studies.import_study import import_study
from annotations.domain.studies.loader import load_study
from annotations.models import Project
from evalplatform.common.errors import Conflict, Fault, Invalid
from tests.factories.studies import CLARITY, OVERALL, Json, generation, pair, score, write_study

SPANS: Json = {"name": "errors", "task": "spans", "level": "interval"}
SAFETY: Json = {"name": "safety", "task": "label", "values": ["Yes", "No"], "level": "nominal"}
DEEP = b'{"item_id": "i1", "prompt": "x", "meta": ' + b'{"a": ' * 70 + b"1" + b"}" * 71


def refuse(folder: Path) -> tuple[Fault, ...]:
    """The faults for which the folder is refused."""
    with pytest.raises(Invalid) as caught:
        import_study(folder=folder, slug="study")
    assert Project.objects.count() == 0
    return caught.value.faults


def mark(**span: object) -> Json:
    """A rating that marks one passage."""
    return score([{"severity": "Minor", **span}], criterion="errors", task="spans")


def place(fault: Fault) -> tuple[str, int | None, str]:
    return (fault.file, fault.line, fault.field)


@pytest.mark.database
@pytest.mark.parametrize(
    ("line", "field", "message"),
    [
        (score(3, item_id="i9"), "item_id", "'i9' is none of the items"),
        (score(3, item_id=None), "item_id", "a name is missing"),
        (score(3, item_id=7), "item_id", "a text is wanted, not 7"),
        (score(3, criterion="depth"), "criterion", "the manifest has no criterion 'depth' for score"),
        (score(3, task="label"), "criterion", "the manifest has no criterion 'clarity' for label"),
        (score(3, task="order"), "task", "'order' is none of pairwise, ranking, score, label, spans"),
        (score(3, task=["score"]), "task", "a list is none of pairwise, ranking, score, label, spans"),
        (score(6), "value", "6 is outside the scale"),
        (score(0.99), "value", "0.99 is outside the scale"),
        (score(2**60), "value", "1152921504606846976 is outside the scale"),
        (score("3"), "value", "a number is wanted, not '3'"),
        (score(True), "value", "a number is wanted, not true"),
        (score([3]), "value", "a number is wanted, not a list"),
        ({**score(3), "systems": []}, "systems", "one system is wanted, not an empty list"),
        ({**score(3), "systems": ["a", "b"]}, "systems", "one system is wanted, not a list"),
        ({**score(3), "systems": "alpha"}, "systems", "one system is wanted, not 'alpha'"),
        ({**score(3), "systems": [None]}, "systems", "null is no name of a system"),
        (score(3, system="x" * 201), "systems", "'xxxxx"),
        (pair(systems=("alpha",)), "systems", "two systems are wanted, not a list"),
        (pair(systems=("alpha", "alpha")), "systems", "two different systems are wanted"),
        (pair("third"), "value", "'third' is none of first, second, tie"),
        (pair("both_bad"), "value", "'both_bad' is none of first, second, tie"),
        (pair(1), "value", "a label is wanted, not 1"),
        (score("Maybe", criterion="safety", task="label"), "value", "'Maybe' is none of Yes, No"),
        (score("x", criterion="errors", task="spans"), "value", "a list of spans is wanted, not 'x'"),
        (score(["x"], criterion="errors", task="spans"), "value", "a span is an object, not 'x'"),
        (
            score([{"severity": 1}], criterion="errors", task="spans"),
            "severity",
            "a text is wanted, not 1",
        ),
        (mark(start="1", end=3), "start", "a whole number from 0 on is wanted, not '1'"),
        (mark(start=1, end=3.0), "end", "a whole number from 0 on is wanted, not 3.0"),
        (mark(start=False, end=3), "start", "a whole number from 0 on is wanted, not false"),
        (mark(start=-1, end=3), "start", "a whole number from 0 on is wanted, not -1"),
        (mark(start=5, end=3), "end", "a span ends before its start 5: 3"),
        (mark(start=5), "end", "a span needs start and end, or neither"),
        (mark(start=None, end=3), "start", "a span needs start and end, or neither"),
        (mark(start=1, end=3, turn=0), "turn", "a whole number from 1 on is wanted, not 0"),
        (mark(turn=[1]), "turn", "a whole number from 1 on is wanted, not a list"),
        (score(3, rater=""), "rater", "a name is missing"),
        (score(3, rater="r" * 201), "rater", "longer than 200 characters"),
        (score(3, rater_kind="robot"), "rater_kind", "'robot' is none of human, llm, gold"),
        (score(3, rater_kind={}), "rater_kind", "an object is none of human, llm, gold"),
        (score(3, turn=0), "turn", "0 is none of the item's turns"),
        (score(3, turn=True), "turn", "true is none of the item's turns"),
        (score(3, turn=1.0), "turn", "1.0 is none of the item's turns"),
        (score(3, turn=1001), "turn", "1001 is none of the item's turns"),
        (score(3, seconds=-1), "seconds", "-1 is not from 0 on"),
        (score(3, seconds=True), "seconds", "a number is wanted, not true"),
        (score(3, confidence=1.5), "confidence", "1.5 is not from 0 to 1"),
        (score(3, rationale=["no"]), "rationale", "a text is wanted, not a list"),
        (score(3, meta=[]), "meta", "an object is wanted, not an empty list"),
        (score(None, absent="lazy"), "absent", "'lazy' is none of not_applicable, abstained"),
        ({k: v for k, v in score().items() if k != "value"}, "value", "the value is missing"),
        (score(3, rationale="a\0b"), "rationale", "a text holds the character NUL"),
        (score(3, meta={"a\0": 1}), "meta", "a text holds the character NUL"),
        (score(3, meta={"n": 1e300}), "meta", "a number is too large to be kept exactly"),
        (b'{"item_id": "i1", "meta": {"n": 123456789012345678901234567890}}', "meta", "a number is too large"),
        (b'{"item_id": "i1", "value": NaN}', "", "no valid JSON"),
        (b'{"item_id": "\\ud800"}', "", "no valid JSON"),
        (b'{"item_id": "\xff"}', "", "no valid JSON"),
        (b"[1, 2]", "", "a line must hold one JSON object"),
        (b"{", "", "no valid JSON"),
        (b"[" * 100_000, "", "no valid JSON"),
        (DEEP, "meta", "nested deeper than 64"),
    ],
)  # fmt: skip
def test_a_bad_rating_is_named(line: Json | bytes, field: str, message: str, tmp_path: Path) -> None:
    folder = write_study(
        tmp_path, criteria=[OVERALL, CLARITY, SAFETY, SPANS], ratings=[score(2), line, score(4, rater="bob")]
    )

    (fault,) = refuse(folder)

    assert place(fault) == ("ratings.jsonl", 2, field)
    assert fault.message.startswith(message)


@pytest.mark.database
@pytest.mark.parametrize(
    ("part", "line", "field", "message"),
    [
        ("items", {"item_id": "i1", "prompt": "again"}, "item_id", "'i1' stands twice"),
        ("items", {"prompt": "nameless"}, "item_id", "a name is missing"),
        ("items", {"item_id": "i2", "prompt": 5}, "prompt", "a text is wanted, not 5"),
        ("items", {"item_id": "i2", "turns": "one"}, "turns", "a list of texts is wanted, not 'one'"),
        ("items", {"item_id": "i2", "turns": []}, "turns", "a list of texts is wanted, not an empty list"),
        ("items", {"item_id": "i2", "turns": ["a"] * 1001}, "turns", "more than 1000 turns"),
        ("items", {"item_id": "i2", "reference": 5}, "reference", "a list of texts is wanted, not 5"),
        ("items", {"item_id": "i2", "meta": "x"}, "meta", "an object is wanted, not 'x'"),
        ("items", {"item_id": "i2", "language": "x" * 17}, "language", "longer than 16 characters"),
        ("generations", generation("i9"), "item_id", "'i9' is none of the items"),
        ("generations", generation(), "system", "'alpha' stands twice for 'i1'"),
        ("generations", {"item_id": "i1", "text": "x"}, "system", "a name is missing"),
        (
            "generations",
            generation(system="beta", turns=[1]),
            "turns",
            "a list of texts is wanted, but it holds 1",
        ),
        ("generations", generation(system="beta", text=False), "text", "a text is wanted, not false"),
    ],
)
def test_a_bad_item_or_generation_is_named(
    part: str, line: Json, field: str, message: str, tmp_path: Path
) -> None:
    lines: dict[str, Any] = {"items": [{"item_id": "i1", "prompt": "Why?"}], "generations": [generation()]}
    lines[part] = [*lines[part], line]

    (fault,) = refuse(write_study(tmp_path, **lines))

    assert place(fault) == (f"{part}.jsonl", 2, field)
    assert fault.message == message


@pytest.mark.database
@pytest.mark.parametrize(
    ("manifest", "field"),
    [
        ({"text": "pdf"}, "text"),
        ({"text": 1}, "text"),
        ({"rater_title": 3}, "rater_title"),
        ({"criteria": []}, "criteria"),
        ({"criteria": "overall"}, "criteria"),
        ({"criteria": [OVERALL, OVERALL]}, "criteria[1].name"),
        ({"criteria": [{"name": "x", "task": "order"}]}, "criteria[0].task"),
        ({"criteria": [{"name": "x", "task": "ranking", "values": ["1>2>3"]}]}, "criteria[0].values"),
        ({"criteria": [{"task": "score"}]}, "criteria[0].name"),
        ({"criteria": [{**CLARITY, "scale": [5, 1]}]}, "criteria[0].scale"),
        ({"criteria": [{**CLARITY, "scale": ["1", 5]}]}, "criteria[0].scale"),
        ({"criteria": [{**CLARITY, "level": "vague"}]}, "criteria[0].level"),
        ({"criteria": [{**CLARITY, "level": "preference"}]}, "criteria[0].level"),
        ({"criteria": [{**OVERALL, "values": ["left", "right"]}]}, "criteria[0].values"),
        ({"criteria": [{**SAFETY, "values": ["Yes", "Yes"]}]}, "criteria[0].values"),
        ({"criteria": [{**SAFETY, "values": [True]}]}, "criteria[0].values"),
        ({"criteria": [{**CLARITY, "labels": {"en": 5}}]}, "criteria[0].labels"),
        ({"criteria": [{**CLARITY, "anchors": {"1": ["poor"]}}]}, "criteria[0].1"),
        ({"criteria": [5]}, "criteria[0]"),
        ({"title": 5}, "title"),
        ({"language": "English!"}, "language"),
        ({"layout": []}, "layout"),
        ({"layout": {"raters": {"human": "robots"}}}, "layout.raters.human"),
        ({"layout": {"order": {"human": "random"}}}, "layout.order.human"),
        ({"layout": {"null_means": {"llm": ["x"]}}}, "layout.null_means.llm"),
        ({"layout": {"inconsistent": {"value": "x"}}}, "layout.inconsistent.meta"),
        ({"layout": {"unit_meta": "turn"}}, "unit_meta"),
        ({"systems": {"a": 1}}, "systems"),
        ({"systems": [{"name": "a"}, {"name": "a"}]}, "systems"),
        ({"raters": [{"name": "a", "kind": "ghost"}]}, "raters.a.kind"),
        ({"raters": [{"name": "a", "origin": "live"}]}, "raters.a.origin"),
        ({"pairing": {"policy": "some"}}, "pairing.policy"),
        ({"overlap": -1}, "overlap"),
        ({"note": "a\0b"}, "note"),
    ],
)
def test_a_bad_manifest_is_named(manifest: Json, field: str, tmp_path: Path) -> None:
    (fault,) = refuse(write_study(tmp_path, **manifest))

    assert place(fault) == ("manifest.json", None, field)


@pytest.mark.database
def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    assert refuse(tmp_path / "nowhere")[0].message == "no such folder"
    folder = tmp_path / "study"
    folder.mkdir()
    assert refuse(folder) == (Fault("the study folder has no manifest", file="manifest.json"),)
    write_study(folder)
    (folder / "items.jsonl").rename(folder / "items.json")
    assert refuse(folder) == (Fault("the study folder has no items", file="items.jsonl"),)
    (folder / "manifest.json").write_text("[]")
    (folder / "items.json").rename(folder / "items.jsonl")
    assert refuse(folder) == (Fault("an object is wanted, not an empty list", file="manifest.json"),)
    (folder / "manifest.json").write_text('{\n"criteria": }')
    assert place(refuse(folder)[0]) == ("manifest.json", 2, "")


@pytest.mark.database
def test_a_part_that_is_there_twice_or_cut_is_refused(tmp_path: Path) -> None:
    folder = write_study(tmp_path, ratings=[score(3, rater=f"r{number}") for number in range(500)])
    packed = gzip.compress((folder / "ratings.jsonl").read_bytes())
    (folder / "ratings.jsonl.gz").write_bytes(packed)
    assert refuse(folder)[0].message == "ratings.jsonl.gz is there too: keep one of them"
    (folder / "ratings.jsonl").unlink()

    for damaged in (
        packed[:-20],
        packed[: len(packed) // 2],
        b"no gzip",
        packed[:30] + b"\0" * 20 + packed[50:],
    ):
        (folder / "ratings.jsonl.gz").write_bytes(damaged)
        assert refuse(folder)[0].file == "ratings.jsonl.gz"
        with pytest.raises(Invalid):
            import_study(folder=folder, slug="study", partial=True)
    (folder / "ratings.jsonl.gz").write_bytes(packed)
    assert import_study(folder=folder, slug="study").counts["ratings"] == 500


@pytest.mark.database
def test_faults_are_collected_up_to_a_hundred(tmp_path: Path) -> None:
    folder = write_study(tmp_path, ratings=[score(9), score(3), *[score(8)] * 2])
    assert [place(fault) for fault in refuse(folder)] == [
        ("ratings.jsonl", number, "value") for number in (1, 3, 4)
    ]
    write_study(tmp_path, ratings=[score(9)] * 250)
    assert len(refuse(folder)) == 100


@pytest.mark.database
def test_partial_leaves_bad_lines_out_with_what_hangs_on_them(tmp_path: Path) -> None:
    folder = write_study(
        tmp_path,
        items=[{"item_id": "i1", "prompt": "Why?"}, b"{", {"item_id": "i2", "prompt": 5}],
        generations=[generation(), generation("i2"), generation(system="beta")],
        ratings=[score(3), score(3, item_id="i2"), *[score(7)] * 150, pair()],
    )

    study = import_study(folder=folder, slug="study", partial=True)

    assert study.counts == {"items": 1, "generations": 2, "raters": 1, "ratings": 2}
    assert study.left_out == {"items.jsonl": 2, "generations.jsonl": 1, "ratings.jsonl": 151}
    assert len(study.faults) == 100
    assert [place(fault)[:2] for fault in study.faults[:5]] == [
        ("items.jsonl", 2), ("items.jsonl", 3), ("generations.jsonl", 2), ("ratings.jsonl", 2), ("ratings.jsonl", 3),
    ]  # fmt: skip
    assert study.project.ratings.count() == 2


@pytest.mark.database
def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    long = json.dumps(score(3, rationale="x" * 4_000_000)).encode()
    folder = write_study(tmp_path, ratings=[long, score(3), long])

    study = import_study(folder=folder, slug="study", partial=True)

    assert [place(fault) for fault in study.faults] == [("ratings.jsonl", 1, ""), ("ratings.jsonl", 3, "")]
    assert study.counts["ratings"] == 1


@pytest.mark.database
def test_one_name_for_a_person_and_a_gold_answer_is_refused(tmp_path: Path) -> None:
    lines = [score(3, rater="key"), score(3, rater="key", rater_kind="gold")]
    folder = write_study(tmp_path, ratings=lines, layout={"reference_raters": ["key"]})

    assert refuse(folder)[0].message == "'key' is human elsewhere"


@pytest.mark.database
def test_a_slug_is_taken_once(tmp_path: Path) -> None:
    folder = write_study(tmp_path, ratings=[score(3)])
    first = import_study(folder=folder, slug="study")

    again = import_study(folder=folder, slug="study")
    assert (again.project, again.is_new, first.is_new) == (first.project, False, True)
    assert first.project.ratings.count() == 1
    write_study(folder, ratings=[score(4)])
    with pytest.raises(Conflict):
        import_study(folder=folder, slug="study")
    assert import_study(folder=folder, slug="study-2").is_new
    for slug in ("", "Capital", "a b", "x" * 65):
        with pytest.raises(Invalid):
            import_study(folder=folder, slug=slug)


def change_while_stored(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Somebody writes to the folder after it was checked and before it is stored."""

    def store(*arguments: Any) -> None:
        change()
        load_study(*arguments)

    monkeypatch.setattr("annotations.domain.studies.import_study.load_study", store)


@pytest.mark.database
@pytest.mark.parametrize(
    "line",
    [score(3, rater="bob"), score(3), score(9), b"{", {"item_id": "i9"}],
    ids=["a rater that nobody knew", "a rating more", "no value", "no JSON", "no rating"],
)
def test_a_folder_that_changes_meanwhile_is_refused(
    line: Json | bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_study(tmp_path, ratings=[score(3)])
    change_while_stored(monkeypatch, lambda: write_study(folder, ratings=[score(3), line]))

    with pytest.raises(Conflict, match="changed while it was read"):
        import_study(folder=folder, slug="study")
    assert Project.objects.count() == 0


@pytest.mark.database
def test_items_that_come_twice_meanwhile_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_study(tmp_path)
    change_while_stored(monkeypatch, lambda: write_study(folder, items=[{"item_id": "i1"}] * 2))

    with pytest.raises(Conflict, match="changed while it was read"):
        import_study(folder=folder, slug="study")
    assert Project.objects.count() == 0
