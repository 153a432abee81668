"""The demonstration project, loaded: twice is once, and its simulated raters are never people."""

import json

import pytest
from django.core.management import call_command

from annotations.models import Annotation, Origin, Project, RaterKind, Slot, Task
from evalplatform.demo.judging import JUDGES, start_judges, start_specimens
from evalplatform.demo.load import OVERLAP, SLUG, fill_with_simulated_raters, load_demo_project
from evalplatform.demo.personas import PERSONAS, invite_personas
from evalplatform.demo.raters import RATERS
from judges.models import Attempt, Run

pytestmark = pytest.mark.database


@pytest.fixture
def demo() -> Project:
    project = load_demo_project()
    fill_with_simulated_raters(project=project)
    return project


def count_rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Task, Slot, Annotation, Run, Attempt))


def test_loading_twice_changes_nothing(demo: Project) -> None:
    start_judges(project=demo)
    before = count_rows()

    assert load_demo_project() == demo
    assert fill_with_simulated_raters(project=demo) == 0
    start_judges(project=demo)
    assert count_rows() == before


def test_it_is_as_large_as_promised(demo: Project) -> None:
    tasks = Task.objects.filter(project=demo)

    assert demo.simulated
    assert demo.items.count() >= 24
    assert {item.language for item in demo.items.all()} == {"en", "ru"}
    assert demo.systems.count() == 3
    assert {task.kind for task in tasks} == {"single", "pair"}
    assert Slot.objects.filter(project=demo).count() == tasks.count() * OVERLAP
    assert demo.annotations.count() == tasks.count() * len(RATERS)


def test_simulated_raters_say_so(demo: Project) -> None:
    raters = demo.raters.filter(kind=RaterKind.PERSON)

    assert {rater.origin for rater in raters} == {Origin.SIMULATED}
    assert {rater.name: rater.attributes for rater in raters} == {
        rater.name: rater.describe() for rater in RATERS
    }


def test_no_figure_called_people_holds_a_simulated_rater(
    demo: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("report", SLUG, "--json", "--all")

    results = json.loads(capsys.readouterr().out)["results"]
    sides = [row["raters"] for row in results] + [row["against"] for row in results if row["against"]]
    assert any(side.startswith("simulated") for side in sides)
    assert [side for side in sides if side.startswith("people")] == []


def test_every_persona_gets_a_fresh_link(demo: Project) -> None:
    first, second = invite_personas(project=demo), invite_personas(project=demo)

    assert list(first) == [persona.title for persona in PERSONAS]
    assert set(first.values()).isdisjoint(second.values())
    assert {m.user.username: m.role for m in demo.memberships.all()} == {p.username: p.role for p in PERSONAS}


def test_each_judge_is_asked_about_every_pair_in_both_orders(demo: Project) -> None:
    runs = start_judges(project=demo)

    pairs = Task.objects.filter(project=demo, kind="pair").count()
    assert [run.judge.rater.name for run in runs] == [judge.name for judge in JUDGES]
    assert [run.attempts.count() for run in runs] == [2 * pairs] * len(JUDGES)
    assert {run.judge.rater.kind for run in runs} == {RaterKind.METRIC}


def test_specimens_are_asked_about_a_few_tasks_once(demo: Project) -> None:
    runs = start_specimens(project=demo)

    assert [run.attempts.values("task").distinct().count() for run in runs] == [5, 6]
    assert [run.attempts.count() for run in runs] == [5, 12]
    assert set(demo.raters.filter(kind="judge").values_list("attributes__specimen", flat=True)) == {True}
    assert start_specimens(project=demo) == runs
