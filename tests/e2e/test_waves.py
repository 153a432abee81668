"""A researcher draws and closes a wave by the keyboard alone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Role, Wave
from tests.e2e.test_rating import WCAG, sign_in
from tests.factories.judging import make_field
from tests.factories.ledger import make_person

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


@pytest.mark.parametrize(("width", "scheme", "language"), [(1280, "light", "en"), (390, "dark", "ru")])
def test_a_wave_is_drawn_and_closed_by_keys(
    page: Page, live_server: LiveServer, screenshots: Path, width: int, scheme: str, language: str
) -> None:
    project = make_field(tasks=12, slug="sky").project
    sign_in(page, live_server, make_person(project, role=Role.RESEARCHER))
    if language != "en":
        page.get_by_role("button", name=language.upper()).click()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/p/sky/waves/")
    page.locator("#id_size").focus()
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    page.locator(".errorlist").wait_for()
    assert page.locator("#id_size").input_value() == "99"
    check(page)
    page.locator("#id_size").fill("12")
    page.keyboard.press("Enter")
    page.locator("table").wait_for()
    assert Wave.objects.get().drawn == 12
    check(page)
    page.screenshot(path=screenshots / f"waves-{width}-{scheme}-{language}.png", full_page=True)
    page.locator("main form button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Wave.objects.get().closed_at is not None


def check(page: Page) -> None:
    assert Axe().run(page, options={"runOnly": WCAG}).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
