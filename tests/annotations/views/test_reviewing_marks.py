"""Marked passages and rankings before reviewers: told in words, chosen by ticks and letters, and never dropped."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.reviewing.review_queue import refresh_reviews
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import (
    Annotation,
    Level,
    Project,
    Query,
    Rater,
    RaterKind,
    Rating,
    Review,
    Role,
    Task,
    TaskKind,
)
from tests.factories.callers import open_browser, sign_in
from tests.factories.ledger import (
    make_criterion,
    make_person,
    make_project,
    make_ranking_rubric,
    make_ranking_task,
    make_rubric,
    make_single_task,
    make_system,
    scale,
)

pytestmark = pytest.mark.database
OPTIONS = {
    "categories": ["Accuracy", {"value": "Style", "labels": {"en": "Manner", "ru": "Стиль"}}],
    "severities": ["Major", "Minor"],
}
TEXT = "The cat sat on the mat."
CAT = {"start": 4, "end": 7, "category": "Accuracy", "severity": "Major"}
MAT = {"start": 19, "end": 22, "category": "Style", "severity": "Minor"}


@pytest.fixture
def project() -> Project:
    return make_project("mqm")


@pytest.fixture
def task(project: Project) -> Task:
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options=OPTIONS)
    return make_single_task(project, rubric, text=TEXT, overlap=3)


@pytest.fixture
def reviewer(project: Project) -> Client:
    return sign_in(project, Role.REVIEWER)


def answer(project: Project, value: Any, **more: Any) -> Rater:
    rater = make_person(project)
    held = claim_assignment(rater=rater)
    assert held is not None
    key = next(iter(held.task.rubric.criteria.all())).key
    record_annotation(
        assignment=held, ratings={key: value, **more}, seconds=1.0, client_key=str(held.public_id)
    )
    return rater


def read(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def list_ticks(page: str) -> dict[str, bool]:
    """The marks that are offered, and whether each is ticked."""
    found = re.findall(r'name="mark:errors" value="(.+?)"( checked)?', page)
    return {unescape(value): bool(ticked) for value, ticked in found}


def decided(task: Task) -> Any:
    return Annotation.objects.get(task=task, rater__name="adjudication", is_current=True).ratings.get()


def test_who_marks_something_else_comes_before_reviewers(
    reviewer: Client, project: Project, task: Task
) -> None:
    answer(project, [CAT])
    answer(project, [CAT])
    assert "Nothing is to be settled" in read(reviewer.get("/p/mqm/review/"))
    answer(project, [])
    page = read(reviewer.get("/p/mqm/review/"))
    assert f"/p/mqm/review/{task.public_id}/" in page
    assert "0.67" in page


def test_marks_are_told_in_words_with_whose_they_are(reviewer: Client, project: Project, task: Task) -> None:
    answer(project, [CAT, MAT])
    answer(project, [CAT])
    answer(project, [])
    page = " ".join(read(reviewer.get(f"/p/mqm/review/{task.public_id}/")).split())
    assert page.count(">cat</button>") == 3  # of two raters, and once to choose
    assert page.count(">mat</button>") == 2
    assert "Accuracy · Major" in page
    assert "Manner · Minor" in page
    assert re.search(r"marked by (1, 2|1, 3|2, 3)<", page)
    assert "<dd>No error</dd>" in page
    assert list(list_ticks(page).values()) == [False, False]


@pytest.mark.parametrize(
    "odd",
    [
        {"start": "4", "end": "7", "text": "cat"},
        {"start": None, "end": None, "turn": None},
        {"start": 7, "end": 4},
        {"start": -3, "end": 4},
        {"start": 5, "end": 5},
        {"start": 4, "end": 10**12},
        {"start": 4, "end": 7, "turn": [1]},
        {"start": 4, "end": 7, "turn": 9},
    ],
)
def test_marks_that_no_rater_could_set_do_not_break_the_pages(
    reviewer: Client, project: Project, task: Task, odd: dict[str, Any]
) -> None:
    answer(project, [CAT])
    answer(project, [MAT])
    Rating.objects.filter(pk=Rating.objects.latest("pk").pk).update(spans=[{**odd, "category": "Accuracy"}])
    case = f"/p/mqm/review/{task.public_id}/"
    assert case in read(reviewer.get("/p/mqm/review/"))
    page = read(reviewer.get(case))
    assert page.count("Accuracy") >= 3
    assert all(json.loads(value)["start"] < json.loads(value)["end"] for value in list_ticks(page))
    review = Review.objects.get(task=task)
    assert reviewer.get(f"/api/v1/projects/mqm/reviews/{review.public_id}/").status_code == 200


def test_nothing_is_locked_while_it_is_measured(project: Project, task: Task) -> None:
    answer(project, [CAT])
    answer(project, [MAT])
    with CaptureQueriesContext(connection) as sent:
        refresh_reviews(project=project)
    statements = [query["sql"] for query in sent]
    begun = next(place for place, sql in enumerate(statements) if sql.startswith("SAVEPOINT"))
    measured = max(place for place, sql in enumerate(statements) if "annotations_rating" in sql)
    assert measured < begun


def test_a_decision_is_made_of_the_marks_that_are_ticked(
    reviewer: Client, project: Project, task: Task
) -> None:
    answer(project, [CAT])
    answer(project, [MAT])
    address = f"/p/mqm/review/{task.public_id}/"
    cat, mat = list_ticks(read(reviewer.get(address)))
    assert reviewer.post(f"{address}decide/", {"mark:errors": [mat]}).status_code == 302
    assert decided(task).spans == [{**MAT, "text": "mat"}]
    assert list_ticks(read(reviewer.get(address))) == {cat: False, mat: True}
    reviewer.post(f"{address}decide/", {"mark:errors": [cat, mat], "comment:errors": "Both."})
    assert [span["text"] for span in decided(task).spans] == ["cat", "mat"]
    reviewer.post(f"{address}decide/", {"value:errors": "[]"})
    assert decided(task).spans == []
    assert "data-none checked" in read(reviewer.get(address))


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"mark:errors": "x"},
        {"mark:errors": "[1"},
        {"mark:errors": json.dumps({**CAT, "turn": []})},
        {"mark:errors": json.dumps({**CAT, "category": {}})},
        {"mark:errors": json.dumps({**CAT, "end": 10**9})},
        {"mark:errors": "null"},
    ],
)
def test_what_is_no_mark_is_refused_and_shown_again(
    reviewer: Client, project: Project, task: Task, sent: dict[str, str]
) -> None:
    answer(project, [CAT])
    response = reviewer.post(
        f"/p/mqm/review/{task.public_id}/decide/", {**sent, "note": "Kept while typing."}
    )
    assert response.status_code == 400
    assert "Kept while typing." in read(response)
    assert not Annotation.objects.filter(rater__name="adjudication").exists()


def test_a_rater_who_is_asked_again_keeps_adds_and_drops_marks(
    reviewer: Client, project: Project, task: Task
) -> None:
    own, other = answer(project, [CAT]), answer(project, [MAT])
    reviewer.post(f"/p/mqm/review/{task.public_id}/discuss/", {"note": "Is the mat wrong?"})
    query = Query.objects.get(rater=own)
    browser = open_browser(own.user)
    page = read(browser.get(f"/p/mqm/messages/{query.public_id}/"))
    assert list(list_ticks(page).values()) == [True, False]
    assert other.name not in page
    cat, mat = list_ticks(page)
    address = f"/p/mqm/messages/{query.public_id}/answer/"
    empty = browser.post(address, {"client_key": "new", "comment:errors": "What I typed stays."})
    assert empty.status_code == 400
    assert "What I typed stays." in read(empty)
    assert browser.post(address, {"client_key": "new", "mark:errors": [cat, mat]}).status_code == 302
    now = Annotation.objects.get(rater=own, is_current=True).ratings.get()
    assert [span["text"] for span in now.spans or []] == ["cat", "mat"]


def test_a_known_answer_may_mark_passages(project: Project, task: Task) -> None:
    make_criterion(task.rubric, "fluency", values=scale(1, 2, 3))  # passages alone cannot be compared
    answer(project, [CAT], fluency=2)
    researcher = sign_in(project, Role.RESEARCHER)
    [cat] = list_ticks(read(researcher.get(f"/p/mqm/review/{task.public_id}/")))
    form = {"mark:errors": [cat], "value:fluency": "2"}
    assert researcher.post(f"/p/mqm/review/{task.public_id}/gold/", form).status_code == 302
    expected = Annotation.objects.get(rater__kind=RaterKind.REFERENCE).ratings
    assert expected.get(criterion__key="errors").spans == [{**CAT, "text": "cat"}]


def test_last_answers_quote_what_was_marked(project: Project, task: Task) -> None:
    browser = open_browser(answer(project, [CAT, MAT]).user)
    page = read(browser.get("/p/mqm/rate/last/", headers={"HX-Request": "true"}))
    assert "“cat” (Accuracy · Major); “mat” (Manner · Minor)" in page


def test_a_ranking_is_decided_by_letters(reviewer: Client, project: Project) -> None:
    systems = [make_system(project, name) for name in "xyz"]
    task = make_ranking_task(project, make_ranking_rubric(project), systems=systems)
    address = f"/p/mqm/review/{task.public_id}/"
    assert 'name="value:overall"' in read(reviewer.get(address))
    # the second and third letter are Cyrillic, as a Russian keyboard has them
    assert reviewer.post(f"{address}decide/", {"value:overall": "b > а = С"}).status_code == 302
    assert 'value="B&gt;A=C"' in read(reviewer.get(address))
    wrong = reviewer.post(f"{address}decide/", {"value:overall": "B > D"})
    assert wrong.status_code == 400
    assert 'value="B&gt;D"' in read(wrong)
