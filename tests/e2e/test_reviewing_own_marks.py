"""A reviewer decides with marks of their own, by keyboard, by mouse and by touch; they count as those of raters do."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Level, Project, Role, TaskKind
from tests.e2e.test_rating import WCAG, sign_in
from tests.e2e.test_strength import sign_in_in_russian
from tests.factories.ledger import (
    make_criterion,
    make_item,
    make_person,
    make_project,
    make_rubric,
    make_single_task,
    scale,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
TEXT = "The **cat** sat on the mat &amp; slept.\n\n" + "So it has always been. " * 60 + "\n\n- A dog came."
OPTIONS = {"categories": ["Accuracy", "Style"], "severities": ["Major", "Minor"]}
CAT = {"start": 6, "end": 9, "category": "Accuracy", "severity": "Major"}
PAINTED = "(name) => [...CSS.highlights.get(name)].map(range => range.toString())"


@pytest.fixture
def project() -> Project:
    """Of two people one marks a word as wrong, the other nothing."""
    project = make_project("mqm")
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options=OPTIONS)
    make_criterion(rubric, "fluency", values=scale(1, 2, 3))
    make_single_task(project, rubric, text=TEXT, item=make_item(project, prompt="Tell."), overlap=2)
    answers: list[list[dict[str, Any]]] = [[CAT], []]
    for marks in answers:
        held = claim_assignment(rater=make_person(project))
        assert held is not None
        record_annotation(
            assignment=held,
            ratings={"errors": marks, "fluency": 2},
            seconds=1.0,
            client_key=str(held.public_id),
        )
    return project


def open_case(page: Page, live_server: LiveServer, project: Project) -> None:
    sign_in(page, live_server, make_person(project, role=Role.REVIEWER))
    page.goto(f"{live_server.url}/p/mqm/review/")
    page.locator('[data-hotkey="n"]').click()
    page.wait_for_url("**/review/*-*/")
    page.wait_for_function("CSS.highlights.get('mark-2')")


def read_decided() -> list[tuple[str, Any, Any]]:
    rating = Annotation.objects.get(rater__name="adjudication").ratings.get(criterion__key="errors")
    spans = rating.spans or []
    assert [TEXT[span["start"] : span["end"]] for span in spans] == [span["text"] for span in spans]
    return [(span["text"], span["category"], span["severity"]) for span in spans]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_decision_holds_a_new_mark_by_keyboard_alone(
    page: Page, live_server: LiveServer, project: Project, screenshots: Path
) -> None:
    open_case(page, live_server, project)
    own = page.locator("[data-marks] li")
    press(page, "1")  # what one rater marked holds
    press(
        page, *["ArrowRight"] * 3, "Shift+ArrowRight", "Enter"
    )  # sat on: no box that is ticked sends the form
    page.locator("[data-picker]").wait_for()
    assert page.evaluate(PAINTED, "chosen") == ["sat on"]
    page.keyboard.press("Control+Enter")  # half said, it is not left behind
    assert page.evaluate("document.activeElement.closest('[data-picker]') !== null")
    page.screenshot(path=screenshots / "review-own-mark-chosen.png", caret="initial")
    press(page, "2", "1")
    assert own.locator(".quote").all_inner_texts() == ["sat on"]
    assert page.locator("[data-total]").inner_text() == "MQM score: 10"
    assert set(page.evaluate(PAINTED, "mark-2")) == {"cat", "sat on"}

    press(page, "ArrowDown", "ArrowDown", "m", "1", "2")  # by sentences; the text scrolls to it
    box = page.evaluate("[...CSS.highlights.get('mark-1')][0].getBoundingClientRect().toJSON()")
    assert 0 <= box["top"] < 800
    assert own.count() == 2
    page.keyboard.press("x")
    assert own.count() == 1
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert result.response["violations"] == []
    page.screenshot(path=screenshots / "review-own-mark.png", full_page=True, caret="initial")

    page.keyboard.press("Escape")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("2")  # the next question
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert read_decided() == [("cat", "Accuracy", "Major"), ("sat on", "Style", "Major")]
    assert page.locator("[data-ticks] :checked").count() == 2


def test_what_a_rater_has_marked_just_so_is_ticked_and_no_error_takes_all_away(
    page: Page, live_server: LiveServer, project: Project
) -> None:
    open_case(page, live_server, project)
    tick = page.locator("[data-ticks] [data-key='1']")
    page.locator(".rendered strong").dblclick()
    page.locator("[data-picker]").get_by_role("button", name="Accuracy").click()
    page.locator("[data-picker]").get_by_role("button", name="Major").click()
    assert tick.is_checked()
    assert page.locator("[data-marks] li").count() == 0
    page.locator(".rendered strong").dblclick()
    page.locator("[data-picker]").get_by_role("button", name="Style").click()
    page.locator("[data-picker]").get_by_role("button", name="Minor").click()
    assert page.locator("[data-marks] li").count() == 1
    assert page.locator("[data-total]").inner_text() == "MQM score: 6"
    page.locator("[data-none]").check()
    assert not tick.is_checked()
    assert page.locator("[data-marks] li").count() == 0
    page.get_by_label("2", exact=True).check()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert read_decided() == []


def test_a_reviewer_marks_by_touch_on_a_phone(
    browser: Browser, live_server: LiveServer, project: Project, screenshots: Path
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="ru",
        color_scheme="dark",
    )
    page = context.new_page()
    sign_in_in_russian(page, live_server, make_person(project, role=Role.REVIEWER))
    task = project.tasks.get()
    page.goto(f"{live_server.url}/p/mqm/review/{task.public_id}/")
    page.wait_for_function("CSS.highlights.get('mark-2')")
    page.locator(".rendered strong").tap()
    page.locator("[data-picker]").wait_for()
    page.screenshot(path=screenshots / "review-own-mark-phone-dark.png", caret="initial")
    page.locator("[data-picker]").get_by_role("button", name="Style").tap()
    page.locator("[data-picker]").get_by_role("button", name="Minor").tap()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=screenshots / "review-own-mark-phone.png", full_page=True, caret="initial")
    page.locator("[name='value:fluency']").first.check()
    with page.expect_navigation():
        page.locator("[data-answer-form] .button.primary").tap()
    assert read_decided() == [("cat", "Style", "Minor")]
    context.close()


def test_enter_still_opens_what_is_folded_while_a_passage_is_in_hand(
    page: Page, live_server: LiveServer, project: Project
) -> None:
    open_case(page, live_server, project)
    page.keyboard.press("ArrowRight")
    folded = page.locator("summary").first
    folded.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1
    assert page.locator("[data-picker]").is_hidden()
    page.keyboard.press("m")
    assert page.locator("[data-picker]").is_visible()
