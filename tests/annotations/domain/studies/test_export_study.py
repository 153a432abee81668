"""What is rated here goes out in the same layout, and nobody's name with it."""

from pathlib import Path

import pytest
from django.utils import timezone

from annotations.domain.checking.twins import approve_twin
from annotations.domain.studies.export_study import export_study
from annotations.domain.studies.import_study import import_study
from annotations.domain.versions.rubric_versions import describe_rubric, make_version, read_version
from annotations.models import Origin, Phase, Presentation, Project, Rater, RaterKind, Rating, Twin
from evalplatform.common.errors import Conflict, Invalid
from tests.factories.ledger import (
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_project,
    make_single_rubric,
    make_single_task,
    make_system,
    make_user,
)
from tests.factories.ratings import make_rater, rate
from tests.factories.studies import Json, generation, pair, read_lines, read_manifest, score, write_study

pytestmark = pytest.mark.database
SHOWN = Presentation.SHOWN


@pytest.fixture
def project() -> Project:
    """A pair and a single task, rated by people who work here, a judge, a metric, a simulated rater and a reviewer."""
    project = make_project("live", title="Live", language="en", pairing={"policy": "all"})
    alpha = make_system(project, "alpha", family="greek", attributes={"size": 7})
    task = make_pair_task(project, make_pair_rubric(project), systems=(alpha, make_system(project, "beta")))
    single = make_single_task(project, make_single_rubric(project, keys=("clarity",)), system=alpha)
    ann = make_rater(project, "person-1a2b", origin=Origin.LIVE, user=make_user("ann.secret"))
    judge = make_rater(project, "gpt", RaterKind.JUDGE, origin=Origin.LIVE, family="vendor")
    rate(task, ann, "first", order="1,0", presentation=SHOWN)
    rate(task, judge, "first", order="0,1", presentation=SHOWN)
    rate(task, judge, "both_bad", order="1,0", presentation=SHOWN)
    rate(task, make_rater(project, "longest", RaterKind.METRIC, origin=Origin.LIVE), "tie", order="0,1")
    rate(task, make_rater(project, "sim", origin=Origin.SIMULATED, group="simulated"), None, absent="refused")
    rate(single, ann, 4.0)
    rate(single, make_rater(project, "ref", RaterKind.REFERENCE, origin=Origin.LIVE), 5.0)
    return project


def get_ratings(folder: Path) -> list[tuple[object, ...]]:
    import orjson

    lines: list[Json] = [orjson.loads(raw) for raw in read_lines(folder, "ratings").elements()]
    fields = ("rater", "rater_kind", "task", "systems", "value", "absent")
    return sorted((tuple(line.get(field) for field in fields) for line in lines), key=repr)


def test_ratings_of_people_judges_and_references_go_out(project: Project, tmp_path: Path) -> None:
    assert export_study(project=project, folder=tmp_path / "out") == {
        "items": 2, "generations": 3, "ratings": 7,
    }  # fmt: skip

    assert get_ratings(tmp_path / "out") == [
        ("gpt", "llm", "pairwise", ["alpha", "beta"], "first", None),
        ("gpt", "llm", "pairwise", ["beta", "alpha"], "both_bad", None),
        ("longest", "llm", "pairwise", ["alpha", "beta"], "tie", None),
        ("rater-1", "human", "pairwise", ["beta", "alpha"], "second", None),
        ("rater-1", "human", "score", ["alpha"], 4, None),
        ("rater-2", "gold", "score", ["alpha"], 5, None),
        ("sim", "human", "pairwise", ["alpha", "beta"], None, "refused"),
    ]
    written = "".join(file.read_text() for file in (tmp_path / "out").iterdir())
    assert "secret" not in written
    assert "person-1a2b" not in written


