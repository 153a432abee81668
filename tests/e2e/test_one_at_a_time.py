"""Questions one after another: none beside another, by keyboard alone and by touch; the texts stay where they are."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Level, Project, Rating, TaskKind
from tests.e2e.test_rating import ANSWERS, WCAG, press, sign_in, wait_until_ready
from tests.e2e.test_rating_screens import SCHEMES, SIZES
from tests.e2e.test_strength import sign_in_in_russian
from tests.e2e.test_touch import wait_for_next
from tests.factories.ledger import (
    make_criterion,
    make_pair_task,
    make_person,
    make_project,
    make_ranking_task,
    make_rubric,
    make_single_task,
    make_system,
    scale,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
SEVERITIES: dict[str, Any] = {"severities": ["Minor", "Major"]}
NEEDED = "A reason is needed with this answer."
LACKING = "An answer is needed."


def make_stories(tasks: int = 2) -> Project:
    """Every kind of question about one answer, one after another."""
    project = make_project("stories")
    rubric = make_rubric(project, TaskKind.SINGLE, one_at_a_time=True)
    reason = {"reason": {"at_most": 2}, "abstain": True}
    make_criterion(rubric, "clarity", values=scale(1, 2, 3, 4, 5), options=reason)
    make_criterion(rubric, "errors", Level.SPANS, options=SEVERITIES)
    make_criterion(rubric, "share", Level.RATIO, minimum=0, maximum=100, fractions=True)
    make_criterion(rubric, "wishes", Level.TEXT, required=False)
    make_criterion(
        rubric,
        "tone",
        Level.NOMINAL,
        values=scale("a warm and friendly one", "a cold one", "neither of both"),
    )
    for _ in range(tasks):
        make_single_task(project, rubric, text=ANSWERS[0])
    return project


def make_sides(tasks: int = 2) -> Project:
    """A preference with its strength, and then two scores of unlike height, about two answers."""
    project = make_project("sides")
    rubric = make_rubric(project, TaskKind.PAIR, one_at_a_time=True)
    words = [{"value": step, "labels": {"en": f"step {step}", "ru": f"шаг {step}"}} for step in (1, 2, 3)]
    make_criterion(rubric, "overall", Level.PREFERENCE, options={"strength": True})
    make_criterion(rubric, "style", Level.PREFERENCE, labels={"en": "Style", "ru": "Стиль"})
    make_criterion(rubric, "alike", values=words, help_text={"en": "How alike?"})
    for _ in range(tasks):
        make_pair_task(project, rubric, texts=ANSWERS)
    return project


def open_page(page: Page, server: LiveServer, project: Project) -> str:
    sign_in(page, server, make_person(project))
    page.goto(f"{server.url}/p/{project.slug}/rate/")
    return wait_until_ready(page)


def read_screen(page: Page) -> tuple[str, list[str]]:
    """How far the rater is, and every question that can be seen."""
    seen = page.locator(".criterion:visible")
    return seen.locator(".of").inner_text(), [
        each.get_attribute("data-criterion") or "" for each in seen.all()
    ]


def read_said() -> dict[str, Any]:
    """The values of the answer that stands."""
    ratings = Rating.objects.filter(annotation__is_current=True).select_related("criterion").order_by("pk")
    return {
        rating.criterion.key: next(
            value
            for value in (rating.absent, rating.number, rating.code, rating.text, rating.spans)
            if value is not None
        )
        for rating in ratings
    }


def is_painted(page: Page) -> bool:
    """Whether a marked passage is painted over the text."""
    found: bool = page.evaluate(
        "[...CSS.highlights.entries()].some(([name, each]) => name.startsWith('mark-') && each.size > 0)"
    )
    return found


def test_each_question_comes_when_the_one_before_is_answered_by_keyboard_alone(
    page: Page, live_server: LiveServer
) -> None:
    held = open_page(page, live_server, make_stories())
    assert read_screen(page) == ("Question 1 of 5", ["clarity"])
    told = page.locator(".criterion.active [aria-live=polite]:has(.lacking)")  # heard by who does not see it
    page.keyboard.press("ArrowDown")  # nothing is skipped over
    expect(told).to_have_text(LACKING, use_inner_text=True)
    page.keyboard.press("a")  # too hard to say: why?
    expect(told).to_have_text(NEEDED, use_inner_text=True)
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(told).to_have_text(NEEDED, use_inner_text=True)
    assert read_screen(page) == ("Question 1 of 5", ["clarity"])
    page.keyboard.type("The end is missing.")
    page.keyboard.press("Control+Enter")
    assert read_screen(page) == ("Question 2 of 5", ["errors"])
    expect(page.get_by_role("region", name="Question 2 of 5 Errors")).to_be_focused()
    for key in ("ArrowRight", "Enter", "2"):
        page.keyboard.press(key)
    assert is_painted(page)
    page.keyboard.press("Control+Enter")
    assert read_screen(page) == ("Question 3 of 5", ["share"])
    assert not is_painted(page)  # what was marked does not colour what is asked next
    expect(page.get_by_role("textbox", name="Question 3 of 5 Share")).to_be_focused()
    page.keyboard.type("140")
    page.keyboard.press("Enter")
    assert read_screen(page)[1] == ["share"]
    page.keyboard.press("ArrowUp")  # back, although this one is not right yet
    assert (read_screen(page)[1], is_painted(page)) == (["errors"], True)
    page.keyboard.press("Escape")  # the arrows are the questions' again
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-comment]:visible")).to_have_value("The end is missing.")

    page.reload()  # the place survives with the answers
    assert wait_until_ready(page) == held
    assert read_screen(page) == ("Question 1 of 5", ["clarity"])
    assert page.locator(".criterion:visible .choice[aria-pressed=true]").get_attribute("data-value") == "2"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert read_screen(page)[1] == ["share"]
    page.locator(".typed:visible").fill("1,5")
    page.keyboard.press("Enter")
    assert read_screen(page)[1] == ["wishes"]
    page.keyboard.press("Control+Enter")  # nothing to say
    assert read_screen(page) == ("Question 5 of 5", ["tone"])
    assert not Annotation.objects.exists()
    press(page, "1")
    assert read_screen(page) == ("Question 1 of 5", ["clarity"])
    said = read_said()
    assert [mark["severity"] for mark in said.pop("errors")] == ["Major"]
    assert said == {"clarity": 2, "share": 1.5, "tone": "a warm and friendly one"}


def test_what_is_taken_back_opens_at_its_last_question_and_what_is_revised_at_its_first(
    page: Page, live_server: LiveServer
) -> None:
    open_page(page, live_server, make_sides())
    for key in ("1", "2", "w"):
        page.keyboard.press(key)
    press(page, "3")
    assert read_said()["alike"] == 3
    press(page, "u")
    assert read_screen(page) == ("Question 3 of 3", ["alike"])
    press(page, "2")
    assert read_said()["alike"] == 2
    page.keyboard.press("l")
    page.locator("#stage > .stage[data-state=last][data-ready]").wait_for()
    page.keyboard.press("1")
    page.locator("#stage > .stage[data-state=again][data-ready]").wait_for()
    assert read_screen(page) == ("Question 1 of 3", ["overall"])
    expect(page.get_by_role("button", name="Store the new answer")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("1")  # the style, after all; the rest stays
    assert read_screen(page) == ("Question 3 of 3", ["alike"])
    page.keyboard.press("ArrowUp")
    press(page, "Control+Enter")
    said = read_said()
    assert (said["style"] in ("first", "second"), said["alike"]) == (True, 2)
    assert Annotation.objects.filter(is_current=True).count() == 1


def test_an_answer_that_cannot_be_sent_waits_at_its_last_question(
    page: Page, live_server: LiveServer
) -> None:
    first = open_page(page, live_server, make_sides(1))
    for key in ("3", "3"):
        page.keyboard.press(key)
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.get_by_text("Not saved yet").wait_for()
    assert read_screen(page) == ("Question 3 of 3", ["alike"])
    page.keyboard.press("ArrowUp")  # what is on its way is not changed
    assert read_screen(page) == ("Question 3 of 3", ["alike"])
    page.context.set_offline(False)
    page.get_by_role("heading", name="All done").wait_for()
    assert (first != "", read_said()["alike"]) == (True, 1)


def test_rankings_one_after_another(page: Page, live_server: LiveServer) -> None:
    project = make_project("orders")
    rubric = make_rubric(project, TaskKind.RANKING, one_at_a_time=True)
    for key in ("overall", "style"):
        make_criterion(rubric, key, Level.PREFERENCE, options={"task": "ranking"})
    make_ranking_task(project, rubric, systems=[make_system(project) for _ in range(3)])
    open_page(page, live_server, project)
    page.keyboard.type("12")
    page.keyboard.press("Enter")  # half a ranking is none
    assert read_screen(page) == ("Question 1 of 2", ["overall"])
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    assert read_screen(page) == ("Question 2 of 2", ["style"])
    page.keyboard.type("321")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="All done").wait_for()
    assert len(set(read_said().values())) == 2


@pytest.fixture
def thumb(browser: Browser) -> Iterator[BrowserContext]:
    """A phone in Russian, by night, whose owner wants nothing to move."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="ru",
        color_scheme="dark",
        reduced_motion="reduce",
    )
    yield context
    context.close()


