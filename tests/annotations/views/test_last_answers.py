"""A rater's latest answers: what is listed, what is opened, and what a change of one leaves in the ledger."""

import json
import re

import pytest
from django.test import Client

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Phase, Project, Rater, TaskState
from tests.factories.callers import open_browser
from tests.factories.ledger import (
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
)

pytestmark = pytest.mark.database
LAST = "/p/sky/rate/last/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def project() -> Project:
    project = make_project("sky")
    rubric = make_pair_rubric(project)
    for number in range(12):
        make_pair_task(project, rubric, overlap=2, item=make_item(project, f"Question {number}?"))
    return project


@pytest.fixture
def rater(project: Project) -> Rater:
    return make_person(project)


@pytest.fixture
def client(rater: Rater) -> Client:
    return open_browser(rater.user)


def answer(rater: Rater, value: str = "first") -> Annotation:
    held = claim_assignment(rater=rater)
    assert held is not None
    ratings = {"overall": {"value": value, "rationale": "It is short."}}
    key = str(held.public_id)
    return record_annotation(assignment=held, ratings=ratings, seconds=1.0, client_key=key).annotation


def list_opened(page: str) -> list[tuple[str, str]]:
    return re.findall(r'data-entry data-key="(.)" hx-get="/p/sky/rate/last/(.+?)/"', page)


def change(client: Client, old: Annotation, value: str, key: str) -> str:
    assert old.assignment is not None
    ratings = json.dumps({"overall": {"value": value, "rationale": "It is short."}})
    form = {"stored": str(old.public_id), "ratings": ratings, "seconds": "4", "client_key": key}
    address = f"/p/sky/rate/{old.assignment.public_id}/revise/"
    return client.post(address, form, headers=HTMX).content.decode()


def test_the_last_ten_are_listed_the_newest_first_and_nobody_elses(
    project: Project, rater: Rater, client: Client
) -> None:
    answers = [answer(rater) for _ in range(11)]
    other = answer(make_person(project))
    page = client.get(LAST).content.decode()
    expected = [str(given.public_id) for given in reversed(answers)][:10]
    assert list_opened(page) == list(zip("1234567890", expected, strict=True))
    assert str(other.public_id) not in page


def test_nothing_has_been_answered_yet(client: Client) -> None:
    assert "You have answered nothing here yet." in client.get(LAST).content.decode()


def test_an_answer_opens_as_it_stands_and_holds_no_task(rater: Rater, client: Client) -> None:
    given = answer(rater, "second")
    page = client.get(f"{LAST}{given.public_id}/", headers=HTMX).content.decode()
    assert "&quot;value&quot;: &quot;second&quot;" in page
    assert f'name="stored" value="{given.public_id}"' in page
    assert ["data-keep" in page, 'data-act="skip"' in page, "/revise/" in page] == [False, False, True]
    assert rater.assignments.filter(state="live").count() == 0


def test_a_change_is_a_revision_and_leads_to_the_next_task(rater: Rater, client: Client) -> None:
    old = answer(rater)
    page = change(client, old, "tie", "again")
    assert ['data-state="task"' in page, "your answer is changed" in page] == [True, True]
    new = Annotation.objects.get(is_current=True)
    assert (new.phase, new.supersedes, new.ratings.get().code) == (Phase.REVISED, old, "tie")
    [(_, opened)] = list_opened(client.get(LAST).content.decode())
    assert opened == str(new.public_id)
    assert client.get(f"{LAST}{old.public_id}/").status_code == 404


def test_the_same_answer_again_stays_independent(rater: Rater, client: Client) -> None:
    old = answer(rater)
    change(client, old, "first", "again")
    assert [(kept.pk, kept.phase) for kept in Annotation.objects.all()] == [(old.pk, Phase.INDEPENDENT)]


def test_what_belongs_to_others_or_was_withdrawn_cannot_be_opened(
    project: Project, rater: Rater, client: Client
) -> None:
    own, other = answer(rater), answer(make_person(project))
    assert client.get(f"{LAST}{other.public_id}/").status_code == 404
    own.task.state = TaskState.WITHDRAWN
    own.task.save()
    assert client.get(f"{LAST}{own.public_id}/").status_code == 404
    assert list_opened(client.get(LAST).content.decode()) == []
    assert "This task has been withdrawn. Your answer stays as it is." in change(client, own, "tie", "again")
    assert list(Annotation.objects.order_by("pk")) == [own, other]
