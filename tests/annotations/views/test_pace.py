"""A person's own work and pay: every task once, and nobody else's."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import expire_assignments
from annotations.domain.submitting.annotate import record_annotation, revise_annotation
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import Annotation, Assignment, Phase, Project, Rater
from annotations.queries.own_work import list_answered_tasks
from tests.factories.callers import open_browser
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
    return open_browser(rater.user)


def hold(rater: Rater, minutes: float = 60) -> Assignment:
    """A task that was dealt so long ago."""
    held = claim_assignment(rater=rater)
    assert held is not None
    Assignment.objects.filter(pk=held.pk).update(created_at=timezone.now() - timedelta(minutes=minutes))
    return held


def answer(rater: Rater, seconds: float, key: str, minutes: float = 60) -> Annotation:
    held = hold(rater, minutes)
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
    undo_annotation(annotation=answer(rater, 20, "c"), now=timezone.now() - timedelta(minutes=1))
    answer(rater, 10, "d")
    late = hold(rater)
    expire_assignments(now=late.expires_at)
    answer(make_person(project), 5, "quick")
    sent = record_annotation(assignment=late, ratings={"overall": "tie"}, seconds=60, client_key="e")
    assert sent.annotation.phase == Phase.SURPLUS
    page = client.get(PACE).content.decode()
    assert read_rows(page) == [["3", "2.5", "1.50"]] * 3
    assert "Half of your tasks took 60 seconds or less." in page


def test_no_answer_takes_longer_than_went_by(rater: Rater) -> None:
    """Whatever a browser claims: the task was there for a minute, and again for two."""
    first = answer(rater, 86_400, "a", minutes=1)
    reopened = undo_annotation(annotation=first, now=timezone.now() - timedelta(minutes=2))
    ratings = {"overall": "first"}
    again = record_annotation(assignment=reopened, ratings=ratings, seconds=86_400, client_key="b").annotation
    for number in range(3):
        ratings = {"overall": ("tie", "second", "first")[number]}
        again = revise_annotation(
            annotation=again, ratings=ratings, seconds=86_400, client_key=f"r{number}"
        ).annotation
    [task] = list_answered_tasks(rater=rater)
    assert (task.task, task.answered_at) == (first.task.public_id, first.created_at)
    assert round(task.seconds / 60, 1) == 3.0


def test_a_late_answer_that_is_revised_counts_once(project: Project, rater: Rater) -> None:
    late, other = hold(rater), make_person(project)
    expire_assignments(now=late.expires_at)
    for number in range(4):
        answer(other, 5, str(number))
    sent = record_annotation(
        assignment=late, ratings={"overall": "tie"}, seconds=60, client_key="a"
    ).annotation
    new = revise_annotation(
        annotation=sent, ratings={"overall": "first"}, seconds=50, client_key="b"
    ).annotation
    assert (new.phase, [task.seconds for task in list_answered_tasks(rater=rater)]) == (Phase.SURPLUS, [60.0])


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
