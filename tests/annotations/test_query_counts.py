"""What a step of a rater asks of the database: growth here is felt by everybody at once."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.domain.checking.gold import mark_gold
from annotations.domain.people.skills import set_skills, state_languages
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Assignment, Project, Rater, Task
from evalplatform.accounts.tokens import create_api_token
from tests.factories.gated import ask_for
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user

pytestmark = pytest.mark.database
CLAIM = "/api/v1/projects/sky/assignments/"
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.fixture
def rater() -> Rater:
    """Somebody in the middle of their work."""
    project = make_project("sky")
    rubric = make_pair_rubric(project)
    for _ in range(6):
        make_pair_task(project, rubric)
    rater = make_person(project)
    api = sign(rater)
    for _ in range(3):
        claim(api)
        answer(api)
    return rater


def sign(rater: Rater) -> Client:
    assert rater.user is not None
    return Client(headers={"Authorization": f"Bearer {create_api_token(user=rater.user, name='test')[1]}"})


def claim(api: Client) -> None:
    assert api.post(CLAIM).status_code == 201


def answer(api: Client) -> None:
    held = Assignment.objects.get(state="live").public_id
    body = {"ratings": {"overall": "first"}, "seconds": 1, "client_key": str(held)}
    url = f"/api/v1/assignments/{held}/annotation/"
    assert api.put(url, body, content_type="application/json").status_code == 201


def count(step: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        step()
    statements = [query["sql"] for query in asked.captured_queries]
    clock = [
        sql for sql in statements if "clock_timestamp" in sql
    ]  # PostgreSQL's: the one clock of all workers
    return len([sql for sql in statements if not sql.startswith(CONTROL)]) - len(clock)


def test_a_claim_and_a_submit_over_rest(rater: Rater) -> None:
    api = sign(rater)
    api.get(CLAIM)  # a token's first use in a minute is noted
    assert count(lambda: claim(api)) == 10
    assert count(lambda: answer(api)) == 9 + 1  # one is the test's own


def test_the_verbs_themselves(rater: Rater) -> None:
    assert count(lambda: claim_assignment(rater=rater)) == 6
    held = Assignment.objects.select_related("task__rubric", "task__project", "rater").get(state="live")
    content: Any = {"ratings": {"overall": "first"}, "seconds": 1.0, "client_key": "k"}
    assert count(lambda: record_annotation(assignment=held, **content)) == 7


def test_checks_cost_a_claim_one_question_more(rater: Rater) -> None:
    Project.objects.update(gold_share=0.1)
    assert (
        count(lambda: claim_assignment(rater=Rater.objects.select_related("project").get(pk=rater.pk))) == 8
    )


@pytest.mark.parametrize(("apart", "statements"), [(50, 8), (0, 7)], ids=["nothing long ago", "asked again"])
def test_a_repeat_costs_a_claim_no_more_than_a_search_in_vain(
    rater: Rater, monkeypatch: pytest.MonkeyPatch, apart: int, statements: int
) -> None:
    monkeypatch.setattr("annotations.domain.queue.checks.is_due", lambda **_: True)
    monkeypatch.setattr("annotations.queries.checks.APART", apart)
    Project.objects.update(repeat_share=0.1)
    rater = Rater.objects.select_related("project").get(pk=rater.pk)
    assert count(lambda: claim_assignment(rater=rater)) == statements
    assert Assignment.objects.get(state="live").repeat == (0 if apart else 1)


@pytest.mark.parametrize("is_due", [False, True])
def test_gates_cost_a_claim_with_checks_and_a_submit_nothing(
    rater: Rater, monkeypatch: pytest.MonkeyPatch, is_due: bool
) -> None:
    monkeypatch.setattr("annotations.domain.queue.checks.is_due", lambda **_: is_due)
    Project.objects.update(gold_share=0.1)
    first = Task.objects.select_related("project").filter(slots__state="free").earliest("rank")
    ask_for(first, "ru", ["law"])
    mark_gold(
        task=make_pair_task(first.project, first.rubric), ratings={"overall": "first"}, actor=make_user()
    )
    assert rater.user is not None
    state_languages(user=rater.user, tags=["ru"])
    set_skills(rater=rater, names=["law"], actor=None)
    rater = Rater.objects.select_related("project").get(pk=rater.pk)
    asked = count(lambda: claim_assignment(rater=rater))
    held = Assignment.objects.select_related("task__rubric", "task__project", "rater").get(state="live")
    assert (asked, held.slot_id is None) == (6 if is_due else 7, is_due)
    content: Any = {"ratings": {"overall": "first"}, "seconds": 1.0, "client_key": "k"}
    if not is_due:
        assert count(lambda: record_annotation(assignment=held, **content)) == 7


def test_a_submit_on_the_page_brings_the_next_task(rater: Rater) -> None:
    assert rater.user is not None
    browser = Client(headers={"HX-Request": "true"})
    browser.force_login(rater.user)
    browser.get("/p/sky/rate/")
    held = Assignment.objects.get(state="live").public_id
    form = {"ratings": json.dumps({"overall": "first"}), "seconds": "1", "client_key": "k"}
    assert count(lambda: browser.post(f"/p/sky/rate/{held}/answer/", form)) == 23


def test_a_submit_behind_the_next_task_brings_the_one_after_it(rater: Rater) -> None:
    assert rater.user is not None
    browser = Client(headers={"HX-Request": "true"})
    browser.force_login(rater.user)
    browser.get("/p/sky/rate/")
    held = Assignment.objects.get(state="live").public_id
    assert count(lambda: browser.post(f"/p/sky/rate/{held}/ahead/")) == 14
    shows = str(Assignment.objects.filter(state="live").latest("pk").public_id)
    form = {"ratings": json.dumps({"overall": "first"}), "seconds": "1", "client_key": "k", "shows": shows}
    assert count(lambda: browser.post(f"/p/sky/rate/{held}/answer/", form)) == 21


def test_a_test_before_work_costs_nothing_once_it_is_passed(rater: Rater) -> None:
    Project.objects.update(test_size=3)
    Rater.objects.update(qualified_at=timezone.now())
    again = Rater.objects.select_related("project").get(pk=rater.pk)
    assert count(lambda: claim_assignment(rater=again)) == 6


def test_a_rule_costs_the_page_one_question_more_and_an_ordinary_answer_none(rater: Rater) -> None:
    Project.objects.update(gold_floor=0.7)
    assert rater.user is not None
    browser = Client(headers={"HX-Request": "true"})
    browser.force_login(rater.user)
    browser.get("/p/sky/rate/")
    held = Assignment.objects.get(state="live").public_id
    form = {"ratings": json.dumps({"overall": "first"}), "seconds": "1", "client_key": "k"}
    assert count(lambda: browser.post(f"/p/sky/rate/{held}/answer/", form)) == 24
