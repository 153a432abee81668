"""What a form says that it lacks while a passage is in hand: its name, and not an answer."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Level, Project, TaskKind
from tests.e2e.test_one_at_a_time import LACKING, SEVERITIES, open_page, read_screen
from tests.e2e.test_rating import ANSWERS
from tests.factories.ledger import make_criterion, make_project, make_rubric, make_single_task

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
UNNAMED = "Say what is wrong with the chosen passage, or cancel."


def make_optional() -> Project:
    """Marks and a text, neither of which is needed."""
    project = make_project("free")
    rubric = make_rubric(project, TaskKind.SINGLE, one_at_a_time=True)
    make_criterion(rubric, "errors", Level.SPANS, options=SEVERITIES, required=False)
    make_criterion(rubric, "wishes", Level.TEXT, required=False)
    make_single_task(project, rubric, text=ANSWERS[0])
    return project


def test_a_passage_in_hand_lacks_its_name_and_not_an_answer(page: Page, live_server: LiveServer) -> None:
    open_page(page, live_server, make_optional())
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text(UNNAMED)).to_be_visible()
    expect(page.get_by_text(LACKING).locator("visible=true")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_text(UNNAMED)).not_to_be_visible()
    page.get_by_role("button", name="Next").click()
    assert read_screen(page) == ("Question 2 of 2", ["wishes"])
