"""What key a button of the form carries: one key stands on one button, and does what that button does."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Level, Project, TaskKind
from tests.e2e.test_early_taps import make_wishes
from tests.e2e.test_one_at_a_time import open_page, read_said, read_screen
from tests.e2e.test_rating import press
from tests.factories.ledger import make_criterion, make_project, make_ranking_task, make_rubric, make_system

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
NEXT, SUBMIT = "[data-act=next]:visible kbd:visible", "[data-act=submit]:visible kbd:visible"


def test_one_button_alone_carries_the_key_that_sends(page: Page, live_server: LiveServer) -> None:
    open_page(page, live_server, make_wishes())
    expect(page.locator(NEXT)).to_have_text("Ctrl ⏎")
    page.keyboard.type("abc")
    for place in (2, 3):
        page.keyboard.press("Control+Enter")
        assert read_screen(page)[0] == f"Question {place} of 3"
    page.keyboard.press("ArrowUp")
    expect(page.locator(SUBMIT)).to_have_text("Ctrl ⏎")  # all have been met
    expect(page.locator(NEXT)).to_have_text("Esc ↓")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")  # what Next says
    assert (read_screen(page)[0], Annotation.objects.count()) == ("Question 3 of 3", 0)
    page.keyboard.press("ArrowUp")
    page.keyboard.type("more")
    press(page, "Control+Enter")  # what Submit says
    assert read_said() == {"summary": "abc", "wishes": "more"}


@pytest.mark.parametrize("one_at_a_time", [True, False])
def test_enter_stands_on_submit_where_a_ranking_is_what_is_asked(
    page: Page, live_server: LiveServer, one_at_a_time: bool
) -> None:
    open_page(page, live_server, make_orders(one_at_a_time=one_at_a_time, last=Level.TEXT))
    page.keyboard.type("123")
    page.keyboard.press("Enter")
    expect(page.locator(".typed")).to_be_focused()
    expect(page.locator(SUBMIT)).to_have_text("Ctrl ⏎")  # Enter breaks the line


def make_orders(*, one_at_a_time: bool, last: Level) -> Project:
    """A ranking, and a question after it."""
    project = make_project("orders")
    rubric = make_rubric(project, TaskKind.RANKING, one_at_a_time=one_at_a_time)
    make_criterion(rubric, "overall", Level.PREFERENCE, options={"task": "ranking"})
    make_criterion(rubric, "why", last, options={"task": "ranking"} if last == Level.PREFERENCE else {})
    make_ranking_task(project, rubric, systems=[make_system(project) for _ in range(3)])
    return project


@pytest.mark.parametrize("one_at_a_time", [True, False])
def test_enter_sends_a_last_ranking_as_submit_says(
    page: Page, live_server: LiveServer, one_at_a_time: bool
) -> None:
    open_page(page, live_server, make_orders(one_at_a_time=one_at_a_time, last=Level.PREFERENCE))
    page.keyboard.type("123")
    page.keyboard.press("Enter")
    expect(page.locator(SUBMIT)).to_have_text("⏎")
    page.keyboard.type("321")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="All done").wait_for()
    assert len(read_said()) == 2
