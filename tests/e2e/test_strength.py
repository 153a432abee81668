"""How much better the preferred side is: by keyboard, by touch, and left unsaid."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Level, Project, Rater, Rating, Rubric, TaskKind
from evalplatform.accounts.links import create_sign_in_link
from tests.e2e.test_hand import look
from tests.e2e.test_rating import press, shown_code, sign_in, wait_until_ready
from tests.factories.ledger import (
    make_criterion,
    make_pair_task,
    make_person,
    make_project,
    make_rubric,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


def make_strength_rubric(project: Project, keys: list[str]) -> Rubric:
    rubric = make_rubric(project, TaskKind.PAIR)
    for key in keys:
        make_criterion(rubric, key, Level.PREFERENCE, options={"strength": True})
    return rubric


def make_work(tasks: int = 4) -> tuple[Project, Rater]:
    project = make_project("sky")
    rubric = make_strength_rubric(project, ["overall"])
    for number in range(tasks):
        make_pair_task(project, rubric, texts=(f"Light is scattered, {number}.", "It mirrors the sea."))
    return project, make_person(project)


def list_said() -> list[tuple[str, object]]:
    """The side as shown, and the strength, of each answer that stands."""
    ratings = Rating.objects.filter(annotation__is_current=True).select_related(
        "annotation__task__project", "annotation__rater"
    )
    return [
        (shown_code(rating.annotation), (rating.meta or {}).get("strength"))
        for rating in ratings.order_by("annotation__pk")
    ]


def test_side_then_strength_by_keyboard(page: Page, live_server: LiveServer, screenshots: Path) -> None:
    _, rater = make_work()
    sign_in(page, live_server, rater)
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)
    row = page.get_by_role("group", name="How much better?")
    assert row.count() == 0
    page.keyboard.press("1")
    row.wait_for()
    look(page, screenshots, "strength")
    page.keyboard.press("w")  # the other side, after all
    page.reload()  # the side is a draft
    wait_until_ready(page)
    assert page.locator(".choice[data-value][aria-pressed=true] .label").inner_text() == "B is better"
    page.keyboard.press("2")
    press(page, "3")
    page.keyboard.press("1")
    press(page, "Enter")
    press(page, "3")  # equal: there is nothing more to say
    assert list_said() == [("second", 3), ("first", None), ("tie", None)]

    page.keyboard.press("l")
    page.locator("#stage > .stage[data-state=last][data-ready]").wait_for()
    said = [" ".join(each.split()) for each in page.locator(".answered").all_inner_texts()]
    assert said == ["Equal", "A is better", "B is better (much)"]
    page.keyboard.press("3")
    page.locator("#stage > .stage[data-state=again][data-ready]").wait_for()
    assert row.locator("[aria-pressed=true]").inner_text().split() == ["3", "Much"]
    page.keyboard.press("2")
    press(page, "1")
    assert sorted(list_said(), key=repr) == [("first", None), ("second", 1), ("tie", None)]


def test_side_then_strength_by_touch(browser: Browser, live_server: LiveServer, screenshots: Path) -> None:
    _, rater = make_work()
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="ru",
        color_scheme="dark",
    )
    page = context.new_page()
    sign_in_in_russian(page, live_server, rater)
    page.goto(f"{live_server.url}/p/sky/rate/")
    first = wait_until_ready(page)
    page.get_by_role("button", name="A лучше").tap()
    page.get_by_role("button", name="Намного").wait_for()
    page.screenshot(path=screenshots / "strength-phone.png", caret="initial")
    page.get_by_role("button", name="Заметно").tap()
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage').dataset.assignment !== id", arg=first
    )
    second = wait_until_ready(page)
    page.get_by_role("button", name="B лучше").tap()
    page.get_by_role("button", name="Не указывать").tap()
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage').dataset.assignment !== id", arg=second
    )
    context.close()
    assert list_said() == [("first", 2), ("second", None)]


def sign_in_in_russian(page: Page, server: LiveServer, rater: Rater) -> None:
    """A browser of this language shows the first page in it."""
    assert rater.user is not None
    page.goto(f"{server.url}/sign-in/{create_sign_in_link(user=rater.user)}/")
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url(f"{server.url}/")


def test_several_questions_each_with_its_strength(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    rubric = make_strength_rubric(project, ["overall", "style"])
    make_pair_task(project, rubric)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)
    for key in ("1", "2", "2"):
        page.keyboard.press(key)
    press(page, "1")
    said = [(rating.criterion.key, rating.meta) for rating in Rating.objects.order_by("criterion__position")]
    assert said == [("overall", {"strength": 2}), ("style", {"strength": 1})]
