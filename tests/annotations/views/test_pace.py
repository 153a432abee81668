"""A person's own work and pay: every task once, and nobody else's."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from annotations.domain.annotate import record_annotation, revise_annotation, undo_annotation
from annotations.domain.claim import claim_assignment
from annotations.domain.leases import expire_assignments
from annotations.models import Annotation, Phase, Project, Rater
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database
PACE = "/p/sky/pace/"


@pytest.fixture
def project() -> Project:
    project = make_project("sky", pay=Decimal("0.5000"))
    rubric = make_pair_rubric(project)
    for _ in range(4):
        make_pair_task(project, rubric)
    return project


@pytest.fixture
def rater(project: Project) -> Rater:
    return make_person(project)


@pytest.fixture
def client(rater: Rater) -> Client:
    client = Client()
    assert rater.user is not None
    client.force_login(rater.user)
    return client


def answer(rater: Rater, seconds: float, key: str) -> Annotation:
    held = claim_assignment(rater=rater)
    assert held is not None
    ratings = {"overall": "first"}
    return record_annotation(assignment=held, ratings=ratings, seconds=seconds, client_key=key).annotation


def read_rows(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr><th scope=\"row\">.+?</tr>", page, re.DOTALL)
    return [re.findall(r'class="number">(.*?)</td>', row) for row in rows]


def test_every_task_counts_once_whatever_became_of_its_answer(
    project: Project, rater: Rater, client: Client
) -> None:
    answer(make_person(project), 500, "other")
    revise_annotation(
        annotation=answer(rater, 60, "a"), ratings={"overall": "tie"}, seconds=30, client_key="b"
    )
    undo_annotation(annotation=answer(rater, 20, "c"))
    answer(rater, 10, "d")
    late = claim_assignment(rater=rater)
    assert late is not None
    expire_assignments(now=late.expires_at)
    answer(make_person(project), 5, "quick")
    sent = record_annotation(assignment=late, ratings={"overall": "tie"}, seconds=60, client_key="e")
    assert sent.annotation.phase == Phase.SURPLUS
    page = client.get(PACE).content.decode()
    assert read_rows(page) == [["3", "3.0", "1.50"]] * 3
    assert "Half of your tasks took 60 seconds or less." in page


def test_what_was_taken_back_and_left_is_no_work(rater: Rater, client: Client) -> None:
    undo_annotation(annotation=answer(rater, 20, "a"))
    assert "You have answered nothing here yet." in client.get(PACE).content.decode()


def test_without_a_pay_nothing_is_earned_and_a_paused_rater_still_reads(
    project: Project, rater: Rater, client: Client
) -> None:
    answer(rater, 60, "a")
    project.pay = None
    project.save()
    Rater.objects.update(deactivated_at=timezone.now())
    page = client.get(PACE).content.decode()
    assert read_rows(page) == [["1", "1.0"]] * 3
    assert "This project states no pay." in page


def test_the_records_are_a_table(project: Project, rater: Rater, client: Client) -> None:
    answer(make_person(project), 500, "other")
    given = answer(rater, 61.5, "a")
    reply = client.get(f"{PACE}my-work.csv")
    assert reply["Content-Disposition"] == 'attachment; filename="sky-my-work.csv"'
    assert reply.content.decode().splitlines() == [
        "task,answered_at,seconds",
        f"{given.task.public_id},{given.created_at.isoformat()},61.50",
    ]
