"""Known answers of many tasks: named by items and systems, or taken from a reference rater."""

from dataclasses import replace
from typing import Any

import pytest

from annotations.domain.checking.known_answers import (
    KnownAnswer,
    adopt_answers,
    keep_known_answers,
    read_known_answers,
)
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.reviewing.adjudicate import decide_task
from annotations.models import Annotation, Project, Task
from evalplatform.common.errors import Invalid
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_pair_rubric,
    make_project,
    make_single_rubric,
    make_system,
    make_user,
)

pytestmark = pytest.mark.database


def make_material(count: int = 3) -> Project:
    """Items 0, 1, … each answered by alpha and omega, compared in pairs and scored one by one."""
    project = make_project("sky")
    make_pair_rubric(project)
    make_single_rubric(project, ["clarity"])
    systems = make_system(project, "alpha"), make_system(project, "omega")
    for number in range(count):
        item = make_item(project, key=str(number))
        for system in systems:
            make_generation(item, system, f"{system.name} on {number}")
    plan_tasks(project=project)
    return project


def know(item: str, *systems: str, **values: Any) -> KnownAnswer:
    return KnownAnswer(item=item, systems=frozenset(systems), values=values)


def read_winner(task: Task) -> str:
    code = Annotation.objects.get(task=task, is_current=True).ratings.get().code
    return task.positions.get(position={"first": 0, "second": 1}[str(code)]).generation.system.name


def test_the_winner_is_named_whatever_the_order_on_the_screen() -> None:
    project = make_material(6)
    winners = ["alpha", "omega"] * 3
    answers = [know(str(number), overall=winner) for number, winner in enumerate(winners)]
    assert keep_known_answers(project=project, answers=answers, actor=make_user()) == 6
    tasks = Task.objects.filter(state="gold").order_by("item__key")
    assert [read_winner(task) for task in tasks] == winners
    assert keep_known_answers(project=project, answers=answers, actor=make_user()) == 6
    assert Annotation.objects.count() == 6


def test_scores_name_their_system_and_training_keeps_its_reason() -> None:
    project = make_material()
    content = b"item,systems,clarity,training,why\n0,alpha,4,,\n1,omega,2,yes,It is vague.\n"
    keep_known_answers(project=project, answers=read_known_answers(content), actor=make_user())
    check, training = Task.objects.exclude(state="open").order_by("item__key")
    assert (check.state, check.annotations.get().ratings.get().number) == ("gold", 4)
    kept = training.annotations.get().ratings.get()
    assert (training.state, kept.number, kept.rationale) == ("training", 2, "It is vague.")


def test_a_file_of_pairs_and_ties() -> None:
    project = make_material()
    content = b"item;systems;overall\n0;alpha|omega;omega\n1;omega|alpha;tie\n"
    assert keep_known_answers(project=project, answers=read_known_answers(content), actor=make_user()) == 2
    assert read_winner(Task.objects.get(state="gold", item__key="0")) == "omega"


def test_one_fault_keeps_all_out_and_every_fault_is_named() -> None:
    project = make_material()
    answers = [
        know("0", overall="alpha"),
        know("9", overall="alpha"),
        know("1", clarity=4),
        know("1", overall="gamma"),
        know("2", overall="first"),
        know("2", "alpha", clarity=40),
    ]
    with pytest.raises(Invalid) as refused:
        keep_known_answers(project=project, answers=answers, actor=make_user())
    assert [fault.line for fault in refused.value.faults] == [2, 3, 4, 5, 6]
    assert Task.objects.exclude(state="open").count() == 0
    assert Annotation.objects.count() == 0


def test_lines_that_cannot_be_read_are_named() -> None:
    with pytest.raises(Invalid) as refused:
        read_known_answers(b"item,overall\n0,alpha,more\n")
    assert [fault.line for fault in refused.value.faults] == [2]


def make_conversation() -> Project:
    """Item 0 of two turns, compared turn by turn and scored as a whole."""
    project = make_project("sky", pairing={"turns": {"better": "each"}})
    make_pair_rubric(project, key="better")
    make_single_rubric(project, ["clarity"])
    item = make_item(project, None, key="0", turns=["Why?", "And then?"])
    for name in ("alpha", "omega"):
        make_generation(item, make_system(project, name), None, turns=[f"{name} 1", f"{name} 2"])
    plan_tasks(project=project)
    return project


def test_a_known_answer_names_a_turn_or_the_whole_conversation() -> None:
    project = make_conversation()
    content = b"item,systems,turn,overall,clarity\n0,,1,omega,\n0,,2,alpha,\n0,alpha,,,4\n"
    assert keep_known_answers(project=project, answers=read_known_answers(content), actor=make_user()) == 3
    first, second = Task.objects.filter(state="gold", kind="pair").order_by("turn")
    assert (first.turn, read_winner(first), second.turn, read_winner(second)) == (1, "omega", 2, "alpha")
    whole = Task.objects.get(state="gold", kind="single")
    assert (whole.turn, whole.annotations.get().ratings.get().number) == (None, 4)


def test_a_turn_that_is_not_asked_about_is_no_such_task() -> None:
    project = make_conversation()
    answers = [replace(know("0", overall="alpha"), turn=turn) for turn in (None, 3)]
    with pytest.raises(Invalid) as refused:
        keep_known_answers(project=project, answers=answers, actor=make_user())
    assert [(fault.line, fault.message) for fault in refused.value.faults] == [
        (1, "no such task"),
        (2, "no such task"),
    ]


@pytest.mark.parametrize("turn", ["0", "-1", "1.5", "two", "1001", "9" * 5_000, "\u0661"])
def test_what_is_no_turn_is_named_with_its_line(turn: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_known_answers(f"item,turn,overall\n0,1,alpha\n0,{turn},alpha\n".encode())
    assert [(fault.line, fault.field) for fault in refused.value.faults] == [(3, "turn")]


def test_decisions_become_known_answers_as_they_were_decided() -> None:
    project = make_material(5)
    pairs = list(Task.objects.filter(kind="pair").order_by("item__key"))
    for task in pairs:
        decide_task(task=task, ratings={"overall": "first"}, note="", reviewer=make_user())
    said = {task.pk: read_winner(task) for task in pairs}
    assert adopt_answers(project=project, rater="adjudication", count=3, actor=make_user()) == 3
    gold = list(Task.objects.filter(state="gold"))
    assert len(gold) == 3
    for task in gold:
        code = Annotation.objects.get(task=task, rater__name="known answers").ratings.get().code
        winner = task.positions.get(position={"first": 0, "second": 1}[str(code)]).generation.system.name
        assert winner == said[task.pk]
    assert adopt_answers(project=project, rater="adjudication", count=9, actor=make_user()) == 2
    assert adopt_answers(project=project, rater="nobody", count=9, actor=make_user()) == 0
