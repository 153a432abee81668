"""Questions one after another: the second half of a double click is none on the next question, whatever is clicked."""

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Level, Project, TaskKind
from tests.e2e.test_one_at_a_time import open_page, read_said, read_screen
from tests.e2e.test_rating import ANSWERS
from tests.e2e.test_touch import wait_for_next
from tests.factories.ledger import make_criterion, make_project, make_rubric, make_single_task, scale

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


def make_wishes() -> Project:
    """A text that is needed, and a text and a score that are not."""
    project = make_project("wishes")
    rubric = make_rubric(project, TaskKind.SINGLE, one_at_a_time=True)
    make_criterion(rubric, "summary", Level.TEXT)
    make_criterion(rubric, "wishes", Level.TEXT, required=False)
    make_criterion(rubric, "clarity", values=scale(1, 2, 3), required=False)
    for _ in range(2):
        make_single_task(project, rubric, text=ANSWERS[0])
    return project


def test_a_double_click_on_next_passes_over_no_question_and_sends_nothing(
    page: Page, live_server: LiveServer
) -> None:
    before = open_page(page, live_server, make_wishes())
    page.keyboard.type("abc")
    page.locator("[data-act=next]:visible").dblclick()
    assert read_screen(page) == ("Question 2 of 3", ["wishes"])
    page.wait_for_timeout(350)
    page.locator("[data-act=next]:visible").dblclick()
    page.wait_for_timeout(350)
    assert (read_screen(page), Annotation.objects.count()) == (("Question 3 of 3", ["clarity"]), 0)
    page.get_by_role("button", name="Submit").click()
    wait_for_next(page, before)
    assert read_said() == {"summary": "abc"}


def test_a_double_tap_on_next_passes_over_no_question(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_page(page, live_server, make_wishes())
    page.locator(".typed:visible").fill("abc")
    tap_twice(page)
    assert read_screen(page) == ("Question 2 of 3", ["wishes"])
    page.wait_for_timeout(350)
    tap_twice(page)
    page.wait_for_timeout(350)
    assert (read_screen(page), Annotation.objects.count()) == (("Question 3 of 3", ["clarity"]), 0)
    context.close()


def tap_twice(page: Page) -> None:
    """A double tap on Next, and on what lies there afterwards."""
    box = page.locator("[data-act=next]:visible").bounding_box()
    assert box is not None
    for _ in range(2):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_button_that_is_pressed_by_key_acts_on_a_new_question_at_once(
    page: Page, live_server: LiveServer
) -> None:
    before = open_page(page, live_server, make_wishes())
    page.keyboard.type("abc")
    page.evaluate("""() => {
      for (const name of ["[data-act=next]", "[data-act=next]", "[data-value='2']"]) {
        document.querySelector(`.criterion.active ${name}`).click();  // a click without a pointer, as by Space
      }
    }""")
    wait_for_next(page, before)
    assert read_said() == {"summary": "abc", "clarity": 2}


def test_a_passage_that_is_selected_right_before_going_on_is_not_taken_for_the_next_question(
    page: Page, live_server: LiveServer
) -> None:
    project = make_project("stories")
    rubric = make_rubric(project, TaskKind.SINGLE, one_at_a_time=True)
    for key in ("accuracy", "tone"):
        make_criterion(rubric, key, Level.SPANS, required=False, options={"categories": ["Wrong", "Rude"]})
    make_single_task(project, rubric, text="The cat sat on the mat.")
    open_page(page, live_server, project)
    page.evaluate("""async () => {
      const word = document.createTreeWalker(document.querySelector(".columns"), NodeFilter.SHOW_TEXT);
      while (!word.nextNode().data.includes("cat")) continue;
      document.getSelection().setBaseAndExtent(word.currentNode, 4, word.currentNode, 7);
      await new Promise((heard) => document.addEventListener("selectionchange", heard, { once: true }));
      document.querySelector(".criterion.active [data-act=next]").click();
    }""")
    page.wait_for_timeout(400)
    assert read_screen(page) == ("Question 2 of 2", ["tone"])
    assert page.locator(".criterion.active .picker:visible").count() == 0
