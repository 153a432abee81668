"""A machine's clock that is set an hour forward or back: nobody holds what another holds, and no verdict doubles."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import expire_assignments
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Assignment, Phase, Slot, TaskKind
from judges.engine.planning.plan import plan_run
from judges.engine.sweep import sweep_once
from judges.models import Attempt, Run
from tests.factories.judging import make_field, make_judge, work
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project
from tests.fakes.provider import FakeProvider
from tests.support.processes import wait_until

TASKS = 6
HOUR = timedelta(hours=1)

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability]


@pytest.fixture(params=[HOUR, -HOUR], ids=["forward", "back"])
def jump(request: pytest.FixtureRequest) -> timedelta:
    """By how much the clock is set."""
    change: timedelta = request.param
    return change


@contextmanager
def set_clock(by: timedelta) -> Iterator[None]:
    """This machine's clock, as everything here reads it."""
    with pytest.MonkeyPatch.context() as patch:
        real = timezone.now
        patch.setattr(timezone, "now", lambda: real() + by)
        yield


def ends_leases(jump: timedelta) -> bool:
    """PostgreSQL's leases go by its own clock; SQLite has none but the machine's."""
    return connection.vendor == "sqlite" and jump > timedelta(0)


def test_row_12_calls_under_way_keep_their_leases_or_are_fenced(jump: timedelta) -> None:
    every = TASKS + 1  # the first is asked alone, to hear of limits, and answered
    field = make_field(TaskKind.SINGLE, every)
    with FakeProvider(latency=1.5) as fake, ThreadPoolExecutor(1) as other:
        judge = make_judge(field.project, fake.url, "single", calls_in_flight=TASKS)
        run = plan_run(project=field.project, judge=judge)
        under_way = other.submit(work_in_thread, run)
        assert wait_until(lambda: fake.in_flight == TASKS, seconds=20)
        with set_clock(jump):
            lost = sweep_once()["lost"]
            assert lost == (TASKS if ends_leases(jump) else 0)
            if lost:
                work(run)
            assert sweep_once()["lost"] == 0
            under_way.result(timeout=30)
    assert sum(fake.answered.values()) == every + lost
    assert Annotation.objects.values("task").distinct().count() == Annotation.objects.count() == every
    assert Attempt.objects.filter(state="done").count() == every
    assert Attempt.objects.filter(state="stale").count() == lost


def work_in_thread(run: Run) -> None:
    try:
        work(run)
    finally:
        connections.close_all()


def test_row_12_a_persons_place_is_held_once(jump: timedelta) -> None:
    project = make_project(overlap=1)
    task = make_pair_task(project, make_pair_rubric(project))
    first, second = make_person(project), make_person(project)
    held = claim_assignment(rater=first)
    assert held is not None
    with set_clock(jump):
        ended = expire_assignments()
        assert ended == ends_leases(jump)
        if ended:
            taken = claim_assignment(rater=second)
            assert taken is not None
            answer(taken)
        late = answer(held)
    assert late.phase == (Phase.SURPLUS if ended else Phase.INDEPENDENT)
    assert Slot.objects.filter(task=task, state="done").count() == 1
    assert Annotation.objects.exclude(phase=Phase.SURPLUS).count() == 1


def answer(assignment: Assignment) -> Annotation:
    return record_annotation(
        assignment=assignment,
        ratings={"overall": {"value": "first"}},
        seconds=3,
        client_key=str(assignment.pk),
    ).annotation
