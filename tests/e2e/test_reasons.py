"""Reasons that a rubric asks for, abstention, and a lease that ran out: by keyboard alone and by touch."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.domain.queue.leases import expire_assignments
from annotations.models import Annotation, Project, Rating, TaskKind
from evalplatform.common.clock import database_now
from tests.e2e.test_rating import WCAG, make_pairs, press, sign_in, wait_until_ready
from tests.factories.ledger import (
    make_criterion,
    make_person,
    make_project,
    make_rubric,
    make_single_task,
    scale,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
NEEDED = "A reason is needed with this answer."


def make_stories(tasks: int = 2) -> Project:
    """Stories whose low scores need a reason, and which may be too hard to judge."""
    project = make_project("stories")
    rubric = make_rubric(project, TaskKind.SINGLE)
    options = {"reason": {"at_most": 2}, "abstain": True}
    make_criterion(rubric, "plot", values=scale(1, 2, 3, 4, 5), options=options)
    for _ in range(tasks):
        make_single_task(project, rubric)
    return project


def read_last() -> tuple[float | None, str | None, str | None]:
    rating = Rating.objects.order_by("pk").last()
    assert rating
    return rating.number, rating.absent, rating.rationale


def test_a_reason_is_asked_for_and_typed_without_leaving_the_keys(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    sign_in(page, live_server, make_person(make_stories()))
    page.goto(f"{live_server.url}/p/stories/rate/")
    held = wait_until_ready(page)
    page.keyboard.press("2")
    expect(page.get_by_text(NEEDED)).to_be_visible()
    expect(page.locator("[data-comment]")).to_be_focused()
    page.screenshot(path=screenshots / "reason-needed.png", caret="initial")
    assert Axe().run(page, options={"runOnly": WCAG}).response["violations"] == []
    page.keyboard.type("The end is missing.")
    page.reload()  # with the answer and half of the reason on it
    assert wait_until_ready(page) == held
    expect(page.locator("[data-comment]")).to_have_value("The end is missing.")
    press(page, "Control+Enter")
    assert read_last() == (2.0, None, "The end is missing.")
    page.keyboard.press("a")
    expect(page.get_by_text(NEEDED)).to_be_visible()
    page.keyboard.type("It is in a dialect.")
    press(page, "Control+Enter")
    assert read_last() == (None, "abstained", "It is in a dialect.")


def test_a_reason_is_given_by_touch(browser: Browser, live_server: LiveServer, screenshots: Path) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark"
    )
    page = context.new_page()
    sign_in(page, live_server, make_person(make_stories(1)))
    page.goto(f"{live_server.url}/p/stories/rate/")
    wait_until_ready(page)
    page.get_by_role("button", name="I cannot say, and tell why").tap()
    page.locator("[data-comment]").fill("It is in a dialect.")
    page.screenshot(path=screenshots / "reason-phone-dark.png", caret="initial")
    page.get_by_role("button", name="Submit").tap()
    page.get_by_role("heading", name="All done").wait_for()
    assert read_last() == (None, "abstained", "It is in a dialect.")
    context.close()


def test_who_was_away_too_long_is_told_and_their_answer_is_kept(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.clock.install()
    page.goto(f"{live_server.url}/p/sky/rate/")
    page.clock.run_for(1000)
    wait_until_ready(page)
    expire_assignments(now=database_now() + timedelta(days=1), project=project)
    page.clock.run_for("01:05")  # until the page asks to keep the task
    page.get_by_text("this task went back to the queue").wait_for()
    with page.expect_response("**/answer/"):
        page.keyboard.press("1")
    page.locator('[data-done="1"]').wait_for(state="attached")
    assert Annotation.objects.get().is_current
