"""What raters read is coloured, folded and aligned, by keyboard, and nothing of it reaches out."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Project
from tests.e2e.test_hostile_texts import HOSTILE, assert_inert
from tests.e2e.test_rating import WCAG, sign_in, wait_until_ready
from tests.e2e.test_rating_screens import SCHEMES, SIZES
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_system,
    make_task,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]

CODE = """\
Add them up:

```python
# the sum of a list
@cache
def add(numbers: list[int]) -> int:
    total = 0
    for number in numbers:
        total += number
    return total  # "done"
print("sum:", add([1, 2.5]))
```
"""
LONG = "It has always been so, and it always will be.\n\n" * 60


def make_talk(project: Project) -> None:
    item = make_item(project, None, turns=["First question?", "Second question?"])
    answers = ([CODE, LONG], ["Short.\n\n" * 30, "Brief."])
    generations = [make_generation(item, make_system(project), None, turns=turns) for turns in answers]
    make_task(item, make_pair_rubric(project), generations, turn=2)


def open_page(page: Page, server: LiveServer, project: Project) -> None:
    sign_in(page, server, make_person(project))
    page.goto(f"{server.url}/p/sky/rate/")
    wait_until_ready(page)


def read_tops(page: Page) -> list[list[int]]:
    """Where the turns of each answer begin, in pixels of the window."""
    tops: list[list[int]] = page.evaluate(
        "[...document.querySelectorAll('.pane')].map(pane =>"
        " [...pane.children].map(turn => Math.round(turn.getBoundingClientRect().top)))"
    )
    return tops


def test_long_answers_are_folded_alike_and_open_by_key_and_mouse(
    page: Page, live_server: LiveServer, asked: list[str]
) -> None:
    project = make_project("sky")
    make_pair_task(project, make_pair_rubric(project), texts=(LONG, HOSTILE + LONG))
    open_page(page, live_server, project)
    heights = "[...document.querySelectorAll('.answer-turn > .rendered')].map(text => text.offsetHeight)"
    folded = page.evaluate(heights)
    assert folded == [720, 720]
    buttons = page.get_by_role("button", name="Show all of the answers")
    assert buttons.count() == 2

    page.keyboard.press("o")
    assert min(page.evaluate(heights)) > 1080
    page.reload()
    wait_until_ready(page)
    assert min(page.evaluate(heights)) > 1080
    page.keyboard.press("o")
    assert page.evaluate(heights) == folded
    buttons.first.click()
    assert min(page.evaluate(heights)) > 1080
    assert page.get_by_role("button", name="Fold the answers").count() == 2
    assert_inert(page, asked)


def test_short_answers_are_not_folded(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_pair_task(project, make_pair_rubric(project), texts=("Short.", CODE))
    open_page(page, live_server, project)
    page.keyboard.press("o")
    assert page.locator('[data-act="fold"]:visible').count() == 0
    assert page.locator(".stage.folded").count() == 0


def test_turns_stand_beside_turns_until_unlocked(
    page: Page, live_server: LiveServer, asked: list[str]
) -> None:
    project = make_project("sky")
    make_talk(project)
    open_page(page, live_server, project)
    left, right = read_tops(page)
    assert left == right
    pane = page.locator(".pane").first.bounding_box()
    assert pane
    assert abs(left[2] - pane["y"]) <= 2  # the turn that is rated opens first, with its question

    page.locator(".pane").first.evaluate("pane => { pane.scrollTop = 150 }")
    page.wait_for_timeout(150)
    left, right = read_tops(page)
    assert left == right

    page.keyboard.press("j")
    left, right = read_tops(page)
    assert left != right
    page.reload()
    wait_until_ready(page)
    assert page.get_by_role("button", name="Scroll together").get_attribute("aria-pressed") == "false"
    page.keyboard.press("j")
    left, right = read_tops(page)
    assert left == right
    assert_inert(page, asked)


@pytest.mark.parametrize(("size", "width", "height"), SIZES)
def test_code_and_talk_can_be_read(
    page: Page,
    live_server: LiveServer,
    screenshots: Path,
    asked: list[str],
    size: str,
    width: int,
    height: int,
) -> None:
    project = make_project("sky")
    make_talk(project)
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, live_server, project)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.reload()
        wait_until_ready(page)
        for kind in ("remark", "keyword", "text", "number", "name"):
            assert page.locator(f".pane .code-{kind}").count() > 0
        page.locator(".pane .rendered pre").first.scroll_into_view_if_needed()
        page.screenshot(path=screenshots / f"reading-{size}-{scheme}.png")
        page.locator(".fold:visible").first.scroll_into_view_if_needed()
        page.screenshot(path=screenshots / f"reading-{size}-{scheme}-folded.png")

        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert (scheme, found.response["violations"]) == (scheme, [])
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        )
        assert_inert(page, asked)
