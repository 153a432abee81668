"""How the lines of a study folder land in the ledger."""

from pathlib import Path

import pytest

from annotations.domain.studies.import_study import import_study
from annotations.models import (
    Absent,
    Annotation,
    Criterion,
    Generation,
    Project,
    Rater,
    Rating,
    Rubric,
    Slot,
    Task,
)
from tests.factories.studies import CLARITY, OVERALL, Json, find_studies, generation, pair, score, write_study

pytestmark = pytest.mark.database
BOTH = [generation(), generation(system="beta", text="So it is.")]


def load(folder: Path, overlap: int = 0) -> Project:
    return import_study(folder=folder, slug="study", overlap=overlap).project


def test_a_pair_is_stored_against_the_canonical_order(tmp_path: Path) -> None:
    lines = [
        pair("first", rater="ann", systems=("beta", "alpha")),
        pair("second", rater="bob"),
        pair("tie", rater="cid", systems=("beta", "alpha")),
        pair(None, rater="dan"),
    ]
    load(write_study(tmp_path, generations=BOTH, ratings=lines))

    task = Task.objects.get()
    assert [place.generation.system.name for place in task.positions.all()] == ["alpha", "beta"]
    assert list(Rating.objects.order_by("pk").values_list("annotation__shown_order", "code", "absent")) == [
        ("1,0", "second", None),
        ("0,1", "second", None),
        ("1,0", "tie", None),
        ("0,1", None, "abstained"),
    ]


def test_order_and_null_and_slots_are_read_by_the_layout(tmp_path: Path) -> None:
    load(
        write_study(
            tmp_path,
            generations=BOTH,
            ratings=[
                pair(rater="ann"),
                pair(rater="gpt", rater_kind="llm"),
                pair(None, rater="gpt-2", rater_kind="llm"),
                pair(rater="key", rater_kind="gold"),
                pair(rater="boss", meta={"group": "expert"}),
            ],
            layout={
                "raters": {"human": "slots"},
                "order": {"human": "shown", "gpt": "merged"},
                "null_means": {"llm": "unparsable"},
                "reference_raters": ["boss"],
                "rater_group_meta": "group",
            },
        )
    )

    rows = Annotation.objects.values_list("rater__name", "presentation").order_by("rater__name")
    assert list(rows) == [
        ("ann", "shown"), ("boss", "shown"), ("gpt", "merged"), ("gpt-2", "unknown"), ("key", "unknown"),
    ]  # fmt: skip
    raters = Rater.objects.values_list("name", "kind", "origin", "is_slot", "group").order_by("name")
    assert list(raters) == [
        ("ann", "person", "imported", True, ""),
        ("boss", "reference", "imported", False, "expert"),
        ("gpt", "judge", "imported", False, ""),
        ("gpt-2", "judge", "imported", False, ""),
        ("key", "reference", "imported", False, ""),
    ]
    assert Rating.objects.get(absent__isnull=False).absent == Absent.UNPARSABLE


def test_an_inconsistent_verdict_has_a_code_of_its_own(tmp_path: Path) -> None:
    marked = pair("tie", rater="gpt", rater_kind="llm", meta={"verdict": "flips"})
    plain = pair("tie", rater="gpt-2", rater_kind="llm", meta={"verdict": "tie"})
    load(
        write_study(
            tmp_path,
            generations=BOTH,
            ratings=[marked, plain],
            layout={"inconsistent": {"meta": "verdict", "value": "flips"}},
        )
    )

    assert list(Rating.objects.order_by("pk").values_list("code", "meta")) == [
        ("inconsistent", {"verdict": "flips"}),
        ("tie", {"verdict": "tie"}),
    ]


def test_a_group_that_changes_from_line_to_line_is_no_group_of_the_rater(tmp_path: Path) -> None:
    lines = [
        pair(rater="ann", meta={"group": "expert"}),
        pair(rater="ann", meta={"group": "author"}, systems=("beta", "alpha")),
        pair(rater="bob", meta={"group": "expert"}),
        pair(rater="bob", systems=("beta", "alpha")),
    ]
    load(write_study(tmp_path, generations=BOTH, ratings=lines, layout={"rater_group_meta": "group"}))

    assert list(Rater.objects.values_list("name", "group").order_by("name")) == [("ann", ""), ("bob", "")]


