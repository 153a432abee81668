"""Runs that follow take up the tasks of new batches; a batch is decided when people and judges are done."""

from typing import Any

import pytest
from django.test import Client

from annotations.domain.planning.plan_batches import plan_waiting_batches
from annotations.models import Batch, Project, Role, Slot, SlotState, Task
from evalplatform.common import wakeups
from judges.engine.planning.plan import plan_run
from judges.jobs import plan_following
from judges.management.commands.sweep import run_round
from judges.models import Attempt, Run
from tests.factories.batches import store_batch
from tests.factories.judging import make_judge
from tests.factories.ledger import make_member, make_project, make_single_rubric
from tests.factories.studies import generation

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


@pytest.fixture
def project() -> Project:
    project = make_project("sky", overlap=1)
    make_single_rubric(project)
    return project


@pytest.fixture
def run(project: Project) -> Run:
    return plan_run(project=project, judge=make_judge(project, URL, "single"), follow=True)


def submit(project: Project, *, plan: bool) -> Batch:
    item = {"item_id": "i1", "prompt": "Why?"}
    return store_batch(project, [item], [generation(), generation(system="beta")], plan=plan)


def test_a_planned_batch_rings_for_the_runs_that_follow(
    project: Project,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    sent: list[tuple[str, tuple[object, ...]]] = []
    monkeypatch.setattr(wakeups, "_send", lambda job, ids: sent.append((job, ids)))
    with django_capture_on_commit_callbacks(execute=True):
        submit(project, plan=True)
    assert sent == [("judges.jobs.plan_following", (project.pk,))]
    assert Attempt.objects.count() == 0

    sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        plan_following(project.pk)
        plan_following(project.pk)
    assert sent == [("judges.jobs.work_on_run", (run.pk, 0))]
    assert list(Attempt.objects.values_list("run", "task__project")) == [(run.pk, project.pk)] * 2


def test_one_round_of_the_sweep_plans_a_batch_and_its_attempts(project: Project, run: Run) -> None:
    submit(project, plan=False)

    run_round()

    assert (Batch.objects.get().state, Task.objects.count()) == ("planned", 2)
    assert run.attempts.count() == 2
    assert plan_waiting_batches() == 0


def test_a_batch_is_decided_when_people_and_judges_are_done(project: Project, run: Run) -> None:
    api = Client()
    api.force_login(make_member(project, Role.REVIEWER).user)
    batch = submit(project, plan=True)

    def is_decided() -> bool:
        answer = api.get(f"/api/v1/projects/sky/batches/{batch.public_id}/")
        return bool(answer.json()["decided"])

    Slot.objects.update(state=SlotState.WITHDRAWN)
    assert not is_decided()  # the run has not taken its tasks up yet
    plan_following(project.pk)
    assert not is_decided()
    Attempt.objects.update(state="leased")
    assert not is_decided()
    Attempt.objects.update(state="done")
    assert is_decided()
    Slot.objects.filter(pk=Slot.objects.order_by("pk")[0].pk).update(state=SlotState.LEASED)
    assert not is_decided()
