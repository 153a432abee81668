"""Undo gives a task back in the place of what was leased ahead: nobody holds more by it, and no place is lost."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest

from annotations.domain.checking.gold import mark_gold
from annotations.domain.people.pausing import deactivate_rater
from annotations.domain.queue.ahead import claim_ahead
from annotations.domain.queue.checks import is_due
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import expire_assignments
from annotations.domain.queue.qualify import require_test, set_qualification
from annotations.domain.submitting.annotate import record_annotation
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Phase,
    Project,
    Rater,
    Slot,
    SlotState,
    Task,
)
from evalplatform.common.errors import Conflict, Denied
from tests.annotations.domain.queue.test_ahead import answer, claim, fetch_ahead, make_tasks
from tests.annotations.domain.queue.test_claim_race import run_together
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user

pytestmark = pytest.mark.database


def list_held(rater: Rater) -> list[Task]:
    live = Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE).order_by("pk")
    return [lease.task for lease in live]


def work_ahead(rater: Rater, count: int) -> list[Annotation]:
    """Answers given as the page gives them: with the next task leased before each. One in hand and one ahead remain."""
    given = []
    for _ in range(count):
        fetch_ahead(rater, held := claim(rater))
        given.append(answer(held))
    fetch_ahead(rater, claim(rater))
    return given


def work_to_the_end(rater: Rater) -> None:
    while held := claim_assignment(rater=rater):
        answer(held)


def test_two_undone_in_a_row_leave_two_leases_and_no_place_is_lost() -> None:
    project = make_project()
    tasks = make_tasks(project, 5)
    rater = make_person(project)
    first, second = work_ahead(rater, 2)
    assert list_held(rater) == tasks[2:4]
    undo_annotation(annotation=second)
    assert list_held(rater) == tasks[1:3]
    undo_annotation(annotation=first)
    assert list_held(rater) == tasks[:2]
    assert Slot.objects.filter(state=SlotState.FREE).count() == 3
    work_to_the_end(rater)
    answered = Annotation.objects.filter(is_current=True, phase=Phase.INDEPENDENT)
    assert sorted(answered.values_list("task", flat=True)) == [task.pk for task in tasks]
    assert set(Slot.objects.values_list("state", flat=True)) == {SlotState.DONE}


def test_what_undo_gave_back_is_dealt_to_others_behind_what_nobody_has_met() -> None:
    project = make_project()
    tasks = make_tasks(project, 4)
    rater, other = make_person(project), make_person(project)
    [first] = work_ahead(rater, 1)
    undo_annotation(annotation=first)
    dealt = []
    for _ in range(2):
        dealt.append(claim(other).task)
        answer(claim(other))
    assert dealt == [tasks[3], tasks[2]]


def test_an_answer_that_came_too_late_gives_no_lease_back() -> None:
    project = make_project()
    make_tasks(project, 2)
    rater, other = make_person(project), make_person(project)
    held = claim(rater)
    expire_assignments(now=held.expires_at)
    work_to_the_end(other)
    late = answer(held)
    assert late.phase == Phase.SURPLUS
    undo_annotation(annotation=late)
    assert list_held(rater) == []


def test_one_that_was_undone_after_its_follower_was_begun_elsewhere_stays_beside_it() -> None:
    """Two tabs: one answers what is leased ahead while the other still shows the first task."""
    project = make_project()
    tasks = make_tasks(project, 4)
    rater = make_person(project)
    first = claim(rater)
    given = answer(fetch_ahead(rater, first))
    fetch_ahead(rater, first)
    assert list_held(rater) == [tasks[0], tasks[2]]
    undo_annotation(annotation=given)
    assert list_held(rater) == tasks[:2]
    with pytest.raises(Conflict, match="not the current one"):
        undo_annotation(annotation=given)
    assert list_held(rater) == tasks[:2]


def test_a_check_that_undo_takes_from_ahead_is_asked_where_it_stood() -> None:
    project = make_project(gold_share=0.1)
    rubric = make_pair_rubric(project)
    for _ in range(6):
        mark_gold(task=make_pair_task(project, rubric), ratings={"overall": "first"}, actor=make_user())
    for _ in range(40):
        make_pair_task(project, rubric)
    rater, given, places = make_person(project), None, []
    for place in range(30):
        held = claim(rater)
        places += [place] if held.slot_id is None else []
        if given is not None and fetch_ahead(rater, held).slot_id is None:
            answer(undo_annotation(annotation=given))
            assert claim(rater) == held
        given = answer(held)
    assert places == [met for met in range(30) if is_due(project=project, rater=rater, met=met)]
    assert len(places) >= 2
    assert AssignmentState.EXPIRED in Assignment.objects.filter(slot=None).values_list("state", flat=True)


def test_whoever_is_sent_to_training_takes_no_earlier_real_task_back() -> None:
    rater = make_trained()
    given = answer(claim(rater))
    require_test(rater=rater)
    with pytest.raises(Conflict, match="come first now"):
        undo_annotation(annotation=given)
    assert list_held(rater) == []


def test_a_real_task_that_ended_before_training_is_answered_beside_the_count() -> None:
    """Its page still stands there: the answer is kept, but nobody works for the figures before the test."""
    rater = make_trained()
    held = claim(rater)
    require_test(rater=rater)
    expire_assignments(now=held.expires_at + timedelta(seconds=1))
    assert answer(held).phase == Phase.SURPLUS
    assert held.slot is not None
    held.slot.refresh_from_db()
    assert held.slot.state == SlotState.FREE


def make_trained() -> Rater:
    """Somebody who was let begin in a project with a test."""
    project = make_project()
    rubric = make_pair_rubric(project)
    for _ in range(2):
        mark_gold(task=make_pair_task(project, rubric), ratings={"overall": "first"}, actor=make_user())
    for _ in range(4):
        make_pair_task(project, rubric)
    set_qualification(project=project, size=1, mark=0.5, tries=2, actor=make_user())
    rater = make_person(project)
    Rater.objects.filter(pk=rater.pk).update(qualified_at=project.created_at)
    return Rater.objects.select_related("project").get(pk=rater.pk)


def test_a_paused_rater_undoes_nothing() -> None:
    project = make_project()
    make_tasks(project, 3)
    rater = make_person(project)
    [first] = work_ahead(rater, 1)
    deactivate_rater(rater=rater, actor=make_user())
    with pytest.raises(Denied):
        undo_annotation(annotation=first)
    assert list_held(rater) == []


@pytest.mark.database(transaction=True)
def test_undo_beside_claims_and_answers_of_other_tabs() -> None:
    project: Project = make_project()
    make_tasks(project, 8)
    rater = make_person(project)
    first, second = work_ahead(rater, 2)
    held = claim(rater)

    def undo(annotation: Annotation) -> None:
        with suppress(Conflict):  # the other tab was first
            undo_annotation(annotation=annotation)

    def send() -> None:
        record_annotation(assignment=held, ratings={"overall": "tie"}, seconds=1, client_key="sent")

    works: list[Callable[[], object]] = [
        partial(undo, first),
        partial(undo, second),
        partial(undo, second),
        send,
    ]
    ahead = partial(claim_ahead, rater=rater, beside=held.public_id)
    assert run_together(*works, ahead, partial(claim_assignment, rater=rater)) == []
    assert len(list_held(rater)) <= 2
    assert Slot.objects.filter(state=SlotState.LEASED).count() == len(list_held(rater))
