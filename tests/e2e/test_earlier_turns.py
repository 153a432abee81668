"""Where a conversation opens at the turn that is rated, a sign says that more stands above, and leads there."""

from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Project
from tests.e2e.test_rating import WCAG, sign_in, wait_until_ready
from tests.e2e.test_rating_screens import SCHEMES, SIZES
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_pair_rubric,
    make_person,
    make_project,
    make_single_rubric,
    make_single_task,
    make_system,
    make_task,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
LONG = "It has always been so, and it always will be.\n\n" * 30
SIGN = "Earlier turns above"


def make_talk(project: Project, *, turn: int | None = 2) -> None:
    item = make_item(project, None, turns=["First question?", "Second question?"])
    answers = ([LONG, LONG], ["Short.\n\n" * 30, "Brief."])
    generations = [make_generation(item, make_system(project), None, turns=turns) for turns in answers]
    make_task(item, make_pair_rubric(project), generations, turn=turn)


def make_dialogue(project: Project) -> None:
    item = make_item(project, "USER: and then?\nBOT: and then\n" * 60)
    make_single_task(project, make_single_rubric(project), item=item, text="An answer.")


def open_page(page: Page, server: LiveServer, project: Project) -> None:
    sign_in(page, server, make_person(project))
    page.goto(f"{server.url}/p/sky/rate/")
    wait_until_ready(page)


def find_signs(page: Page) -> Locator:
    return page.get_by_role("button", name=SIGN)


def read_tops(page: Page) -> list[int]:
    page.wait_for_timeout(150)
    tops: list[int] = page.evaluate(
        "[...document.querySelectorAll('.pane')].map(p => Math.round(p.scrollTop))"
    )
    return tops


def test_signs_stand_above_answers_and_lead_up_by_key_and_by_click(
    page: Page, live_server: LiveServer
) -> None:
    project = make_project("sky")
    make_talk(project)
    open_page(page, live_server, project)
    assert find_signs(page).count() == 2
    assert min(read_tops(page)) > 100
    page.keyboard.press("Home")
    assert read_tops(page) == [0, 0]
    assert find_signs(page).count() == 0
    page.keyboard.press("End")
    read_tops(page)
    assert find_signs(page).count() == 2
    find_signs(page).first.click()
    assert read_tops(page) == [0, 0]
    assert find_signs(page).count() == 0
    assert page.evaluate("document.activeElement.matches('.pane')")
    page.keyboard.press("1")  # keys go on
    page.wait_for_function("!document.querySelector('#stage[data-sending]')")
    assert Annotation.objects.count() == 1


def test_nothing_is_said_where_the_whole_is_rated_or_fits(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_talk(project, turn=None)
    open_page(page, live_server, project)
    page.keyboard.press("End")
    assert min(read_tops(page)) > 100
    assert find_signs(page).count() == 0


def test_a_sign_stands_in_a_dialogue_that_opens_at_its_end(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_dialogue(project)
    open_page(page, live_server, project)
    assert find_signs(page).count() == 1
    assert find_signs(page).inner_text().split() == ["↑", "Earlier", "turns", "above", "p", "Home"]
    page.keyboard.press("p")
    page.keyboard.press("Home")
    read_tops(page)
    assert find_signs(page).count() == 0
    assert page.locator(".asked").evaluate("box => box.scrollTop") == 0
    page.keyboard.press("End")
    read_tops(page)
    find_signs(page).click()
    read_tops(page)
    assert page.locator(".asked").evaluate("box => box.scrollTop") == 0


def test_a_thumb_finds_the_way_up_on_a_tablet(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 1180, "height": 820}, has_touch=True, is_mobile=True)
    page = context.new_page()
    project = make_project("sky")
    make_talk(project)
    open_page(page, live_server, project)
    box = find_signs(page).first.bounding_box()
    assert box
    assert box["height"] >= 44
    find_signs(page).first.tap()
    assert read_tops(page) == [0, 0]
    context.close()


@pytest.mark.parametrize("kind", ["talk", "dialogue"])
def test_signs_look_well(page: Page, live_server: LiveServer, screenshots: Path, kind: str) -> None:
    """In both languages; on a phone the page itself scrolls, and begins at the first turn."""
    project = make_project("sky")
    (make_talk if kind == "talk" else make_dialogue)(project)
    open_page(page, live_server, project)
    for (size, width, height), scheme, language in product(SIZES, SCHEMES, ("en", "ru")):
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # as Playwright's own example has it
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live_server.url}/p/sky/rate/")
        wait_until_ready(page)
        page.screenshot(path=screenshots / f"earlier-{kind}-{size}-{scheme}-{language}.png")
        assert (page.locator("[data-earlier]:visible").count() > 0) == (size == "wide")
        look = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(look) == 0
        heads = page.locator(".column > header").evaluate_all("found => found.map(e => e.offsetHeight)")
        assert len(set(heads)) <= 1  # side by side the answers begin at one height
        violations = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        assert [violation["id"] for violation in violations] == []
