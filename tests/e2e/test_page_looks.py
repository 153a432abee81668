"""On a phone heads are short, the door in use is in sight, cards stand apart; on a desk tools stand in one line."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.e2e.test_every_page import Visit, choose_visitor, find_address, list_pages
from tests.e2e.test_rating import make_pairs, sign_in, wait_until_ready
from tests.factories.ledger import make_person, make_project
from tests.security.world import World, build_world

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True), pytest.mark.timeout(300)]
HIGHEST_HEAD = 100  # CSS pixels: two lines
GLUED = """
() => {
  const boxes = [...document.querySelectorAll("main > :is(.card, .notice), main > div > .card, main > form > .card")]
    .map(box => box.getBoundingClientRect()).filter(box => box.height);
  return boxes.filter(one => boxes.some(other => Math.abs(other.top - one.bottom) < 8
    && other.left < one.right && one.left < other.right)).length;
}
"""


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, world: World) -> Iterator[Visit]:
    visit = Visit(browser, live_server, world, "dark", 390, 844, "ru")
    yield visit
    for page in visit.pages.values():
        page.context.close()


def open_route(visit: Visit, key: str) -> Page:
    route = next(each for each in list_pages() if each.key == key)
    page = visit.open_page(choose_visitor(route))
    page.goto(f"{visit.server.url}{find_address(route, visit.world)}")
    return page


def test_the_head_is_short_on_a_phone_and_cards_stand_apart(phone: Visit) -> None:
    for key in ("home", "people", "caution", "cascade", "message"):
        page = open_route(phone, key)
        head = page.locator("header.top").bounding_box()
        assert head
        assert (key, head["height"] <= HIGHEST_HEAD) == (key, True)
        assert (key, page.evaluate(GLUED)) == (key, 0)
        out = page.get_by_role("button", name="Выйти").bounding_box()
        assert out
        assert out["y"] + out["height"] / 2 < head["height"] / 2  # in the first line


def test_the_door_one_came_by_is_in_sight(phone: Visit) -> None:
    for key in ("people", "project-settings", "rater-cards", "cascades"):
        page = open_route(phone, key)
        box = page.locator(".doors a[aria-current]").bounding_box()
        assert box
        assert (key, box["x"] >= 12, box["x"] + box["width"] <= 390) == (key, True, True)


def test_what_a_rater_may_do_stands_in_one_line_in_both_languages(
    page: Page, live_server: LiveServer
) -> None:
    project = make_project("sky")
    make_pairs(project, 12)
    sign_in(page, live_server, make_person(project))
    for language in ("en", "ru"):
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # as Playwright's own example has it
        page.goto(f"{live_server.url}/p/sky/rate/")
        wait_until_ready(page)
        tops = page.locator(".bar .tools .plain").evaluate_all("found => found.map(each => each.offsetTop)")
        assert (language, len(set(tops))) == (language, 1)


def test_what_cannot_be_taken_back_looks_unlike_the_rest(phone: Visit) -> None:
    """Beside each other however narrow the screen; and the button that changes a role is in sight with the role."""
    page = open_route(phone, "people")
    row = page.locator(".people.in-line tbody tr").first
    names = ["Ссылка для нового пароля", "Убрать"]
    new, remove = (row.get_by_role("button", name=name) for name in names)
    colours = [each.evaluate("button => getComputedStyle(button).color") for each in (new, remove)]
    assert colours[0] != colours[1]
    tops = [each.evaluate("button => button.getBoundingClientRect().top") for each in (new, remove)]
    assert tops[0] == tops[1]
    assert row.evaluate("row => row.offsetHeight") < 130
    change = row.get_by_role("button", name="Изменить").bounding_box()
    assert change
    assert change["x"] + change["width"] < 390
