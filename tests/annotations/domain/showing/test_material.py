import pytest
from pytest_django import DjangoAssertNumQueries

from annotations.domain.showing.masking import HIDDEN
from annotations.domain.showing.material import MaskedReply, mask_tasks, read_materials
from annotations.models import Task
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_project,
    make_single_rubric,
    make_system,
    make_task,
)

pytestmark = pytest.mark.database


def make_conversation(turn: int | None, reference: object) -> Task:
    project = make_project()
    item = make_item(project, None, turns=["one?", "two?", "three?"], reference=reference)
    generation = make_generation(item, make_system(project), "all", turns=["1", "2", "3"])
    return make_task(item, make_single_rubric(project), [generation], turn=turn)


@pytest.mark.parametrize(
    ("turn", "reply", "references", "reference"),
    [
        (None, MaskedReply("all", ("1", "2", "3")), ("r1", "", "r3"), "r1\n\nr3"),
        (1, MaskedReply("1", ("1",)), ("r1",), "r1"),
        (2, MaskedReply("2", ("1", "2")), ("r1", ""), ""),
        (3, MaskedReply("3", ("1", "2", "3")), ("r1", "", "r3"), "r3"),
    ],
)
def test_a_conversation_ends_with_the_rated_turn(
    turn: int | None, reply: MaskedReply, references: tuple[str, ...], reference: str
) -> None:
    task = make_conversation(turn, ["r1", None, "r3"])
    [material] = mask_tasks(tasks=[task])
    assert material.requests == ("one?", "two?", "three?")[:turn]
    assert material.replies == (reply,)
    assert (material.references, material.reference) == (references, reference)
    assert read_materials(tasks=[task.pk], project_id=task.project_id) == {task.pk: material}


def test_the_only_reference_goes_with_every_turn() -> None:
    [material] = mask_tasks(tasks=[make_conversation(2, "all of it")])
    assert (material.references, material.reference) == (("all of it",), "all of it")


def test_a_text_without_turns_answers_the_last_request() -> None:
    assert MaskedReply("text").align(1) == ("text",)
    assert MaskedReply("text").align(3) == ("", "", "text")
    assert MaskedReply("2", ("1", "2")).align(2) == ("1", "2")


def test_many_tasks_cost_as_many_queries_as_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    project = make_project()
    systems = make_system(project, "apex-9"), make_system(project, "zenith-1")
    rubric = make_pair_rubric(project)
    for _ in range(9):
        make_pair_task(project, rubric, systems=systems, texts=("apex-9", "zenith-1"))
    for count in (1, 9):
        tasks = list(Task.objects.order_by("pk")[:count])
        with django_assert_num_queries(4):
            found = mask_tasks(tasks=tasks)
        assert [material.replies for material in found] == [
            (MaskedReply(HIDDEN), MaskedReply(HIDDEN))
        ] * count
        with django_assert_num_queries(4):
            by_key = read_materials(tasks=[task.pk for task in tasks], project_id=project.pk)
        assert by_key == dict(zip((task.pk for task in tasks), found, strict=True))
