import pytest

from annotations.domain.queue.slots import open_slots
from annotations.models import Project, Slot, SlotState, TaskState
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_project

pytestmark = pytest.mark.database


def list_slots(project: Project) -> list[tuple[int, int, str]]:
    return list(
        Slot.objects.filter(project=project).order_by("task", "number").values_list("task", "number", "state")
    )


def test_every_open_task_gets_its_places_once() -> None:
    project = make_project(overlap=2)
    rubric = make_pair_rubric(project)
    task = make_pair_task(project, rubric, overlap=0)
    make_pair_task(project, rubric, overlap=0, state=TaskState.UNDEALABLE)
    make_pair_task(project, rubric, overlap=0, state=TaskState.WITHDRAWN)

    assert open_slots(project=project) == 2
    assert open_slots(project=project) == 0
    assert list_slots(project) == [(task.pk, 1, "free"), (task.pk, 2, "free")]
    assert set(Slot.objects.values_list("rank", flat=True)) == {task.rank}


def test_places_that_are_there_stay_as_they_are() -> None:
    project = make_project(overlap=3)
    task = make_pair_task(project, make_pair_rubric(project), overlap=0)
    Slot.objects.create(project=project, task=task, number=2, rank=99, state=SlotState.DONE)

    assert open_slots(project=project) == 2
    assert list_slots(project) == [(task.pk, 1, "free"), (task.pk, 2, "done"), (task.pk, 3, "free")]
    project.overlap = 2
    project.save()
    assert open_slots(project=project) == 0


def test_the_work_can_be_limited_to_some_items() -> None:
    project = make_project(overlap=1)
    rubric = make_pair_rubric(project)
    first, second = (make_pair_task(project, rubric, overlap=0) for _ in range(2))

    assert open_slots(project=project, items={second.item_id}) == 1
    assert list_slots(project) == [(second.pk, 1, "free")]
    assert open_slots(project=project) == 1
    assert {task for task, _, _ in list_slots(project)} == {first.pk, second.pk}
