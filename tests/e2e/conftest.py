"""A browser page against the whole platform, with an eye on what the browser refuses or complains of."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Route
    from pytest_django.live_server_helper import LiveServer

# What the console says of what a test has brought about: a form that is not right, no network, a server that is away,
# a second answer.
EXPECTED = (
    "400 (Bad Request)",
    "ERR_INTERNET_DISCONNECTED",
    "503 (Service Unavailable)",
    "409 (Conflict)",
    "Response Status Error Code 409",
    "Response Status Error Code 503",
    "htmx:sendError",
    "htmx:afterRequest",
)
SCREENSHOTS = Path(__file__).parent / "screenshots"
PICTURES = Path(__file__).parents[2] / "docs" / "images"


@pytest.fixture(autouse=True, scope="session")
def _allow_database_beside_the_browser() -> Iterator[None]:
    """Playwright runs an event loop in this thread; Django would refuse the database there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """A page of a fresh browser profile; the test fails at the end if the console holds an error."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints: list[str] = []

    def note(message: "ConsoleMessage") -> None:
        if message.type == "error" and not any(expected in message.text for expected in EXPECTED):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def asked(page: "Page", live_server: "LiveServer") -> list[str]:
    """Every address outside the platform that the browser asked for; none of these requests leaves it."""
    away: list[str] = []

    def watch(route: "Route") -> None:
        address = route.request.url
        if urlsplit(address).netloc == urlsplit(live_server.url).netloc:
            route.continue_()
        else:
            away.append(address)
            route.abort()

    page.context.route("**/*", watch)
    page.context.add_init_script(
        "window.violations = [];"
        "document.addEventListener('securitypolicyviolation', e => window.violations.push(e.violatedDirective))"
    )
    return away


@pytest.fixture(scope="session")
def screenshots() -> Path:
    SCREENSHOTS.mkdir(exist_ok=True)
    return SCREENSHOTS


@pytest.fixture(scope="session")
def pictures(screenshots: Path) -> Path:
    """Where pictures of the documentation go: into it with EVALPLATFORM_PICTURES=1, else beside the screenshots."""
    return PICTURES if os.environ.get("EVALPLATFORM_PICTURES") else screenshots
