"""Nobody waits for the next task: it is there before the answer has arrived, and nothing is lost or kept by that."""

import pytest
from playwright.sync_api import Page, Route
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Assignment, AssignmentState
from tests.e2e.test_rating import make_pairs, shown_code, sign_in, wait_until_ready
from tests.factories.ledger import make_person, make_project

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


def open_page(page: Page, server: LiveServer, *, tasks: int) -> str:
    """The first task, with the next one fetched; returns the id of its assignment."""
    project = make_project("sky")
    make_pairs(project, tasks)
    sign_in(page, server, make_person(project))
    with page.expect_response("**/ahead/"):
        page.goto(f"{server.url}/p/sky/rate/")
    return wait_until_ready(page)


def press(page: Page, key: str) -> str:
    """End the task by a key, whatever becomes of the answer; returns the id of the next assignment."""
    stage = page.locator("#stage > .stage[data-ready]")
    before = stage.get_attribute("data-assignment")
    page.keyboard.press(key)
    page.wait_for_function(
        "id => ![null, undefined, id].includes("
        "document.querySelector('#stage > .stage[data-ready]')?.dataset.assignment)",
        arg=before,
    )
    return stage.get_attribute("data-assignment") or ""


class Road:
    """Holds the first answer on its way until somebody lets it go; those after it are let through."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._tried = 0
        self._held: Route | None = None
        page.route("**/answer/", self._take)

    def _take(self, route: Route) -> None:
        self._tried += 1
        if self._tried == 1:
            self._held = route
        else:
            route.continue_()

    def find_held(self) -> Route:
        for _ in range(200):
            if self._held is not None:
                return self._held
            self._page.wait_for_timeout(50)
        raise AssertionError("no answer was sent")


def wait_for_live(page: Page, count: int) -> list[Assignment]:
    """Leases that are held, once there are so many."""
    for _ in range(100):
        live = list(Assignment.objects.filter(state=AssignmentState.LIVE).order_by("pk"))
        if len(live) == count:
            return live
        page.wait_for_timeout(50)
    raise AssertionError(f"{len(live)} leases, not {count}")


def test_the_next_task_does_not_wait_for_the_network_and_undo_waits_its_turn(
    page: Page, live_server: LiveServer
) -> None:
    first = open_page(page, live_server, tasks=3)
    road = Road(page)
    second = press(page, "1")
    held = road.find_held()
    assert second != first
    assert not Annotation.objects.exists()
    page.keyboard.press("u")
    page.wait_for_timeout(300)
    assert page.locator("#stage > .stage").get_attribute("data-assignment") == second
    held.continue_()
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage[data-ready]')?.dataset.assignment === id", arg=first
    )
    assert page.locator(".choice[aria-pressed=true]").inner_text() == "1\nA is better"
    assert press(page, "2") == second
    wait_until_ready(page)
    assert shown_code(Annotation.objects.get(is_current=True)) == "second"


def test_an_answer_that_waits_for_the_one_before_it_goes_out_after_it(
    page: Page, live_server: LiveServer
) -> None:
    open_page(page, live_server, tasks=3)
    road = Road(page)
    second = press(page, "1")
    page.keyboard.press("2")
    page.wait_for_timeout(200)
    assert not Annotation.objects.exists()
    held = road.find_held()
    held.continue_()
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage[data-ready]')?.dataset.assignment"
        " && document.querySelector('#stage > .stage').dataset.assignment !== id",
        arg=second,
    )
    press_to_the_end(page)
    given = Annotation.objects.filter(is_current=True).order_by("pk")
    assert [shown_code(annotation) for annotation in given] == ["first", "second", "tie"]


def press_to_the_end(page: Page) -> None:
    wait_until_ready(page)
    page.keyboard.press("3")
    page.get_by_role("heading", name="All done").wait_for()


def test_an_answer_that_is_not_heard_comes_back_and_what_was_begun_after_it_is_kept(
    page: Page, live_server: LiveServer
) -> None:
    first = open_page(page, live_server, tasks=3)
    road = Road(page)
    second = press(page, "1")
    held = road.find_held()
    page.keyboard.press("c")
    page.keyboard.type("half a tho")
    held.fulfill(status=503, body="away")
    page.get_by_text("Not saved yet").wait_for()
    assert page.locator("#stage > .stage").get_attribute("data-assignment") == first
    assert page.locator(".choice[aria-pressed=true]").inner_text() == "1\nA is better"
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage').dataset.assignment === id", arg=second
    )
    assert page.locator("#problem").inner_text() == ""
    assert page.locator("[data-comment]").input_value() == "half a tho"
    page.locator("[data-comment]").press("Escape")
    press(page, "2")
    wait_until_ready(page)
    given = Annotation.objects.order_by("pk")
    assert [(shown_code(one), one.ratings.get().rationale) for one in given] == [
        ("first", None),
        ("second", "half a tho"),
    ]


def test_whoever_leaves_gives_the_task_ahead_back(page: Page, live_server: LiveServer) -> None:
    first = open_page(page, live_server, tasks=3)
    assert str(wait_for_live(page, 2)[0].public_id) == first
    page.goto(f"{live_server.url}/")
    assert [str(held.public_id) for held in wait_for_live(page, 1)] == [first]


def test_a_reload_shows_the_same_task(page: Page, live_server: LiveServer) -> None:
    open_page(page, live_server, tasks=4)
    second = press(page, "1")
    with page.expect_response("**/ahead/"):
        page.reload()
    assert wait_until_ready(page) == second
    assert len(wait_for_live(page, 2)) == 2


def test_seconds_are_counted_from_the_moment_a_task_is_on_the_screen(
    page: Page, live_server: LiveServer
) -> None:
    open_page(page, live_server, tasks=3)
    page.wait_for_timeout(1500)
    begin: float = page.evaluate("performance.now()")
    press(page, "1")
    press(page, "2")
    wait_until_ready(page)
    passed: float = page.evaluate("performance.now()") - begin
    first, second = Annotation.objects.order_by("pk")
    assert first.seconds is not None
    assert second.seconds is not None
    assert first.seconds > 1.5
    assert 0.3 < second.seconds < passed / 1000