def test_the_manifest_of_a_project_that_was_made_here(project: Project, tmp_path: Path) -> None:
    export_study(project=project, folder=tmp_path / "out")

    manifest = read_manifest(tmp_path / "out")
    assert (manifest["name"], manifest["title"], manifest["language"]) == ("live", "Live", "en")
    assert [(entry["name"], entry["task"], entry["level"]) for entry in manifest["criteria"]] == [
        ("overall", "pairwise", "nominal"), ("clarity", "score", "ordinal"),
    ]  # fmt: skip
    assert manifest["criteria"][0]["values"] == ["first", "second", "tie", "both_bad"]
    assert manifest["criteria"][1]["values"] == [1, 2, 3, 4, 5]
    assert manifest["counts"]["ratings_by_kind"] == {"gold": 1, "human": 3, "llm": 3}
    assert manifest["layout"]["order"] == {"gpt": "shown"}
    assert manifest["systems"] == [{"name": "alpha", "family": "greek", "attributes": {"size": 7}}]
    assert manifest["raters"] == [
        {"name": "gpt", "family": "vendor"},
        {"name": "longest", "kind": "metric"},
        {"name": "sim", "origin": "simulated", "group": "simulated"},
    ]


def test_it_comes_in_again_as_what_it_was(project: Project, tmp_path: Path) -> None:
    export_study(project=project, folder=tmp_path / "out")

    again = import_study(folder=tmp_path / "out", slug="again").project

    raters = Rater.objects.filter(project=again).values_list("name", "kind", "origin")
    assert sorted(raters) == [
        ("gpt", "judge", "imported"),
        ("longest", "metric", "imported"),
        ("rater-1", "person", "imported"),
        ("rater-2", "reference", "imported"),
        ("sim", "person", "simulated"),
    ]
    fields = ("criterion__name", "number", "code", "absent", "annotation__shown_order")
    assert sorted(Rating.objects.filter(project=again).values_list(*fields), key=repr) == sorted(
        (
            (name, number, code, absent, order or ("0,1" if name == "overall" else ""))
            for name, number, code, absent, order in Rating.objects.filter(project=project).values_list(
                *fields
            )
        ),
        key=repr,
    )
    export_study(project=again, folder=tmp_path / "twice")
    for part in ("items", "generations", "ratings"):
        assert read_lines(tmp_path / "twice", part) == read_lines(tmp_path / "out", part)


def test_only_first_submissions_that_stand_go_out(tmp_path: Path) -> None:
    project = make_project()
    task = make_single_task(project, make_single_rubric(project, keys=("clarity",)))
    ann, bob, cid, dan = (make_rater(project, name) for name in ("ann", "bob", "cid", "dan"))
    first = rate(task, ann, 1.0)
    rate(task, ann, 2.0, phase=Phase.REVISED, supersedes=first)
    undone = rate(task, bob, 3.0, retracted_at=timezone.now())
    rate(task, bob, 4.0, supersedes=undone)
    rate(task, cid, 5.0, phase=Phase.SURPLUS)
    rate(task, dan, 1.0, phase=Phase.TRAINED)

    export_study(project=project, folder=tmp_path / "out")

    assert [(line[0], line[4]) for line in get_ratings(tmp_path / "out")] == [("ann", 1), ("bob", 4)]


def test_what_was_rated_here_joins_what_was_imported(tmp_path: Path) -> None:
    folder = write_study(
        tmp_path / "in",
        generations=[generation(), generation(system="beta")],
        ratings=[pair(systems=("beta", "alpha")), score(4.0, rater="rater-1")],
        note="kept as it is",
        layout={"order": {"human": "shown"}, "slices": ["turn"]},
    )
    project = import_study(folder=folder, slug="study").project
    task = project.tasks.get(kind="pair")
    live = make_rater(project, "person-9", origin=Origin.LIVE)
    rate(task, live, "first", order="1,0", presentation=SHOWN)
    rate(task, make_rater(project, "gpt", RaterKind.JUDGE, origin=Origin.LIVE), "inconsistent")

    export_study(project=project, folder=tmp_path / "out")

    added = read_lines(tmp_path / "out", "ratings") - read_lines(folder, "ratings")
    assert len(added) == 2
    assert read_lines(folder, "ratings") - read_lines(tmp_path / "out", "ratings") == {}
    assert ("rater-2", "human", "pairwise", ["beta", "alpha"], "second", None) in get_ratings(
        tmp_path / "out"
    )
    manifest = read_manifest(tmp_path / "out")
    assert (manifest["note"], manifest["counts"]["ratings"]) == ("kept as it is", 4)
    assert manifest["layout"]["order"] == {"human": "shown"}
    assert manifest["layout"]["slices"] == ["turn"]
    assert manifest["criteria"][0]["values"] == ["first", "second", "tie", "inconsistent"]
    assert import_study(folder=tmp_path / "out", slug="again").counts["ratings"] == 4


