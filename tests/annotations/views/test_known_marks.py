"""Known answers of marks as researchers set them and as raters in training read them, on pages and over REST."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotations.domain.reviewing.adjudicate import decide_task
from annotations.models import Annotation, Assignment, Project, Rating, Role, Task
from tests.annotations.domain.checking.test_known_marks import (
    EXPECTED,
    TEXT,
    ask_in_test,
    make_known,
    make_marked,
    mark,
)
from tests.factories.callers import open_api, open_browser, sign_in
from tests.factories.ledger import make_item, make_person, make_single_task, make_system, make_user

pytestmark = pytest.mark.database
KNOWN = "/p/mqm/checks/known/"


def make_open() -> tuple[Project, Task]:
    """A project of marks with one task in the queue."""
    project, _ = make_marked([])
    rubric, system = project.rubrics.get(), make_system(project, "apex-9")
    return project, make_single_task(
        project, rubric, text=TEXT, system=system, item=make_item(project, key="a")
    )


def read_shares() -> list[Any]:
    expected = Rating.objects.filter(annotation__rater__name="known answers", annotation__is_current=True)
    return [rating.meta for rating in expected]


def test_the_page_of_a_task_says_and_keeps_how_far_marks_may_lie_apart() -> None:
    project, task = make_open()
    browser = sign_in(project, Role.RESEARCHER)
    case = f"/p/mqm/review/{task.public_id}/"
    assert 'name="marks_apart" value="50"' in browser.get(case).content.decode()
    sent = {"mark:errors": json.dumps(EXPECTED[0]), "marks_apart": "33,5"}
    assert browser.post(f"{case}gold/", sent).status_code == 302
    assert read_shares() == [{"marks_apart": 0.335}]
    assert 'name="marks_apart" value="33.5"' in browser.get(case).content.decode()
    for wrong in ("101", "-1", "half", "nan"):
        refused = browser.post(f"{case}gold/", {**sent, "marks_apart": wrong})
        assert refused.status_code == 400
        assert f'name="marks_apart" value="{wrong}"' in refused.content.decode()
    alone = browser.post(f"{case}gold/", {**sent, "marks_apart": ""})
    assert "must have a value that answers can be compared with" in alone.content.decode()
    assert read_shares() == [{"marks_apart": 0.335}]
    assert "no more of them lies apart" in browser.get("/p/mqm/checks/").content.decode()
    reviewer = sign_in(project, Role.REVIEWER)
    assert "marks_apart" not in reviewer.get(case).content.decode()


def test_decisions_are_taken_with_the_share_of_the_form() -> None:
    project, task = make_open()
    decide_task(task=task, ratings={"errors": EXPECTED}, note="", reviewer=make_user())
    browser = sign_in(project, Role.RESEARCHER)
    assert 'name="marks_apart"' in browser.get(KNOWN).content.decode()
    sent = {"adopt": "1", "rater": "adjudication", "count": "1", "marks_apart": "20"}
    assert browser.post(KNOWN, sent).status_code == 302
    assert read_shares() == [{"marks_apart": 0.2}]


def test_marks_are_stated_over_rest() -> None:
    project, task = make_open()
    api = open_api(make_person(project, role=Role.RESEARCHER).user)
    address = "/api/v1/projects/mqm"

    def put(path: str, body: dict[str, Any]) -> int:
        return int(api.put(f"{address}/{path}", body, content_type="application/json").status_code)

    assert put(f"tasks/{task.public_id}/gold/", {"ratings": {"errors": EXPECTED}}) == 200
    assert read_shares() == [{"marks_apart": 0.5}]
    named = {"item": "a", "ratings": {"errors": EXPECTED}, "marks_apart": 0.1}
    assert put("gold/", {"answers": [named]}) == 200
    assert read_shares() == [{"marks_apart": 0.1}]
    for wrong in (1.5, -1, "x", None):
        body = {"ratings": {"errors": EXPECTED}, "marks_apart": wrong}
        assert put(f"tasks/{task.public_id}/gold/", body) == 400
    assert read_shares() == [{"marks_apart": 0.1}]


def test_in_training_own_marks_stand_beside_expected_ones_with_how_far_they_lie_apart() -> None:
    project, _ = make_marked([EXPECTED], training=True)
    make_known(project)
    rater = ask_in_test(project, size=1)
    browser = open_browser(rater.user)
    browser.get("/p/mqm/rate/", headers={"HX-Request": "true"})
    page = send(browser, [mark(6, 16, "Style")])
    assert "Something else was expected" in page
    assert "Errors: 80 % of the marks lie apart. Up to 50 % is as expected." in page
    assert page.count("data-passage") == 2
    assert "0123456789" in page


def send(browser: Client, marks: list[dict[str, Any]]) -> str:
    held = Assignment.objects.get(state="live")
    form = {
        "ratings": json.dumps({"errors": marks}),
        "seconds": "1",
        "client_key": str(held.public_id),
    }
    address = f"/p/mqm/rate/{held.public_id}/answer/"
    return browser.post(address, form, headers={"HX-Request": "true"}).content.decode()


def test_a_column_of_a_table_cannot_hold_marks_and_says_what_can() -> None:
    project, _ = make_marked([])
    browser = sign_in(project, Role.RESEARCHER)
    table = SimpleUploadedFile("table.csv", b"question,answer,wrong\nWhy?,Because.,[]\n")
    address = browser.post("/p/mqm/upload/", {"file": table})["Location"]
    known = f"known:{project.rubrics.get().key}:errors"
    assert known not in browser.get(address).content.decode()
    parts = {"column-0": "prompt", "column-1": "answer", "column-2": known}
    refused = browser.post(address, {**parts, "act": "store"})
    assert refused.status_code == 400
    assert not Annotation.objects.exists()


def test_in_russian_the_share_is_asked_and_told_in_russian() -> None:
    project, task = make_open()
    browser = sign_in(project, Role.RESEARCHER)
    browser.cookies["django_language"] = "ru"
    case = browser.get(f"/p/mqm/review/{task.public_id}/", headers={"Accept-Language": "ru"}).content.decode()
    assert "Для известного ответа: наибольшее расхождение отметок, в процентах<" in case
