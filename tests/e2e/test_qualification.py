"""A rater is trained by keyboard, reads what was expected, passes the test and begins real work."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Assignment, Rater, Role
from tests.annotations.domain.checking.test_cautions import show_as
from tests.annotations.domain.queue.test_qualify import make_school
from tests.e2e.test_rating import sign_in, wait_until_ready
from tests.factories.ledger import make_person

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


def press_answer(page: Page, *, right: bool) -> None:
    """The digit of the expected answer, or of the other one."""
    wait_until_ready(page)
    held = Assignment.objects.select_related("task", "rater").get(state="live")
    said = show_as(held, "first" if right else "second")
    page.keyboard.press({"first": "1", "second": "2"}[said])


def test_training_feedback_test_and_work(page: Page, live_server: LiveServer, screenshots: Path) -> None:
    project = make_school(training=1, size=1, tries=1)
    rater = make_person(project)
    sign_in(page, live_server, rater)
    page.goto(f"{live_server.url}/p/sky/rate/")
    expect(page.get_by_text("Training: 0 of 1 done")).to_be_visible()
    page.screenshot(path=screenshots / "training.png", full_page=True)
    press_answer(page, right=False)
    expect(page.get_by_role("heading", name="Something else was expected")).to_be_visible()
    expect(page.get_by_text("It is longer.")).to_be_visible()
    page.screenshot(path=screenshots / "training-feedback.png", full_page=True)
    wait_until_ready(page)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Something else was expected")).to_have_count(0)
    expect(page.get_by_text("Test before the work: 0 of 1 done")).to_be_visible()
    press_answer(page, right=True)
    expect(page.get_by_text("Test before the work")).to_have_count(0)
    assert Rater.objects.get(pk=rater.pk).qualified_at is not None
    page.context.clear_cookies()
    sign_in(page, live_server, make_person(project, role=Role.RESEARCHER))
    page.goto(f"{live_server.url}/p/sky/qualification/")
    expect(page.get_by_text("1 / 1")).to_be_visible()
    page.screenshot(path=screenshots / "qualification.png", full_page=True)


def test_the_feedback_on_a_dark_phone_in_russian(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    sign_in(page, live_server, make_person(make_school(training=2, size=1, tries=1)))
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.context.add_cookies([{"name": "django_language", "value": "ru", "url": live_server.url}])
    page.goto(f"{live_server.url}/p/sky/rate/")
    press_answer(page, right=False)
    expect(page.get_by_role("heading", name="Ожидалось другое")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=screenshots / "training-feedback-ru.png", full_page=True)
    wait_until_ready(page)
    page.keyboard.press("n")
    expect(page.get_by_text("Обучение: 1 из 2")).to_be_visible()
    page.screenshot(path=screenshots / "training-ru.png", full_page=True)
