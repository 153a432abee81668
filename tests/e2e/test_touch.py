"""Pairs, rubrics and conversations are rated by thumb on a phone; every target is large enough to hit."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Project
from tests.e2e.test_rating import make_conversation, make_pairs, shown_code, sign_in, wait_until_ready
from tests.factories.ledger import make_person, make_project, make_single_rubric, make_single_task

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
SMALLEST = 44  # CSS pixels of a thumb's target, in height


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    yield context.new_page()
    context.close()


def open_page(phone: Page, server: LiveServer, project: Project) -> str:
    sign_in(phone, server, make_person(project))
    phone.goto(f"{server.url}/p/{project.slug}/rate/")
    held = wait_until_ready(phone)
    small = phone.locator(".verdict :is(.choice, .button):visible").evaluate_all(
        f"found => found.map(each => each.getBoundingClientRect().height).filter(height => height < {SMALLEST})"
    )
    assert small == []
    head = phone.locator("header.top").bounding_box()
    assert head
    assert head["height"] < 60  # one line: the screen is for what is read
    return held


def wait_for_next(phone: Page, before: str) -> None:
    phone.wait_for_function(
        "id => document.querySelector('#stage > .stage').dataset.assignment !== id", arg=before
    )
    # the next task is shown before the answer is stored
    phone.locator("#stage:not([data-sending])").wait_for()


@pytest.mark.parametrize("kind", ["pair", "conversation"])
def test_a_side_is_preferred_by_touch(phone: Page, live_server: LiveServer, kind: str) -> None:
    project = make_project("sky")
    if kind == "pair":
        make_pairs(project, 1)
    else:
        make_conversation(project)
    before = open_page(phone, live_server, project)
    phone.get_by_role("button", name="B is better").tap()
    wait_for_next(phone, before)
    assert shown_code(Annotation.objects.get()) == "second"


def test_a_rubric_is_filled_in_by_touch_and_taken_back(phone: Page, live_server: LiveServer) -> None:
    project = make_project("stories")
    rubric = make_single_rubric(project, ["correctness", "clarity"])
    make_single_task(project, rubric)
    before = open_page(phone, live_server, project)
    for key, value in (("correctness", "4"), ("clarity", "2")):
        phone.locator(f'[data-criterion={key}] [data-value="{value}"]').tap()
    wait_for_next(phone, before)
    values = {r.criterion.key: r.number for r in Annotation.objects.get().ratings.select_related("criterion")}
    assert values == {"correctness": 4, "clarity": 2}
    phone.get_by_role("button", name="Undo").tap()
    phone.locator("#stage > .stage[data-state=task][data-ready]").wait_for()
    assert Annotation.objects.get().retracted_at is not None
