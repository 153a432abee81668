"""Texts that a project warns of are covered until the rater uncovers them; no key judges what nobody has read."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Assignment, AssignmentState
from tests.e2e.test_rating import WCAG, make_pairs, press, sign_in, wait_until_ready
from tests.factories.ledger import make_person, make_project

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
WARNING = "Insults. Help: https://example.org/help"
SCREENS = (("light", 1280, 800), ("dark", 390, 844))


def test_texts_are_covered_until_a_key_shows_them(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    project = make_project("sky", content_warning=WARNING)
    make_pairs(project, 5)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    held = wait_until_ready(page)
    text, panel = page.locator(".pane .rendered").first, page.get_by_role("button", name="Show this task")
    assert page.get_by_role("link", name="https://example.org/help").count() == 1
    for scheme, width, height in SCREENS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it wants
        page.set_viewport_size({"width": width, "height": height})
        expect(text).to_be_hidden()
        page.screenshot(path=screenshots / f"covered-{scheme}.png", caret="initial")
        assert Axe().run(page, options={"runOnly": WCAG}).response["violations"] == []
    page.set_viewport_size({"width": 1280, "height": 800})
    for key in ("1", "q", "Control+Enter", "ArrowDown", "c"):
        page.keyboard.press(key)
    assert wait_until_ready(page) == held
    assert not Annotation.objects.exists()

    page.keyboard.press("Enter")
    expect(text).to_be_visible()
    expect(panel).to_be_hidden()
    press(page, "1")
    expect(text).to_be_hidden()  # the next one asks again
    page.keyboard.press("s")  # nobody has to read what they do not want to
    press(page, "1")
    assert Assignment.objects.filter(state=AssignmentState.SKIPPED).count() == 1

    page.keyboard.press("a")  # from here on all are shown
    press(page, "2")
    expect(text).to_be_visible()
    page.reload()
    wait_until_ready(page)
    expect(text).to_be_visible()
    press(page, "1")
    assert Annotation.objects.count() == 3

    page.context.clear_cookies()  # somebody else in the same tab is asked for themselves
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)
    expect(text).to_be_hidden()


def test_without_a_warning_nothing_is_covered(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_pairs(project, 1)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)
    expect(page.locator(".pane .rendered").first).to_be_visible()
    expect(page.locator(".cover")).to_have_count(0)
