"""A reviewer settles a disagreement by the keyboard alone, and flags a task while rating."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Level, Project, Remark, Role, TaskKind
from tests.e2e.test_rating import WCAG, sign_in, wait_until_ready
from tests.factories.ledger import (
    make_criterion,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_rubric,
    make_single_task,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
TEXT = "The cat sat on the mat.\n\n" + "So it has always been, and so it will be. " * 60 + "At the end a dog."
OPTIONS = {"categories": ["Accuracy", "Style"], "severities": ["Major", "Minor"]}


@pytest.fixture
def project() -> Project:
    """Two people are of opposite opinion on the first of two tasks."""
    project = make_project("sky")
    rubric = make_pair_rubric(project, ("tie", "both_bad"))
    make_pair_task(project, rubric, overlap=2)
    for code in ("first", "second"):
        held = claim_assignment(rater=make_person(project))
        assert held is not None
        key = str(held.public_id)
        sent = {"overall": {"value": code, "rationale": "Because it is right."}}
        kept = record_annotation(assignment=held, ratings=sent, seconds=1.0, client_key=key).annotation
        kept.ratings.update(code=code)
    make_pair_task(project, rubric)
    return project


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_disagreement_is_settled_by_keys(
    page: Page, live_server: LiveServer, project: Project, scheme: str, width: int
) -> None:
    sign_in(page, live_server, make_person(project, role=Role.REVIEWER))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/p/sky/review/")
    page.keyboard.press("n")
    page.wait_for_url("**/review/*-*/")
    assert Axe().run(page, options={"runOnly": WCAG}).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("3")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    decided = Annotation.objects.get(rater__name="adjudication")
    assert decided.ratings.get().code == "tie"


def test_a_task_is_flagged_while_it_is_rated(page: Page, live_server: LiveServer, project: Project) -> None:
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    held = wait_until_ready(page)
    page.keyboard.press("f")
    page.keyboard.type("The text is cut.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("status").filter(has_text="Your remark is sent.").wait_for()
    assert page.locator("dialog[open]").count() == 0
    assert Remark.objects.get().text == "The text is cut."
    assert wait_until_ready(page) == held


def mark(words: str, **fields: str) -> dict[str, object]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "category": "Accuracy", "severity": "Major", **fields}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_marked_passages_are_seen_in_the_text_and_settled_by_keys(
    page: Page, live_server: LiveServer, screenshots: Path, scheme: str, width: int
) -> None:
    project = make_project("mqm")
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options=OPTIONS)
    make_single_task(project, rubric, text=TEXT, overlap=2)
    for marks in ([mark("cat"), mark("dog", category="Style", severity="Minor")], [mark("cat"), mark("mat")]):
        held = claim_assignment(rater=make_person(project))
        assert held is not None
        key = str(held.public_id)
        record_annotation(assignment=held, ratings={"errors": marks}, seconds=1.0, client_key=key)

    sign_in(page, live_server, make_person(project, role=Role.REVIEWER))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/p/mqm/review/")
    page.keyboard.press("n")
    page.wait_for_url("**/review/*-*/")
    painted = "[...CSS.highlights.get(name)].map(range => range.toString())"
    page.wait_for_function("CSS.highlights.get('mark-2')")
    assert set(page.evaluate(f"(name) => {painted}", "mark-2")) == {"cat", "mat"}
    assert set(page.evaluate(f"(name) => {painted}", "mark-1")) == {"dog"}
    page.screenshot(path=screenshots / f"review-marks-{scheme}.png", full_page=True, caret="initial")
    assert Axe().run(page, options={"runOnly": WCAG}).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="dog").first.click()
    assert page.evaluate(f"(name) => {painted}", "chosen") == ["dog"]
    box = page.evaluate("[...CSS.highlights.get('chosen')][0].getBoundingClientRect().toJSON()")
    assert 0 <= box["top"] < 800

    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("0")
    page.keyboard.press("1")  # marks take the place of "no error"
    page.keyboard.press("3")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    decided = Annotation.objects.get(rater__name="adjudication").ratings.get()
    assert [span["text"] for span in decided.spans or []] == ["cat", "dog"]
