"""A second factor is turned on and used to sign in by keyboard on a phone's width, light and dark, under the policy."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.models import User
from evalplatform.accounts.second_factor import has_second_factor
from tests.accounts.factors import PASSWORD, PLACE, show_code
from tests.e2e.test_rating import WCAG

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


def focus(page: "Page", name: str) -> None:
    """Tab on until what is focused goes by this name."""
    for _ in range(40):
        page.keyboard.press("Tab")
        named = page.evaluate(
            "() => { const e = document.activeElement;"
            " return (e.labels && e.labels.length ? e.labels[0] : e).textContent.trim(); }"
        )
        if named == name:
            return
    raise AssertionError(f"{name!r} is not reached by Tab")


def check(page: "Page") -> None:
    """Readable by all, no wider than the screen, and nothing was refused by the policy."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    violations = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations] == []
    assert page.evaluate("window.violations") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_turned_on_and_asked_for_by_keyboard(
    page: "Page", live_server: LiveServer, asked: list[str], scheme: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it wants
    ada = User.objects.create_user("ada", password=PASSWORD)
    page.goto(f"{live_server.url}/sign-in/{create_sign_in_link(user=ada)}/")
    page.locator("button:focus").wait_for()  # it is given the focus a frame after the page has loaded
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")

    page.goto(f"{live_server.url}/profile/")
    check(page)
    focus(page, "Turn on a second factor")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}{PLACE}")
    focus(page, "Your password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    picture = page.locator("img")
    picture.wait_for()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
    check(page)

    focus(page, "Code")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.get_by_text("Is the clock of the device right?").wait_for()
    check(page)
    focus(page, "Code")
    page.keyboard.type(show_code(ada))
    page.keyboard.press("Enter")
    page.locator("#recovery-codes li").nth(9).wait_for()
    check(page)
    assert has_second_factor(ada)

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/sign-in/")
    focus(page, "Name")
    page.keyboard.type("ada")
    focus(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/sign-in/code/")
    check(page)
    with time_machine.travel(timezone.now() + timedelta(seconds=60)):  # the first code is used up
        page.keyboard.type(show_code(ada))  # the field has the focus
        page.keyboard.press("Enter")
        page.wait_for_url(f"{live_server.url}/")
    assert page.get_by_role("link", name="Profile").count() == 1
    assert asked == []
