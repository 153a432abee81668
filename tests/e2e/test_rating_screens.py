"""What a rater sees: every kind of task on a desk and a phone, by day and by night; long texts and their scrolling."""

from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation
from tests.e2e.test_rating import (
    ANSWERS,
    WCAG,
    make_conversation,
    make_pairs,
    press,
    shown_code,
    sign_in,
    wait_until_ready,
)
from tests.factories.ledger import (
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_single_rubric,
    make_single_task,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


SIZES = (("wide", 1280, 800), ("phone", 390, 844))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("kind", ["pair", "conversation", "single"])
def test_screens(page: Page, live_server: LiveServer, screenshots: Path, pictures: Path, kind: str) -> None:
    """On a desk and a phone, by day and by night; the lease stays with its rater from one look to the next."""
    project = make_project("sky", manifest={"rater_title": "Why the sky is blue"})
    if kind == "pair":
        make_pairs(project, 12)
    elif kind == "conversation":
        make_conversation(project)
    else:
        rubric = make_single_rubric(project, ["correctness", "clarity", "tone"])
        make_single_task(project, rubric, text=ANSWERS[0])
    sign_in(page, live_server, make_person(project))
    for (size, width, height), scheme in product(SIZES, SCHEMES):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live_server.url}/p/sky/rate/")
        wait_until_ready(page)
        page.screenshot(path=screenshots / f"rate-{kind}-{size}-{scheme}.png")
        if (kind, size, scheme) == ("pair", "wide", "light"):
            page.screenshot(path=pictures / "rating.png")  # that of the README
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        violations = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        faults = [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations]
        assert (size, scheme, overflow, faults) == (size, scheme, 0, [])


def test_answers_scroll_together_until_unlocked(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    rubric = make_pair_rubric(project)
    make_pair_task(project, rubric, texts=[f"{side} line\n\n" * 80 for side in ("left", "right")])
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)
    page.keyboard.press("o")

    def tops() -> list[int]:
        page.wait_for_timeout(150)
        found: list[int] = page.evaluate(
            "[...document.querySelectorAll('.pane')].map(p => Math.round(p.scrollTop))"
        )
        return found

    page.locator(".pane").first.evaluate("pane => { pane.scrollTop = 200 }")
    assert tops() == [200, 200]
    page.get_by_role("button", name="Scroll together").click()
    page.locator(".pane").first.evaluate("pane => { pane.scrollTop = 300 }")
    assert tops() == [300, 200]
    page.locator("body").press("ArrowDown")
    assert tops() == [356, 256]
    assert not Annotation.objects.exists()


def test_texts_are_shown_as_written_for_the_whole_session(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)
    assert page.locator("pre.source:visible").count() == 0
    page.keyboard.press("v")
    assert page.locator(".rendered:visible").count() == 0
    assert page.get_by_text("**Blue** light").is_visible()
    press(page, "w")  # still the left hand's key for B
    assert shown_code(Annotation.objects.get()) == "second"
    assert page.locator("pre.source:visible").count() == 3
    page.keyboard.press("v")
    assert page.locator("pre.source:visible").count() == 0


def test_a_long_dialogue_opens_at_its_end_and_is_scrolled_by_keys(
    page: Page, live_server: LiveServer
) -> None:
    project = make_project("talk")
    item = make_item(project, "USER: and then?\nBOT: and then\n" * 60)
    make_single_task(project, make_single_rubric(project), item=item, text="An answer.\n\n" * 80)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/talk/rate/")
    wait_until_ready(page)

    def tops() -> list[int]:
        page.wait_for_timeout(150)
        found: list[int] = page.evaluate(
            "[document.querySelector('.asked'), document.querySelector('.pane')].map(e => Math.round(e.scrollTop))"
        )
        return found

    end, start = tops()
    assert (end > 1_000, start) == (True, 0)
    page.keyboard.press("PageDown")
    assert tops()[0] == end
    assert tops()[1] > 0
    page.keyboard.press("p")
    page.keyboard.press("PageUp")
    assert tops()[0] < end
    page.keyboard.press("Home")
    assert tops()[0] == 0
    page.keyboard.press("p")
    page.keyboard.press("Home")
    assert tops()[1] == 0
    page.keyboard.press("Space")
    below = tops()[1]
    page.keyboard.press("End")
    last = tops()[1]
    assert 0 < below < last
    assert last == page.locator(".pane").evaluate("pane => Math.round(pane.scrollHeight - pane.clientHeight)")
    page.keyboard.press("Shift+Space")
    assert tops()[1] < last
    assert not Annotation.objects.exists()
