import os
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.domain.queue import leases
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import (
    expire_assignments,
    renew_assignment,
    skip_assignment,
    sweep_assignments,
)
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Assignment, AssignmentState, Project, Rater, Slot, Task, TaskState
from evalplatform.common.errors import Conflict, Exhausted, Invalid
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    return make_project()


def make_tasks(project: Project, count: int, overlap: int = 1) -> list[Task]:
    rubric = make_pair_rubric(project)
    return [make_pair_task(project, rubric, overlap=overlap) for _ in range(count)]


def claim(rater: Rater) -> Assignment:
    assignment = claim_assignment(rater=rater)
    assert assignment is not None
    return assignment


def answer(assignment: Assignment) -> None:
    record_annotation(
        assignment=assignment, ratings={"overall": "first"}, seconds=1, client_key=str(assignment.public_id)
    )


def test_tasks_come_in_order_of_rank_and_each_once(project: Project) -> None:
    tasks = make_tasks(project, 3)
    rater = make_person(project)
    dealt = []
    while assignment := claim_assignment(rater=rater):
        dealt.append(assignment.task)
        answer(assignment)
    assert dealt == tasks


def test_asking_again_gives_the_live_lease_again(project: Project) -> None:
    make_tasks(project, 2)
    rater = make_person(project)
    now = timezone.now()
    first = claim_assignment(rater=rater, now=now)
    again = claim_assignment(rater=rater, now=now + timedelta(minutes=5))
    assert first is not None
    assert again is not None
    assert again == first
    assert again.expires_at == first.expires_at + timedelta(minutes=5)


def test_a_task_goes_to_as_many_different_raters_as_it_has_places(project: Project) -> None:
    (task,) = make_tasks(project, 1, overlap=2)
    raters = [make_person(project) for _ in range(3)]
    assert claim(raters[0]).task == task
    assert claim(raters[1]).task == task
    with pytest.raises(Exhausted):
        claim_assignment(rater=raters[2])
    answer(claim(raters[0]))
    answer(claim(raters[1]))
    assert [claim_assignment(rater=rater) for rater in raters] == [None, None, None]


def test_only_leased_work_left_says_when_to_come_back(project: Project) -> None:
    make_tasks(project, 1)
    now = timezone.now()
    claim_assignment(rater=make_person(project), now=now)
    with pytest.raises(Exhausted) as caught:
        claim_assignment(rater=make_person(project), now=now + timedelta(minutes=14))
    assert caught.value.retry_after == 60


def test_an_expired_lease_is_dealt_to_somebody_else_after_all_that_was_queued(project: Project) -> None:
    lost, second = make_tasks(project, 2)
    now = timezone.now()
    sleeper, other = make_person(project), make_person(project)
    lease = claim_assignment(rater=sleeper, now=now)
    assert lease is not None
    later = now + timedelta(minutes=16)
    assert expire_assignments(now=later) == 1
    assert expire_assignments(now=later) == 0
    lease.refresh_from_db()
    assert lease.state == AssignmentState.EXPIRED
    dealt = [claim(other).task]
    answer(claim(other))
    dealt.append(claim(other).task)
    assert dealt == [second, lost]


def test_the_sweep_ends_all_expired_leases_some_at_a_time(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "AT_ONCE", 2)
    make_tasks(project, 5)
    for _ in range(5):
        claim(make_person(project))
    later = timezone.now() + timedelta(hours=1)
    assert expire_assignments(now=later) == 2
    assert sweep_assignments(now=later) == 3
    assert not Assignment.objects.filter(state=AssignmentState.LIVE).exists()


def test_claiming_sweeps_expired_leases_by_itself(project: Project) -> None:
    (task,) = make_tasks(project, 1)
    now = timezone.now()
    claim_assignment(rater=make_person(project), now=now)
    late = claim_assignment(rater=make_person(project), now=now + timedelta(minutes=16))
    assert late is not None
    assert late.task == task


