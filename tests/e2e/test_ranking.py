"""A person ranks several answers in a real browser, by keyboard alone and by touch."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.domain.showing.presentation import draw_order, show_code
from annotations.models import Annotation, Project, Rater
from evalplatform.accounts.links import create_sign_in_link
from tests.e2e.test_rating import ANSWERS, WCAG, press, wait_until_ready
from tests.factories.ledger import (
    make_item,
    make_person,
    make_project,
    make_ranking_rubric,
    make_ranking_task,
    make_system,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
TEXTS = (*ANSWERS, "Because of **scattering**.", "It is only blue when nobody looks.")
PHONE_WIDTH = 390
LOOKS = [
    (width, scheme, locale)
    for width in (1280, 390)
    for scheme in ("light", "dark")
    for locale in ("en-GB", "ru")
]


def fill(project: Project, tasks: int = 2, size: int = 4, keys: tuple[str, ...] = ("overall",)) -> Rater:
    """Rankings of answers that all can be read, and who is to rank them."""
    rubric = make_ranking_rubric(project, keys, labels={"en": "Which answers help more?"})
    systems = [make_system(project, f"apex-{place}") for place in range(size)]
    for number in range(tasks):
        item = make_item(project, f"Question {number + 1}: why is the sky blue?")
        texts = [TEXTS[place % len(TEXTS)] for place in range(size)]
        make_ranking_task(project, rubric, systems=systems, texts=texts, item=item)
    return make_person(project)


def open_page(page: Page, server: LiveServer, project: Project, rater: Rater) -> None:
    assert rater.user is not None
    page.goto(f"{server.url}/sign-in/{create_sign_in_link(user=rater.user)}/")
    page.locator("main button").click()  # in any language
    page.wait_for_url(f"{server.url}/")
    page.goto(f"{server.url}/p/{project.slug}/rate/")
    wait_until_ready(page)


def list_said() -> list[str]:
    """What was said, as it was shown, in the order given."""
    said = []
    for annotation in Annotation.objects.filter(is_current=True).order_by("pk"):
        order = draw_order(
            task=annotation.task, rater=annotation.rater, size=annotation.task.positions.count()
        )
        rating = annotation.ratings.select_related("criterion").order_by("criterion__position")
        said += [show_code(each.criterion, each.code or "", order) for each in rating]
    return said


def type_keys(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def test_rankings_by_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    rater = fill(project, tasks=3)
    open_page(page, live_server, project, rater)
    said = page.locator("[data-ranked]")

    type_keys(page, "3 1 = 4")
    expect(said).to_have_text("C > A = D > …")
    page.keyboard.press("Enter")  # half a ranking is no answer
    expect(page.locator(".criterion.wrong")).to_have_count(1)
    assert not Annotation.objects.exists()
    type_keys(page, "4 Backspace Backspace")
    expect(said).to_have_text("C > …")
    type_keys(page, "2 t 2 1 4")
    expect(said).to_contain_text("C > B = A > D")
    expect(page.locator('[data-place-of="4"]')).to_have_text("4")
    press(page, "Enter")
    type_keys(page, "1 2 3 4")
    press(page, "Control+Enter")
    assert list_said() == ["3>1=2>4", "1>2>3>4"]

    press(page, "u")
    expect(said).to_contain_text("A > B > C > D")  # the form opens with what was said before
    type_keys(page, "Backspace Backspace = 4 3")
    press(page, "Enter")
    assert list_said() == ["3>1=2>4", "1>2=4>3"]


def test_half_a_ranking_outlives_a_reload(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    rater = fill(project)
    open_page(page, live_server, project, rater)
    type_keys(page, "2 = 4")
    page.reload()
    wait_until_ready(page)
    expect(page.locator("[data-ranked]")).to_have_text("B = D > …")
    type_keys(page, "1 3")
    press(page, "Enter")
    assert list_said() == ["2=4>1>3"]


def test_several_criteria_are_ranked_one_after_another(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    rater = fill(project, keys=("truth", "clarity"), size=3)
    open_page(page, live_server, project, rater)
    type_keys(page, "1 2 3 Enter 3 2 1")
    press(page, "Enter")
    assert list_said() == ["1>2>3", "3>2>1"]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": PHONE_WIDTH, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def test_rankings_by_touch(phone: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    rater = fill(project)
    open_page(phone, live_server, project, rater)
    before = wait_until_ready(phone)
    for name in ("4", "2"):
        phone.locator(f'[data-rank="{name}"]').tap()
    phone.locator('[data-rank-act="tie"]').tap()
    for name in ("1", "3"):
        phone.locator(f'[data-rank="{name}"]').tap()
    phone.locator('[data-rank-act="back"]').tap()
    phone.locator('[data-rank="3"]').tap()
    phone.locator('[data-act="submit"]').tap()
    phone.wait_for_function(
        "id => document.querySelector('#stage > .stage').dataset.assignment !== id", arg=before
    )
    wait_until_ready(phone)  # the next task stands there before the answer to this one is stored
    assert list_said() == ["4>1=2>3"]
    # Every answer can be read: none is wider than the screen.
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH


@pytest.mark.parametrize(("width", "scheme", "locale"), LOOKS)
def test_how_it_looks(
    browser: Browser, live_server: LiveServer, screenshots: Path, width: int, scheme: str, locale: str
) -> None:
    project = make_project("sky")
    rater = fill(project, size=6 if width > 1000 else 4)
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=locale,
    )
    page = context.new_page()
    open_page(page, live_server, project, rater)
    type_keys(page, "3 1 = 4")
    page.screenshot(path=screenshots / f"ranking-{width}-{scheme}-{locale[:2]}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options={"runOnly": WCAG})
    assert found.response["violations"] == []
    context.close()