def test_lines_of_one_rater_on_one_task_are_one_annotation_wherever_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.domain.studies.loader.CHUNK", 2)
    depth = {"name": "depth", "task": "score", "scale": [1, 5], "level": "ordinal"}
    lines = [
        score(1, rater="ann", seconds=9.5),
        score(2, rater="bob"),
        score(3, rater="ann", criterion="depth", seconds=9.5),
        score(4, rater="bob", criterion="depth", seconds=2.5),
        score(5, rater="ann"),
    ]
    load(write_study(tmp_path, criteria=[CLARITY, depth], generations=BOTH, ratings=lines))

    rows = Rating.objects.order_by("annotation", "criterion").values_list(
        "annotation__rater__name", "annotation__repeat", "annotation__seconds", "criterion__key", "number"
    )
    assert list(rows) == [
        ("ann", 0, 9.5, "clarity", 1.0),
        ("ann", 0, 9.5, "depth", 3.0),
        ("bob", 0, None, "clarity", 2.0),
        ("bob", 0, None, "depth", 4.0),
        ("ann", 1, None, "clarity", 5.0),
    ]
    assert Annotation.objects.get(rater__name="bob").source == {"depth": {"set": {"seconds": 2.5}}}
    assert Task.objects.count() == 1


def test_criteria_that_are_asked_together_make_one_rubric(tmp_path: Path) -> None:
    names = ["turn: fluent", "turn: right", "dialogue: deep", "dialogue: kind", "lonely"]
    criteria = [{"name": name, "task": "score", "scale": [0, 2], "level": "ordinal"} for name in names]
    lines = [
        score(1, criterion="turn: right"),
        score(2, criterion="turn: fluent", rater="bob"),
        score(1, criterion="dialogue: deep", item_id="i2"),
        score(1, criterion="dialogue: kind", item_id="i2"),
        pair(),
    ]
    load(write_study(tmp_path, criteria=[*criteria, OVERALL], ratings=lines))

    found = {
        (rubric.key, rubric.task_kind, rubric.used_at is not None): [
            criterion.key for criterion in rubric.criteria.all()
        ]
        for rubric in Rubric.objects.all()
    }
    assert found == {
        ("turn", "single", True): ["turn-fluent", "turn-right"],
        ("dialogue", "single", True): ["dialogue-deep", "dialogue-kind"],
        ("lonely", "single", False): ["lonely"],
        ("overall", "pair", True): ["overall"],
    }


def test_scales_levels_and_texts_of_criteria(tmp_path: Path) -> None:
    criteria: list[Json] = [
        {
            "name": "Ясность",
            "task": "score",
            "scale": [1, 3],
            "level": "ordinal",
            "labels": {"en": "Clarity", "ru": "Ясность"},
            "question": "Is it clear?",
            "anchors": {"1": {"en": "no"}, "3": "yes"},
            "instructions": "Read twice.",
        },
        {"name": "safety", "task": "label", "values": ["Yes", "No"], "level": "nominal"},
        {"name": "errors", "task": "spans", "severities": ["Major"], "level": "interval", "score": "Major 5"},
        {"name": "share", "task": "score", "scale": [0, 100], "level": "unstated"},
    ]
    spans = [{"category": "Style", "severity": "Minor", "text": None}]
    lines = [
        score(2.5, criterion="Ясность"),
        score("No", criterion="safety", task="label"),
        score(spans, criterion="errors", task="spans"),
        score([], criterion="errors", task="spans", rater="bob"),
        score(33, criterion="share"),
    ]
    load(write_study(tmp_path, criteria=criteria, ratings=lines))

    clear, safety, errors, share = Criterion.objects.all()
    assert (clear.key, clear.name, clear.level, clear.fractions) == ("ясность", "Ясность", "ordinal", True)
    assert (clear.labels, clear.question) == ({"en": "Clarity", "ru": "Ясность"}, {"en": "Is it clear?"})
    assert clear.help_text == {"en": "Read twice."}
    assert clear.values == [
        {"value": 1, "labels": {"en": "no"}}, {"value": 2, "labels": {}}, {"value": 3, "labels": {"en": "yes"}},
    ]  # fmt: skip
    assert (safety.level, safety.values[1], safety.minimum) == (
        "nominal",
        {"value": "No", "labels": {}},
        None,
    )
    assert (errors.level, errors.options["level"], errors.options["severities"]) == (
        "spans",
        "interval",
        ["Major"],
    )
    assert (share.level, share.values, share.minimum, share.maximum) == ("unstated", [], 0.0, 100.0)
    assert list(Rating.objects.order_by("pk").values_list("number", "code", "spans")) == [
        (2.5, None, None), (None, "No", None), (None, None, spans), (None, None, []), (33.0, None, None),
    ]  # fmt: skip