def test_whoever_slept_may_get_the_task_again(project: Project) -> None:
    (task,) = make_tasks(project, 1)
    rater = make_person(project)
    now = timezone.now()
    claim_assignment(rater=rater, now=now)
    expire_assignments(now=now + timedelta(hours=1))
    assert claim(rater).task == task


def test_a_skipped_task_goes_to_others_and_never_back(project: Project) -> None:
    (task,) = make_tasks(project, 1)
    rater, other = make_person(project), make_person(project)
    skipped = skip_assignment(assignment=claim(rater), reason="not my language")
    assert (skipped.state, skipped.skip_reason) == (AssignmentState.SKIPPED, "not my language")
    assert skip_assignment(assignment=skipped, reason="again") == skipped
    assert claim_assignment(rater=rater) is None
    assert claim(other).task == task


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "nul \x00"])
def test_a_skip_needs_a_reason_that_can_be_kept(project: Project, reason: str) -> None:
    make_tasks(project, 1)
    with pytest.raises(Invalid):
        skip_assignment(assignment=claim(make_person(project)), reason=reason)


def test_only_a_live_lease_is_renewed(project: Project) -> None:
    make_tasks(project, 1)
    lease = claim(make_person(project))
    renewed = renew_assignment(assignment=lease, now=lease.expires_at)
    assert renewed.expires_at == Assignment.objects.get().expires_at
    skip_assignment(assignment=lease, reason="too long")
    with pytest.raises(Conflict):
        renew_assignment(assignment=lease)


def test_tasks_that_are_withdrawn_or_lack_a_text_are_not_dealt(project: Project) -> None:
    withdrawn, undealable = make_tasks(project, 2)
    Task.objects.filter(pk=withdrawn.pk).update(state=TaskState.WITHDRAWN)
    Task.objects.filter(pk=undealable.pk).update(state=TaskState.UNDEALABLE)
    assert claim_assignment(rater=make_person(project)) is None


def test_work_of_other_projects_is_not_dealt(project: Project) -> None:
    make_tasks(make_project(), 1)
    assert claim_assignment(rater=make_person(project)) is None


def test_places_added_behind_the_cursor_are_found(project: Project) -> None:
    first, second = make_tasks(project, 2)
    rater = make_person(project)
    answer(claim(make_person(project)))
    lease = claim(rater)
    assert lease.task == second
    answer(lease)
    Slot.objects.create(project=project, task=first, number=1, rank=first.rank)
    assert claim(rater).task == first


def test_a_new_epoch_deals_from_the_start(project: Project) -> None:
    tasks = make_tasks(project, 3)
    rater = make_person(project)
    answer(claim(rater))
    answer(claim(rater))
    Slot.objects.filter(task=tasks[2]).update(rank=0)
    Rater.objects.filter(pk=rater.pk).update(queue_cursor=10**9)
    Project.objects.filter(pk=project.pk).update(queue_epoch=1)
    assert claim(rater).task == tasks[2]
    rater.refresh_from_db()
    assert (rater.queue_cursor, rater.queue_epoch) == (0, 1)


def test_the_cost_of_next_does_not_grow_with_what_was_done(project: Project) -> None:
    make_tasks(project, 12)
    rater = make_person(project)
    counts = []
    for _ in range(12):
        with CaptureQueriesContext(connection) as queries:
            assignment = claim(rater)
        counts.append(len(queries))
        answer(assignment)
    assert len(set(counts)) == 1


@pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="reads SQLite's own plan")
def test_next_reads_the_queue_in_order_through_its_index(project: Project) -> None:
    make_tasks(project, 2)
    rater = make_person(project)
    with CaptureQueriesContext(connection) as queries:
        claim(rater)
    (dealing,) = [q["sql"] for q in queries if "ORDER BY slot.rank" in q["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {dealing}")
        plan = [row[3] for row in cursor.fetchall()]
    assert plan[0] == "SEARCH annotations_slot USING INTEGER PRIMARY KEY (rowid=?)"
    assert plan[2] == "SEARCH slot USING INDEX slot_free_by_gate (project_id=? AND gate=? AND rank>?)", plan
    assert not [step for step in plan if "TEMP B-TREE" in step]
