"""Every page of the URLconf, light and wide in English, dark on a phone in Russian: readable by all, from here alone.

Pages are those of the security matrix, so that a route without a line there, and a page that is not visited here, fail.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from annotations.domain.projects.invitations import create_invitation
from annotations.models import Generation, Item, Project, Query, Rating, Remark, Role
from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.models import LinkPurpose, User
from judges.models import RawReply
from tests.e2e.test_hostile_texts import HOSTILE
from tests.e2e.test_rating import WCAG
from tests.factories.ledger import make_user
from tests.security.matrix import MATRIX, STAFF, Outcome, Principal
from tests.security.sweep import Route, Sweep, list_routes
from tests.security.world import World, build_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True), pytest.mark.timeout(600)]
LOOKS = {"wide": ("light", 1280, 800, "en"), "phone": ("dark", 390, 844, "ru")}
LARGEST = 100_000  # bytes of a page with four tasks
# Routes that give no page of their own: files, fragments of pages, answers to machines.
NO_PAGES = {
    "healthz", "readyz", "set_language", "pace-csv", "judge-costs-picture", "attempt-reply", "attempt-request",
    "report-results", "report-picture",
}  # fmt: skip
VISITORS = (Principal.ANONYMOUS, Principal.RESEARCHER, Principal.RATER)


def list_pages() -> list[Route]:
    assert {route.key for route in list_routes()} >= NO_PAGES
    routes = [route for route in list_routes() if not route.is_api and "GET" in MATRIX[route.key].methods]
    return [route for route in routes if route.key not in NO_PAGES]


def choose_visitor(route: Route) -> Principal | None:
    """Who may see the page; None where it takes a secret link."""
    policy = MATRIX[route.key].methods["GET"]
    if policy is STAFF:
        return Principal.RESEARCHER
    return next((who for who in VISITORS if policy.expect(who) == Outcome.ALLOWED), None)


def find_address(route: Route, world: World) -> str:
    who = choose_visitor(route)
    if who is not None:
        return route.fill(*Sweep(world, []).own(route, who))
    purposes = {"sign-in-by-link": LinkPurpose.SIGN_IN, "choose-password": LinkPurpose.PASSWORD}
    if route.key in purposes:
        secret = create_sign_in_link(user=make_user(), purpose=purposes[route.key])
    else:
        lifetime = timedelta(days=1)
        _, secret = create_invitation(
            project=world.ours, role=Role.RATER, actor=make_user(), lifetime=lifetime
        )
    return "/" + route.pattern.replace("<str:secret>", secret)


@dataclass
class Visit:
    """One browser, and all that was found wrong, in words."""

    browser: "Browser"
    server: LiveServer
    world: World
    scheme: str
    width: int
    height: int
    language: str

    def __post_init__(self) -> None:
        self.faults: list[str] = []
        self.pages: dict[Principal | None, Page] = {}

    def open_page(self, who: Principal | None) -> "Page":
        """A page signed in as this person; kept for the next address."""
        if who in self.pages:
            return self.pages[who]
        context = self.browser.new_context(
            viewport={"width": self.width, "height": self.height},
            color_scheme=self.scheme,  # type: ignore[arg-type]  # one of the two words it wants
            locale=self.language,
        )
        context.add_cookies(
            [
                {"name": name, "value": value, "url": self.server.url}
                for name, value in self._list_cookies(who).items()
            ]
        )
        page = self.pages[who] = context.new_page()
        page.on("console", lambda said: self.check_console(page, said))
        page.on("pageerror", lambda error: self.note(page, str(error)))
        page.on("request", lambda request: self.check_request(page, request.url))
        return page

    def _list_cookies(self, who: Principal | None) -> dict[str, str]:
        cookies = {settings.LANGUAGE_COOKIE_NAME: self.language}
        if who not in (None, Principal.ANONYMOUS):
            caller = self.world.callers[who]
            cookies[settings.SESSION_COOKIE_NAME] = caller.pages.cookies[settings.SESSION_COOKIE_NAME].value
        return cookies

    def check_console(self, page: "Page", said: "ConsoleMessage") -> None:
        if said.type == "error":
            self.note(page, said.text)

    def check_request(self, page: "Page", address: str) -> None:
        if urlsplit(address).netloc != urlsplit(self.server.url).netloc and not address.startswith("data:"):
            self.note(page, f"asks {address}")

    def look(self, route: Route, screenshots: Path) -> None:
        page = self.open_page(choose_visitor(route))
        answer = page.goto(f"{self.server.url}{find_address(route, self.world)}")
        assert answer is not None
        if answer.status != 200 or not answer.body().lstrip().startswith(b"<!doctype html>"):
            self.note(page, f"is no page: {answer.status}, {answer.body()[:80]!r}")
            return
        if len(answer.body()) > LARGEST:
            self.note(page, f"has {len(answer.body())} bytes")
        if page.locator("html").get_attribute("lang") != self.language:
            self.note(page, "is in another language")
        if (ran := page.evaluate("window.pwned")) is not None:
            self.note(page, f"ran what a model wrote: {ran}")
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > self.width:
            self.note(page, f"is {wide} wide")
        for each in Axe().run(page, options={"runOnly": WCAG}).response["violations"]:
            self.note(page, f"{each['id']}: {[node['html'][:150] for node in each['nodes']]}")
        page.screenshot(
            path=screenshots / f"page-{route.key}-{self.scheme}.png", full_page=True, caret="initial"
        )

    def note(self, page: "Page", what: str) -> None:
        self.faults.append(f"{urlsplit(page.url).path}: {what}")


def fill_with_hostile_texts(project: Project) -> None:
    """Wherever a model or a person wrote freely, row 24 stands."""
    Item.objects.filter(project=project).update(prompt=HOSTILE)
    Generation.objects.filter(project=project).update(text=HOSTILE)
    Rating.objects.filter(project=project).update(rationale=HOSTILE)
    Remark.objects.filter(project=project).update(text=HOSTILE[:1_000])
    Query.objects.filter(project=project).update(note=HOSTILE[:1_000])
    RawReply.objects.filter(project=project).update(reply=HOSTILE)
    Project.objects.filter(pk=project.pk).update(description=HOSTILE, content_warning=HOSTILE)


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_to_be_read_by_all(
    browser: "Browser", live_server: LiveServer, screenshots: Path, look: str
) -> None:
    visit = Visit(browser, live_server, build_world(), *LOOKS[look])
    fill_with_hostile_texts(visit.world.ours)
    User.objects.filter(pk=visit.world.callers[Principal.RESEARCHER].user.pk).update(is_staff=True)
    for route in list_pages():
        visit.look(route, screenshots)
    for page in visit.pages.values():
        page.context.close()
    assert not visit.faults, "\n".join(visit.faults)
