"""What makes a hand quick: earlier answers by key, texts as large as wanted, guidelines that show their change."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Phase
from tests.e2e.test_rating import (
    WCAG,
    make_pairs,
    press,
    shown_code,
    sign_in,
    wait_until_ready,
)
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
SCREENS = (("light", 1280, 800, "en"), ("dark", 390, 844, "ru"))


def look(page: Page, screenshots: Path, name: str) -> None:
    """The screen at both widths, without a fault of accessibility and without scrolling sideways."""
    for scheme, width, height, _ in SCREENS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it wants
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=screenshots / f"{name}-{scheme}.png", caret="initial")
        violations = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})


def go(page: Page, key: str, state: str) -> None:
    """Press a key that fetches a stage of this state."""
    wait_until_ready(page)
    page.keyboard.press(key)
    page.locator(f"#stage > .stage[data-state={state}][data-ready]").wait_for()


def test_an_earlier_answer_is_changed_by_four_keys(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    project = make_project("sky")
    make_pairs(project, 5)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    for key in ("1", "2", "3"):
        press(page, key)
    held = wait_until_ready(page)
    go(page, "l", "last")
    look(page, screenshots, "last-answers")
    go(page, "3", "again")
    assert page.locator(".choice[aria-pressed=true]").get_attribute("data-key") == "1"
    look(page, screenshots, "change-answer")
    page.keyboard.press("s")  # nothing is to be skipped here
    assert page.locator("dialog[open]").count() == 0
    go(page, "2", "task")
    assert wait_until_ready(page) == held
    current = Annotation.objects.filter(is_current=True).select_related("task__project", "rater")
    meant = {"first": 0, "second": 2, "tie": 1}
    assert {code: [shown_code(each) for each in current].count(code) for code in meant} == meant
    assert sorted(each.phase for each in current) == [Phase.INDEPENDENT, Phase.INDEPENDENT, Phase.REVISED]


def test_leaving_an_earlier_answer_changes_nothing(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_pairs(project, 3)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    press(page, "1")
    go(page, "l", "last")
    go(page, "1", "again")
    page.keyboard.press("c")
    page.keyboard.type("On second thoughts")
    page.keyboard.press("Escape")
    go(page, "b", "task")
    go(page, "l", "last")
    go(page, "1", "again")
    assert page.locator("[data-comment]").input_value() == ""
    assert Annotation.objects.get().phase == Phase.INDEPENDENT


@pytest.mark.parametrize("language", ["EN", "RU"])
def test_work_and_pay_are_read_on_any_screen(
    page: Page, live_server: LiveServer, screenshots: Path, language: str
) -> None:
    project = make_project("sky", pay="0.25")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    press(page, "1")
    page.goto(f"{live_server.url}/p/sky/pace/")
    page.locator(f"button[name=language][value={language.lower()}]").click()
    title = {"EN": "Your work and pay", "RU": "Ваша работа и оплата"}[language]
    page.get_by_role("heading", name=title).wait_for()
    look(page, screenshots, f"pace-{language}")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "sky-my-work.csv"


def test_size_width_and_font_are_set_by_keys_and_kept(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    project = make_project("sky")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)

    def measure() -> list[str]:
        """Size, font and widest line of the first answer, and the size of what was asked."""
        found: list[str] = page.evaluate(
            "['.pane .rendered', '.asked .rendered'].map(name => getComputedStyle(document.querySelector(name)))"
            ".flatMap(style => [style.fontSize, style.fontFamily.split(',')[0]])"
        )
        return found

    assert measure() == ["17px", "system-ui", "16px", "system-ui"]
    page.keyboard.press("z")
    page.locator("[name=textSize]:checked").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    look(page, screenshots, "looks")
    page.keyboard.press("Escape")
    assert measure() == ["24px", "Georgia", "23px", "Georgia"]
    look(page, screenshots, "looks-largest")
    page.reload()
    press(page, "1")  # no key of the panel was an answer
    assert measure() == ["24px", "Georgia", "23px", "Georgia"]
    assert page.evaluate("document.documentElement.dataset.lineWidth") == "narrow"
    assert Annotation.objects.count() == 1


def test_a_break_is_called_to_mind_and_ended_by_a_key(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    project = make_project("sky", break_after=30)
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.clock.install()
    page.goto(f"{live_server.url}/p/sky/rate/")
    held = wait_until_ready(page)
    notice = page.get_by_role("status").filter(has_text="You have worked for 30 minutes.")
    page.clock.run_for("29:30")
    assert notice.count() == 0
    page.clock.run_for("01:00")
    notice.wait_for()
    look(page, screenshots, "break")
    page.keyboard.press("k")
    page.clock.run_for("20:00")
    assert notice.count() == 0
    page.clock.fast_forward("06:00")  # away: that was a break
    page.clock.run_for("20:00")
    assert notice.count() == 0
    assert wait_until_ready(page) == held


def test_changed_guidelines_are_read_before_a_key_acts(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    project = make_project("sky")
    old = make_pair_rubric(
        project, key="pair", instructions={"en": "Prefer the answer that is true.\n\nBe quick."}
    )
    make_pair_task(project, old)
    new = make_pair_rubric(
        project, key="pair", version=2, instructions={"en": "Prefer the answer that is clear.\n\nBe quick."}
    )
    make_pair_task(project, new)
    make_pair_task(project, new)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    press(page, "1")
    panel = page.get_by_role("dialog", name="The guidelines have changed")
    assert [panel.locator("del").text_content(), panel.locator("ins").text_content()] == [
        "[gone:  true.]",
        "[new:  clear.]",
    ]
    page.wait_for_function("document.activeElement.dataset.act === 'close'")
    look(page, screenshots, "changed-guidelines")
    page.keyboard.press("1")
    assert Annotation.objects.count() == 1
    page.keyboard.press("Enter")
    press(page, "1")
    assert [panel.count(), Annotation.objects.count()] == [0, 2]
