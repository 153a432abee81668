"""People claim, answer and take answers back while needs change: nothing is lost, doubled or dealt to the wrong one."""

import os
import threading
from collections import Counter
from datetime import datetime
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from annotations.domain.formats.needs import NOTHING, Needs
from annotations.domain.intake.change_needs import change_needs
from annotations.domain.queue.ahead import claim_ahead
from annotations.domain.queue.claim import claim_assignment, lease_above
from annotations.domain.submitting.annotate import record_annotation
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import Annotation, Assignment, Item, Rater, Slot, SlotState, Task
from annotations.queries.open_slots import START
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Exhausted
from tests.annotations.domain.queue.test_claim_race import run_together
from tests.factories.gated import ask_for, make_reader
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_project, make_user

pytestmark = [pytest.mark.database(transaction=True)]
TASKS, OVERLAP = 24, 2
NEEDS = (Needs("ru"), Needs(skills=("law",)), Needs("ru", ("law",)), NOTHING)


def claim_quietly(rater: Rater) -> Assignment | None:
    fresh = Rater.objects.select_related("project").get(pk=rater.pk)
    try:
        return claim_assignment(rater=fresh)
    except Exhausted:
        return None


def answer(held: Assignment) -> Annotation:
    ratings = {"overall": "tie"}
    return record_annotation(assignment=held, ratings=ratings, seconds=0, client_key=str(uuid4())).annotation


def work(rater: Rater, *, undoes: bool) -> None:
    """Claim, look ahead, answer; now and then take the last answer back and give it anew."""
    count = 0
    while held := claim_quietly(rater):
        claim_ahead(rater=Rater.objects.select_related("project").get(pk=rater.pk), beside=held.public_id)
        given = answer(held)
        count += 1
        if undoes and count % 3 == 0:
            try:
                undo_annotation(annotation=given)
            except Conflict:
                continue  # it asks for something else by now: the answer stays


def assert_one_gate() -> None:
    """An item, its tasks and their places stand behind one and the same."""
    gates = dict(Item.objects.values_list("pk", "gate"))
    assert all(gate == gates[item] for item, gate in Task.objects.values_list("item", "gate"))
    assert all(gate == gates[item] for item, gate in Slot.objects.values_list("task__item", "gate"))


@pytest.mark.parametrize("undoes", [False, True])
def test_every_place_is_filled_once_whatever_changes_meanwhile(undoes: bool) -> None:
    project = make_project(overlap=OVERLAP)
    rubric = make_pair_rubric(project)
    tasks = [make_pair_task(project, rubric, overlap=OVERLAP) for _ in range(TASKS)]
    ask_for(tasks[0], "ru", ["law"])
    raters = [
        make_reader(project),
        make_reader(project, "ru"),
        make_reader(project, skills=["law"]),
        make_reader(project, "ru", skills=["law"]),
    ]
    actor, keys = make_user(), [task.item.key for task in tasks]

    def change() -> None:
        for turn in range(8):
            some = keys[turn % 2 :: 2]
            done = change_needs(
                project=project, needs=NEEDS[turn % len(NEEDS)], actor=actor, keys=some, seconds=60
            )
            assert done.left == 0
            assert_one_gate()

    works = [partial(work, rater, undoes=undoes and number % 2 == 0) for number, rater in enumerate(raters)]
    assert run_together(change, *works) == []
    assert undoes or not Assignment.objects.filter(state="expired").exists()
    change_needs(project=project, needs=NOTHING, actor=actor, keys=keys)
    for rater in raters:
        work(rater, undoes=False)
    standing = Annotation.objects.filter(is_current=True)
    assert Counter(standing.values_list("task", flat=True)) == {task.pk: OVERLAP for task in tasks}
    assert set(standing.values_list("phase", flat=True)) == {"independent"}
    assert set(Slot.objects.values_list("state", flat=True)) == {SlotState.DONE}


def test_once_it_is_changed_nobody_is_dealt_what_they_do_not_pass() -> None:
    project = make_project(overlap=3)
    rubric = make_pair_rubric(project)
    tasks = [make_pair_task(project, rubric, overlap=3) for _ in range(TASKS)]
    raters, is_changed = [make_reader(project) for _ in range(3)], threading.Event()
    actor, keys = make_user(), [task.item.key for task in tasks]

    def change() -> None:
        change_needs(project=project, needs=NEEDS[0], actor=actor, keys=keys, seconds=60)
        is_changed.set()

    def drain(rater: Rater) -> None:
        for _ in range(TASKS):
            is_late = is_changed.is_set()
            if (held := claim_quietly(rater)) is None:
                return
            assert not is_late or held.created_at <= changed_at()
            answer(held)

    def changed_at() -> datetime:
        return AuditEvent.objects.filter(action="change_needs").latest("pk").at

    assert run_together(change, *(partial(drain, rater) for rater in raters)) == []
    assert_one_gate()
    assert all(claim_quietly(rater) is None for rater in raters)
    reader = make_reader(project, "ru")
    free = Slot.objects.filter(state=SlotState.FREE).values_list("task", flat=True).distinct().count()
    taken = 0
    while held := claim_quietly(reader):
        answer(held)
        taken += 1
    assert taken == free


@pytest.mark.skipif(
    "postgres" not in os.environ.get("DATABASE_URL", ""), reason="SQLite has one writer at a time"
)
def test_what_a_claim_has_in_hand_this_moment_comes_in_a_later_step() -> None:
    project = make_project(overlap=1)
    rubric = make_pair_rubric(project)
    tasks = [make_pair_task(project, rubric) for _ in range(3)]
    rater, actor, has_place, may_go = make_reader(project), make_user(), threading.Event(), threading.Event()

    def claim() -> None:
        with transaction.atomic():
            assert lease_above(rater, START, database_now()) is not None
            has_place.set()
            assert may_go.wait(10)

    def change() -> None:
        assert has_place.wait(10)
        keys = [task.item.key for task in tasks]
        some = change_needs(project=project, needs=NEEDS[0], actor=actor, keys=keys, seconds=0.2)
        assert (some.items, some.left) == (2, 1)  # and nobody waited
        may_go.set()
        rest = change_needs(project=project, needs=NEEDS[0], actor=actor, keys=keys)
        assert (rest.items, rest.left) == (1, 0)

    assert run_together(claim, change) == []
    assert Assignment.objects.get().state == "live"
    assert set(Slot.objects.values_list("gate", flat=True)) == {1}
    assert_one_gate()
