"""Passages are marked in a real browser, by keyboard alone, by mouse and by touch; the ledger holds their places."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Level, Rater, Rating, TaskKind
from tests.e2e.test_rating import WCAG, press, sign_in, wait_until_ready
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

TEXT = "Die **Polizei** nimmt 15 &amp; mehr fest.\n\n- vor dem `Hotel`\n- am Freitag"
OPTIONS = {
    "categories": ["Accuracy", "Fluency/Punctuation", "Style"],
    "severities": [
        "Minor",
        "Major",
        {"value": "Critical", "labels": {"en": "Critical", "ru": "Критическая"}},
    ],
}


def make_work(tasks: int = 2) -> Rater:
    project = make_project("mqm", language="de")
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options=OPTIONS, question={"en": "What is wrong?"})
    for _ in range(tasks):
        item = make_item(project, prompt="Police arrest 15 & more\n\n- in front of the hotel\n- on Friday")
        make_single_task(project, rubric, text=TEXT, item=item)
    return make_person(project)


def read_marks() -> list[tuple[str, Any, Any]]:
    spans = Rating.objects.get().spans or []
    assert [TEXT[span["start"] : span["end"]] for span in spans] == [span["text"] for span in spans]
    return [(span["text"], span["category"], span["severity"]) for span in spans]


def test_passages_are_marked_by_keyboard_alone(page: Page, live_server: LiveServer, pictures: Path) -> None:
    sign_in(page, live_server, make_work())
    page.goto(f"{live_server.url}/p/mqm/rate/")
    wait_until_ready(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # Polizei
    page.keyboard.press("1")
    page.keyboard.press("2")
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Enter", "2", "1"):  # 15 &
        page.keyboard.press(key)
    assert page.locator("[data-marks] li").count() == 2
    assert page.locator("[data-total]").inner_text() == "MQM score: 5.1"
    page.reload()  # marks are a draft
    wait_until_ready(page)
    assert page.locator("[data-marks] li").count() == 2
    page.screenshot(path=pictures / "mark-errors.png", caret="initial")
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert result.response["violations"] == []
    press(page, "Control+Enter")
    assert read_marks() == [("Polizei", "Accuracy", "Major"), ("15 &amp;", "Fluency/Punctuation", "Minor")]

    press(page, "u")  # taken back, it stands as it was
    assert page.locator("[data-marks] li .quote").all_inner_texts() == ["Polizei", "15 &"]
    page.keyboard.press("x")
    page.keyboard.press("x")
    press(page, "0")  # no error, said so
    assert Rating.objects.get(annotation__is_current=True).spans == []


def test_a_passage_is_marked_by_mouse_across_markup(page: Page, live_server: LiveServer) -> None:
    sign_in(page, live_server, make_work())
    page.goto(f"{live_server.url}/p/mqm/rate/")
    wait_until_ready(page)
    start = page.locator(".rendered").get_by_text("Die").bounding_box()
    end = page.locator(".rendered strong").bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 1, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"], end["y"] + end["height"] / 2, steps=5)
    page.mouse.up()
    page.locator("[data-picker]").get_by_role("button", name="Style").click()
    page.locator("[data-picker]").get_by_role("button", name="Minor").click()
    press(page, "Control+Enter")
    assert read_marks() == [("Die **Polizei", "Style", "Minor")]


def test_a_passage_is_marked_by_touch_on_a_phone(
    browser: Browser, live_server: LiveServer, screenshots: Path
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="en-GB",
        color_scheme="dark",
    )
    page = context.new_page()
    sign_in(page, live_server, make_work())
    page.goto(f"{live_server.url}/p/mqm/rate/")
    wait_until_ready(page)
    page.locator(".rendered strong").tap()
    page.locator(".rendered code").tap()
    quote = page.locator("[data-quote]").inner_text()
    assert " ".join(quote.split()) == "Polizei nimmt 15 & mehr fest. vor dem Hotel"
    page.screenshot(path=screenshots / "spans-phone-dark.png", caret="initial")
    page.locator("[data-picker]").get_by_role("button", name="Accuracy").tap()
    page.locator("[data-picker]").get_by_role("button", name="Critical").tap(timeout=5000)
    with page.expect_response("**/answer/"):  # the next task is there before
        page.get_by_role("button", name="Submit").tap()
    page.locator('[data-done="1"]').wait_for(state="attached")
    wait_until_ready(page)
    assert read_marks() == [(TEXT[6 : TEXT.index("Hotel") + 5], "Accuracy", "Critical")]
    context.close()


def test_a_passage_half_said_is_not_left_behind(page: Page, live_server: LiveServer) -> None:
    sign_in(page, live_server, make_work())
    page.goto(f"{live_server.url}/p/mqm/rate/")
    held = wait_until_ready(page)
    for key in (
        "ArrowRight",
        "Enter",
        "1",
        "2",
        "ArrowRight",
        "Enter",
        "1",
    ):  # the second has no severity yet
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    assert wait_until_ready(page) == held
    assert page.locator("[data-criterion].missing").count() == 1
    page.keyboard.press("1")
    press(page, "Control+Enter")
    assert [severity for _, _, severity in read_marks()] == ["Major", "Minor"]


def test_a_selection_is_a_mark_while_another_question_is_in_hand(page: Page, live_server: LiveServer) -> None:
    rater = make_work()
    make_criterion(rater.project.rubrics.get(), "fluency", values=scale(1, 2, 3))
    sign_in(page, live_server, rater)
    page.goto(f"{live_server.url}/p/mqm/rate/")
    wait_until_ready(page)
    page.keyboard.press("ArrowDown")
    assert "active" in (page.locator("[data-criterion=fluency]").get_attribute("class") or "").split()
    page.locator(".rendered strong").dblclick()
    page.locator("[data-picker]").get_by_role("button", name="Style").click()
    page.locator("[data-picker]").get_by_role("button", name="Minor").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("3")
    with page.expect_response("**/answer/"):
        page.keyboard.press("Control+Enter")
    page.locator('[data-done="1"]').wait_for(state="attached")
    marks = Rating.objects.get(criterion__key="errors").spans or []
    assert [(mark["text"], mark["category"], mark["severity"]) for mark in marks] == [
        ("Polizei", "Style", "Minor")
    ]


def test_marks_of_two_questions_are_both_painted(page: Page, live_server: LiveServer) -> None:
    rater = make_work()
    make_criterion(rater.project.rubrics.get(), "praise", Level.SPANS, options=OPTIONS)
    sign_in(page, live_server, rater)
    page.goto(f"{live_server.url}/p/mqm/rate/")
    wait_until_ready(page)
    for key in (
        "ArrowRight",
        "Enter",
        "1",
        "1",
        "Escape",
        "ArrowDown",
        *["ArrowRight"] * 2,
        "Enter",
        "1",
        "1",
    ):
        page.keyboard.press(key)
    painted = page.evaluate("[...CSS.highlights.get('mark-1')].map(range => range.toString())")
    assert set(painted) == {"Die", "Polizei"}  # in both forms of the text