def test_questions_are_answered_by_thumb_and_gone_back_to(
    thumb: BrowserContext, live_server: LiveServer, screenshots: Path
) -> None:
    page = thumb.new_page()
    project = make_sides(1)
    sign_in_in_russian(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sides/rate/")
    before = wait_until_ready(page)
    assert read_screen(page) == ("Вопрос 1 из 3", ["overall"])
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")  # all is read
    top = find_top(page)
    page.get_by_role("button", name="A лучше").tap()
    page.get_by_role("button", name="Дальше").tap()  # how much better is not said
    assert (read_screen(page), find_top(page)) == (("Вопрос 2 из 3", ["style"]), top)
    page.screenshot(path=screenshots / "one-at-a-time-thumb.png")
    page.get_by_role("button", name="Назад").tap()
    expect(page.locator(".criterion:visible [data-value][aria-pressed=true] .label")).to_have_text("A лучше")
    page.wait_for_timeout(350)  # a thumb needs that long, and a second tap of a double one does not
    page.get_by_role("button", name="Дальше").tap()
    page.wait_for_timeout(350)
    page.get_by_role("button", name="B лучше").dblclick()
    assert read_screen(page) == ("Вопрос 3 из 3", ["alike"])
    assert (page.locator(".criterion:visible [aria-pressed=true]").count(), find_top(page)) == (0, top)
    page.wait_for_timeout(350)
    assert not Annotation.objects.exists()
    page.locator(".criterion:visible [data-value='2']").tap()
    wait_for_next(page, before)
    assert (read_said()["alike"], len(read_said())) == (2, 3)


def find_top(page: Page) -> float:
    """Where the texts stand on the screen."""
    found: float = page.evaluate("document.querySelector('.columns').getBoundingClientRect().top")
    return found


@pytest.mark.parametrize("kind", ["sides", "stories"])
def test_screens(page: Page, live_server: LiveServer, screenshots: Path, kind: str) -> None:
    """Each question on a desk and a phone, by day and by night; between questions no text moves."""
    open_page(page, live_server, make_sides() if kind == "sides" else make_stories())
    sides, stories = (
        ("1", "Control+Enter", "w", "ArrowUp"),
        ("4", "0", "7", "Enter", "Control+Enter", "ArrowUp"),
    )
    for (size, width, height), scheme in product(SIZES, SCHEMES):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("localStorage.clear()")
        page.reload()
        wait_until_ready(page)
        boxes = []
        for place, key in enumerate(sides if kind == "sides" else stories):
            page.screenshot(path=screenshots / f"one-at-a-time-{kind}-{size}-{scheme}-{place}.png")
            boxes.append(
                page.locator(".columns").evaluate("box => JSON.stringify(box.getBoundingClientRect())")
            )
            overflow = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            violations = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
            faults = [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations]
            assert (size, scheme, place, overflow, faults) == (size, scheme, place, 0, [])
            page.keyboard.press(key)
        assert (size, len(set(boxes))) == (size, 1)
    assert not Annotation.objects.exists()
