"""The queue changes while people work: nothing that was answered is lost, and nobody is dealt what is gone."""

import pytest
from django.test import Client

from annotations.domain.people.pausing import deactivate_rater, end_membership, reactivate_rater
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.planning.prioritise import prioritise_tasks
from annotations.domain.planning.withdraw import withdraw_item
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import expire_assignments
from annotations.domain.submitting.annotate import record_annotation, revise_annotation
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import Annotation, Assignment, Phase, Project, Rater, Role, Slot, Task
from evalplatform.accounts.models import AuditEvent, User
from evalplatform.common.errors import Conflict, Denied
from judges.engine.ledger.leases import cancel_all_leftovers, claim_attempts, take_shard
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from tests.factories.ledger import make_member, make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    return make_project("sky")


@pytest.fixture
def tasks(project: Project) -> list[Task]:
    rubric = make_pair_rubric(project)
    return [make_pair_task(project, rubric, overlap=1) for _ in range(3)]


@pytest.fixture
def actor(project: Project) -> User:
    return make_member(project, Role.RESEARCHER).user


def claim(rater: Rater) -> Assignment:
    lease = claim_assignment(rater=rater)
    assert lease is not None
    return lease


def answer(lease: Assignment) -> Annotation:
    return record_annotation(
        assignment=lease, ratings={"overall": "first"}, seconds=1, client_key=str(lease.pk)
    ).annotation


def test_a_raised_task_is_dealt_next_and_keeps_its_place_when_it_returns(
    project: Project, tasks: list[Task], actor: User
) -> None:
    rater = make_person(project)
    answer(claim(rater))
    prioritise_tasks(project=project, task_ids=[tasks[2].public_id], priority=2, actor=actor)
    prioritise_tasks(project=project, task_ids=[tasks[1].public_id], priority=1, actor=actor)
    lease = claim(rater)
    assert lease.task == tasks[2]
    expire_assignments(now=lease.expires_at)
    assert claim(rater).task == tasks[2]
    project.refresh_from_db()
    assert (project.routing, project.queue_epoch) == ("sorted", 3)
    assert AuditEvent.objects.filter(action="prioritise_tasks").count() == 2


def test_row_19_an_item_withdrawn_mid_session(project: Project, tasks: list[Task], actor: User) -> None:
    rater = make_person(project)
    lease = claim(rater)
    assert withdraw_item(item=lease.task.item, actor=actor) == 1
    assert withdraw_item(item=lease.task.item, actor=actor) == 0
    assert answer(lease).phase == Phase.SURPLUS
    assert claim(rater).task == tasks[1]
    assert plan_tasks(project=project, items=[lease.task.item_id]) == 0
    assert list(Slot.objects.filter(task=lease.task).values_list("state", flat=True)) == ["withdrawn"]


def test_row_19_an_answer_to_an_item_withdrawn_since_stays(
    project: Project, tasks: list[Task], actor: User
) -> None:
    given = answer(claim(make_person(project)))
    withdraw_item(item=tasks[0].item, actor=actor)
    with pytest.raises(Conflict, match="withdrawn"):
        undo_annotation(annotation=given)
    with pytest.raises(Conflict, match="withdrawn"):
        revise_annotation(annotation=given, ratings={"overall": "second"}, seconds=1, client_key="r")
    given.refresh_from_db()
    assert (given.is_current, given.phase) == (True, Phase.INDEPENDENT)


@pytest.mark.parametrize("swept", [False, True])
def test_row_19_judges_are_not_asked_about_withdrawn_tasks(
    project: Project, tasks: list[Task], actor: User, swept: bool
) -> None:
    judge = create_judge(project=project, name="longest", protocol="pair", builtin="longest")
    run = plan_run(project=project, judge=judge, wake=False)
    withdraw_item(item=tasks[0].item, actor=actor)
    gone = run.attempts.filter(task=tasks[0])
    left = run.attempts.exclude(task=tasks[0])
    assert (cancel_all_leftovers() if swept else 0) == (gone.count() if swept else 0)
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    claimed = {pk for _ in range(6) for pk in claim_attempts(lease=lease, limit=1)}
    assert claimed == set(left.values_list("pk", flat=True))
    assert set(gone.values_list("state", flat=True)) == {"cancelled"}


def test_row_19_a_rater_deactivated_mid_session(project: Project, tasks: list[Task], actor: User) -> None:
    rater, other = make_person(project), make_person(project)
    given, lease = answer(claim(rater)), claim(rater)
    assert rater.user is not None
    browser = Client()
    browser.force_login(rater.user)
    deactivate_rater(rater=rater, actor=actor)
    deactivate_rater(rater=rater, actor=actor)
    for path in ("/api/v1/projects/sky/assignments/", f"/api/v1/assignments/{lease.public_id}/heartbeat/"):
        reply = browser.post(path)
        assert reply.status_code == 403
        assert "paused" in reply.content.decode()
    with pytest.raises(Denied):
        claim_assignment(rater=rater)
    assert {answer(claim(other)).task, answer(claim(other)).task} == {tasks[1], tasks[2]}
    assert Annotation.objects.filter(pk=given.pk, is_current=True).exists()
    reactivate_rater(rater=rater, actor=actor)
    assert claim_assignment(rater=rater) is None
    assert AuditEvent.objects.filter(target="rater").count() == 2


def test_a_membership_that_ends_returns_what_was_held(
    project: Project, tasks: list[Task], actor: User
) -> None:
    rater = make_person(project)
    claim(rater)
    membership = project.memberships.get(user=rater.user)
    end_membership(membership=membership, actor=actor)
    end_membership(membership=membership, actor=actor)
    assert list(Slot.objects.values_list("state", flat=True).distinct()) == ["free"]
    assert AuditEvent.objects.filter(action="end_membership").count() == 1
