"""Known answers of marks that are sent and saved again, and how far marks lie apart in digits that tell."""

import json
from typing import Any

import pytest

from annotations.domain.checking.gold import mark_gold
from annotations.domain.checking.known_answers import keep_known_answers, read_known_answers
from annotations.models import Annotation, Assignment, Level, Project, Role, Task
from tests.annotations.domain.checking.test_known_marks import (
    EXPECTED,
    ask_in_test,
    make_known,
    make_marked,
    mark,
)
from tests.annotations.views.test_known_marks import make_open, read_shares, send
from tests.factories.callers import open_api, open_browser, sign_in
from tests.factories.ledger import (
    make_criterion,
    make_item,
    make_person,
    make_single_task,
    make_system,
    make_user,
    scale,
)

pytestmark = pytest.mark.database


def make_kept(share: float | None) -> tuple[Project, Task]:
    """A known answer of marks and a score, with this share."""
    project, _ = make_marked([])
    rubric = project.rubrics.get()
    make_criterion(rubric, "fluency", values=scale(1, 2, 3), required=False)
    item, system = make_item(project, key="a"), make_system(project, "apex-9")
    task = make_single_task(project, rubric, item=item, system=system, text="0123456789 The cat sat.")
    ratings = {"errors": EXPECTED, "fluency": 2}
    mark_gold(task=task, ratings=ratings, actor=make_user(), marks_apart=share)
    return project, task


def list_kept() -> list[Any]:
    """Shares of all answers that were ever expected."""
    expected = Annotation.objects.filter(rater__name="known answers").order_by("pk")
    return [
        (rating.meta or {}).get("marks_apart")
        for answer in expected
        for rating in answer.ratings.filter(criterion__level=Level.SPANS)
    ]


@pytest.mark.parametrize("share", [None, 0.2])
def test_what_is_sent_again_without_a_share_keeps_what_it_said(share: float | None) -> None:
    project, task = make_kept(share)
    api = open_api(make_person(project, role=Role.RESEARCHER).user)
    values = {"errors": EXPECTED, "fluency": 2}
    sent = [
        (f"tasks/{task.public_id}/gold/", {"ratings": values}),
        ("gold/", {"answers": [{"item": "a", "ratings": values}]}),
    ]
    for path, body in sent:
        reply = api.put(f"/api/v1/projects/mqm/{path}", body, content_type="application/json")
        assert reply.status_code == 200
    line = json.dumps({"item": "a", **values}).encode()
    keep_known_answers(project=project, answers=read_known_answers(line), actor=make_user())
    assert list_kept() == [share]
    corrected = {"errors": [mark(0, 9)], "fluency": 2}
    mark_gold(task=task, ratings=corrected, actor=make_user())
    assert list_kept() == [share, share]


def test_marks_that_are_left_alone_are_compared_as_usual() -> None:
    _project, task = make_kept(None)
    mark_gold(task=task, ratings={"errors": EXPECTED}, actor=make_user())
    assert list_kept() == [None, 0.5]


def test_a_page_that_is_saved_as_it_was_changes_nothing() -> None:
    project, task = make_open()
    mark_gold(task=task, ratings={"errors": EXPECTED}, actor=make_user(), marks_apart=1 / 3)
    browser = sign_in(project, Role.RESEARCHER)
    case = f"/p/mqm/review/{task.public_id}/"
    assert 'name="marks_apart" value="33.3333"' in browser.get(case).content.decode()
    sent = {"mark:errors": json.dumps(EXPECTED[0])}
    assert browser.post(f"{case}gold/", {**sent, "marks_apart": "33.3333"}).status_code == 302
    assert read_shares() == [{"marks_apart": 1 / 3}]
    assert list_kept() == [1 / 3]
    assert browser.post(f"{case}gold/", {**sent, "marks_apart": "33.333"}).status_code == 302
    assert read_shares() == [{"marks_apart": pytest.approx(0.33333)}]


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.5, "60 % of the marks lie apart. Up to 50 % is"),
        (0.59996, "60 % of the marks lie apart. Up to 59.996 % is"),
        (0.6, "60 % of the marks lie apart. Up to 60 % is"),
    ],
)
def test_what_is_too_far_apart_never_reads_like_what_is_as_expected(share: float, told: str) -> None:
    project, _ = make_marked([EXPECTED], training=True, marks_apart=share)
    make_known(project)
    rater = ask_in_test(project, size=1)
    browser = open_browser(rater.user)
    browser.get("/p/mqm/rate/", headers={"HX-Request": "true"})
    page = send(browser, [mark(6, 16)])
    assert ("Something else was expected" in page) == (share < 0.6)
    assert told in page
    assert Assignment.objects.count() == 1
