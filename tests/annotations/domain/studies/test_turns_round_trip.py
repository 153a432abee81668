"""Questions of turns beside questions of the whole, and what items need, go out in a study folder and come in again."""

from pathlib import Path

import pytest

from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.studies.export_study import export_study
from annotations.domain.studies.import_study import import_study
from annotations.models import Project, Rubric, Task
from annotations.queries.gates import list_demands
from tests.factories.batches import store_batch
from tests.factories.ledger import make_project, make_single_rubric
from tests.factories.ratings import make_rater, rate
from tests.factories.studies import read_manifest

pytestmark = pytest.mark.database
TURNS = {"manner": "each", "topic": "whole"}


def list_asked(project: Project) -> set[tuple[str, str, int | None, tuple[str, ...], int]]:
    """Of each task: its item, rubric, turn, questions, and the gate."""
    tasks = Task.objects.filter(project=project).select_related("item", "rubric")
    return {
        (
            task.item.key,
            task.rubric.key,
            task.turn,
            tuple(task.rubric.criteria.order_by("position").values_list("name", flat=True)),
            task.gate,
        )
        for task in tasks
    }


@pytest.fixture
def project() -> Project:
    """Two conversations, each turn asked about by two questions and the whole by another; not all are answered."""
    project = make_project("talks", pairing={"turns": TURNS})
    make_single_rubric(project, ("polite", "helpful"), key="manner")
    make_single_rubric(project, ("coherent",), key="topic")
    turns = ["Hello?", "And then?"]
    items = [{"item_id": key, "prompt": None, "turns": turns, "needs_skills": ["law"]} for key in "ab"]
    answers = [
        {"item_id": key, "system": "alpha", "text": None, "turns": ["Hello.", "Then nothing."]}
        for key in "ab"
    ]
    store_batch(project, items, answers)
    rater = make_rater(project, "ann")
    for task in Task.objects.filter(item__key="a").select_related("rubric"):
        rate(task, rater, 3.0, criterion=task.rubric.criteria.earliest("position"))
    return project


@pytest.mark.parametrize("times", [1, 2])
def test_each_rubric_asks_about_its_turns_again(project: Project, tmp_path: Path, times: int) -> None:
    asked = list_asked(project)
    assert len(asked) == 6
    again = project
    for time in range(times):
        export_study(project=again, folder=tmp_path / f"{time}")
        again = import_study(folder=tmp_path / f"{time}", slug=f"again-{time}", overlap=1).project
    assert list_asked(again) == asked
    assert [demand.skills for demand in list_demands(again).values()] == [("law",)]
    assert plan_tasks(project=again) == 0


def test_questions_of_an_earlier_version_stand_apart(project: Project, tmp_path: Path) -> None:
    Rubric.objects.filter(key="topic").update(version=1)
    make_single_rubric(project, ("coherent",), key="topic", version=2)
    export_study(project=project, folder=tmp_path / "out")
    stated = {entry["name"]: entry["rubric"] for entry in read_manifest(tmp_path / "out")["criteria"]}
    assert stated == {
        "polite": "manner",
        "helpful": "manner",
        "coherent": "topic",
        "coherent (topic 1)": "topic 1",
    }