def test_turns_and_unit_meta_are_part_of_the_task(tmp_path: Path) -> None:
    lines = [
        score(1, turn=1),
        score(1, turn=2),
        score(1),
        score(1, meta={"beside": "beta", "other": 1}),
        score(1, meta={"beside": "gamma"}),
        score(2, meta={"beside": "gamma"}, rater="bob"),
    ]
    load(write_study(tmp_path, generations=BOTH, ratings=lines, layout={"unit_meta": ["beside"]}))

    tasks = Task.objects.order_by("pk").values_list("turn", "context")
    assert list(tasks) == [
        (1, {}),
        (2, {}),
        (None, {}),
        (None, {"beside": "beta"}),
        (None, {"beside": "gamma"}),
    ]


def test_a_task_without_all_its_texts_is_never_dealt(tmp_path: Path) -> None:
    items = [{"item_id": "i1", "prompt": "Why?", "turns": ["Why?", "And then?"]}]
    answers = [
        generation(turns=["Because.", "Nothing."]),
        generation(system="beta", turns=["So it is."]),
        generation(system="gamma", text=None),
    ]
    lines = [
        pair(turn=1),
        pair(turn=2),
        pair(systems=("alpha", "gamma")),
        pair(systems=("alpha", "nobody")),
        score(1, system="alpha"),
        score(1, system="beta"),
    ]
    load(write_study(tmp_path, items=items, generations=answers, ratings=lines), overlap=2)

    assert list(Task.objects.order_by("pk").values_list("state", flat=True)) == [
        "open", "undealable", "undealable", "undealable", "open", "undealable",
    ]  # fmt: skip
    assert list(Generation.objects.filter(is_placeholder=True).values_list("system__name", "text")) == [
        ("nobody", None)
    ]
    assert Slot.objects.count() == 4


def test_without_being_asked_no_place_is_opened(tmp_path: Path) -> None:
    load(write_study(tmp_path, generations=BOTH, ratings=[pair()]))

    assert (Task.objects.count(), Slot.objects.count()) == (1, 0)


def test_a_study_without_ratings_is_planned_when_places_are_wanted(tmp_path: Path) -> None:
    project = load(write_study(tmp_path, generations=BOTH), overlap=2)

    assert sorted(Task.objects.values_list("kind", flat=True)) == ["pair", "single", "single"]
    assert (project.overlap, Slot.objects.count()) == (2, 6)


def test_simulated_people_and_metrics_stay_what_they_are(tmp_path: Path) -> None:
    raters = [
        {"name": "ann", "origin": "simulated", "group": "simulated"},
        {"name": "longest", "kind": "metric"},
    ]
    systems = [{"name": "alpha", "family": "greek", "attributes": {"size": 7}}]
    lines = [pair(), pair(rater="longest", rater_kind="llm")]
    load(write_study(tmp_path, generations=BOTH, ratings=lines, raters=raters, systems=systems))

    assert list(Rater.objects.values_list("name", "kind", "origin", "group").order_by("name")) == [
        ("ann", "person", "simulated", "simulated"),
        ("longest", "metric", "imported", ""),
    ]
    system = Generation.objects.get(system__name="alpha").system
    assert (system.family, system.attributes) == ("greek", {"size": 7})


def test_mt_bench_lands_as_published(tmp_path: Path) -> None:
    folder = find_studies() / "mt-bench"
    if not folder.exists():
        pytest.skip("the real data sets are not here (EVALPLATFORM_STUDIES)")
    load(folder)

    assert Rating.objects.filter(code="inconsistent", annotation__rater__name="gpt-4").count() == 380
    assert Annotation.objects.filter(rater__name="gpt-4", presentation="merged").count() == 2400
    groups = Rater.objects.filter(kind="person").values_list("group", flat=True)
    assert set(groups) == {"expert", "author"}
    assert Task.objects.filter(turn=1).count() == Task.objects.filter(turn=2).count() == 1200
    assert Generation.objects.filter(is_placeholder=True).count() == 24