def test_criteria_of_two_versions_are_told_apart(tmp_path: Path) -> None:
    project = make_project()
    for version, value in ((1, 2.0), (2, 3.0)):
        rubric = make_single_rubric(project, keys=("clarity",), key="quality", version=version)
        rate(make_single_task(project, rubric), make_rater(project, f"ann-{version}"), value)

    export_study(project=project, folder=tmp_path / "out")

    names = [entry["name"] for entry in read_manifest(tmp_path / "out")["criteria"]]
    assert names == ["clarity", "clarity (quality 1)"]
    assert import_study(folder=tmp_path / "out", slug="again").counts["ratings"] == 2


def test_a_folder_that_holds_a_study_is_left_alone(project: Project, tmp_path: Path) -> None:
    folder = write_study(tmp_path / "in")
    before = (folder / "manifest.json").read_bytes()

    with pytest.raises(Conflict):
        export_study(project=project, folder=folder)
    assert (folder / "manifest.json").read_bytes() == before
    with pytest.raises(Invalid):
        export_study(project=project, folder=folder / "manifest.json" / "below")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in"]


def test_worsened_copies_are_no_material_of_a_study(tmp_path: Path) -> None:
    """Brought in again they would be new answers of a system of their own, dealt to everybody."""
    project = make_project("live", title="Live", language="en")
    task = make_single_task(project, make_single_rubric(project, keys=("clarity",), key="good"))
    twin = Twin.objects.create(
        project=project,
        generation=task.generations.get(),
        kind="cut",
        criterion=task.rubric.criteria.get(),
        seed=1,
        text="The sky",
    )
    approve_twin(twin=twin, actor=make_user())
    export_study(project=project, folder=tmp_path / "out")
    assert sum(read_lines(tmp_path / "out", "items").values()) == 1
    assert sum(read_lines(tmp_path / "out", "generations").values()) == 1
    assert read_manifest(tmp_path / "out")["counts"]["items"] == 1


def test_how_a_rubric_asks_its_questions_goes_out_and_comes_in(tmp_path: Path) -> None:
    project = make_project("live")
    slow = make_single_rubric(project, keys=("clarity", "tone"), key="slow", one_at_a_time=True)
    usual = make_single_rubric(project, keys=("worth",), key="usual")
    rater = make_rater(project, "ann", origin=Origin.LIVE)
    for rubric in (slow, usual):
        for criterion in rubric.criteria.all():
            rate(make_single_task(project, rubric), rater, 4.0, criterion=criterion)
    export_study(project=project, folder=tmp_path / "out")

    stated = {entry["name"]: entry for entry in read_manifest(tmp_path / "out")["criteria"]}
    assert [stated[name].get("one_at_a_time") for name in ("clarity", "tone", "worth")] == [True, True, None]
    again = import_study(folder=tmp_path / "out", slug="again").project
    assert {each.key: each.one_at_a_time for each in again.rubrics.all()} == {"slow": True, "usual": False}
    export_study(project=again, folder=tmp_path / "twice")
    assert read_manifest(tmp_path / "twice")["criteria"] == read_manifest(tmp_path / "out")["criteria"]


@pytest.mark.parametrize("first", [True, False])
def test_a_study_that_came_in_goes_out_as_its_newest_version_asks(first: bool, tmp_path: Path) -> None:
    live = make_project("live")
    slow = make_single_rubric(live, keys=("clarity",), key="slow", one_at_a_time=first)
    rate(make_single_task(live, slow), make_rater(live, "ann", origin=Origin.LIVE), 4.0)
    export_study(project=live, folder=tmp_path / "first")
    project = import_study(folder=tmp_path / "first", slug="second").project
    rubric = project.rubrics.get()
    stated = {**describe_rubric(rubric), "one_at_a_time": not first}
    draft = read_version(rubric=rubric, stated=stated)
    version = make_version(rubric=rubric, draft=draft, actor=make_user()).rubric
    task = make_single_task(project, version, item=make_item(project, key="new"))
    rate(task, make_rater(project, "bob", origin=Origin.LIVE), 3.0, criterion=version.criteria.get())
    export_study(project=project, folder=tmp_path / "second")

    again = import_study(folder=tmp_path / "second", slug="third").project
    assert {each.key: each.one_at_a_time for each in again.rubrics.all()} == {
        "slow": not first,
        "slow-1": first,
    }
