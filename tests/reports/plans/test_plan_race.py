"""A plan is frozen while others freeze one too, or answer: one plan, and no answer is seen before it is there."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Assignment, Project, Task
from evalplatform.common.errors import Conflict, PlatformError
from evalplatform.reports.models import Plan
from evalplatform.reports.plans.drafts import PlanDraft
from evalplatform.reports.plans.frozen import freeze_plan
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user
from tests.reports.conftest import seal_rubrics
from tests.reports.plans.test_plans import STATED

pytestmark = pytest.mark.database(transaction=True)


@pytest.fixture
def project() -> Project:
    project = make_project("sky")
    rubric = make_pair_rubric(project, values=("first", "second", "tie"))
    for _ in range(3):
        make_pair_task(project, rubric)
    seal_rubrics(project)
    return project


def freeze(project: Project, said: list[str]) -> None:
    try:
        freeze_plan(project=project, draft=PlanDraft.read(STATED), actor=make_user())
        said.append("frozen")
    except PlatformError as error:
        said.append(f"{type(error).__name__}: {error.detail}")
    finally:
        connection.close()


def start(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def claim(project: Project) -> Assignment:
    held = claim_assignment(rater=make_person(project))
    assert held is not None
    return held


def answer(held: Assignment) -> None:
    record_annotation(assignment=held, ratings={"overall": "first"}, seconds=1, client_key="k")


def test_of_two_at_once_one_is_frozen_and_the_other_is_refused(project: Project) -> None:
    said: list[str] = []
    threads = [start(partial(freeze, project, said)) for _ in range(4)]
    for thread in threads:
        thread.join(timeout=50)
    assert sorted(said) == [
        *["Conflict: This project has a plan already. It stays as it was frozen."] * 3,
        "frozen",
    ]
    assert Plan.objects.count() == 1


def test_whoever_answers_while_a_plan_is_frozen_waits_and_is_stored(project: Project) -> None:
    held, said = claim(project), list[str]()

    def send() -> None:
        try:
            answer(held)
            said.append("stored")
        except Conflict as error:
            said.append(error.detail)
        finally:
            connection.close()

    with transaction.atomic():
        freeze_plan(project=project, draft=PlanDraft.read(STATED), actor=make_user())
        thread = start(send)
        thread.join(timeout=0.5)
        assert said == []
    thread.join(timeout=50)
    assert said == ["stored"]
    assert Plan.objects.get().created_at < Annotation.objects.get().created_at
    assert Task.objects.filter(annotations__isnull=False).count() == 1
