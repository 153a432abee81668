"""Answers that meet a broken connection, a server that is away, another click or another tab: each is stored once."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Phase
from tests.e2e.test_rating import WCAG, make_pairs, press, shown_code, sign_in, wait_until_ready
from tests.factories.ledger import make_person, make_project

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


def test_row_10_an_answer_outlives_a_broken_connection_and_goes_out_by_itself(
    page: Page, live_server: LiveServer
) -> None:
    project = make_project("sky")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    first = wait_until_ready(page)
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.get_by_text("Not saved yet").wait_for()
    assert page.locator(".choice[aria-pressed=true]").count() == 1
    page.keyboard.press("2")  # what is on its way is not changed
    assert page.locator(".choice[aria-pressed=true]").get_attribute("data-key") == "1"
    page.context.set_offline(False)
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage').dataset.assignment !== id", arg=first
    )
    assert page.locator("#problem").inner_text() == ""
    assert Annotation.objects.count() == 1


def test_row_10_a_server_that_is_away_is_asked_until_it_answers(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    first = wait_until_ready(page)
    tries = []

    def answer(route: Route) -> None:
        tries.append(route.request.post_data)
        if len(tries) <= 2:
            route.fulfill(status=503, body="away")
        else:
            route.continue_()

    page.route("**/answer/", answer)
    page.keyboard.press("1")
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage').dataset.assignment !== id", arg=first
    )
    # The next task may be there before the answer is stored.
    page.locator("#stage:not([data-sending])").wait_for()
    assert len(tries) == 3
    assert len(set(tries)) == 1
    assert page.locator("#problem").inner_text() == ""
    assert Annotation.objects.count() == 1
    wait_until_ready(page)
    page.keyboard.press("1")  # the keyboard goes on
    page.get_by_text("All done").wait_for()
    assert Annotation.objects.count() == 2


def test_a_double_click_answers_one_task(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_pairs(project, 3)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    first = wait_until_ready(page)
    page.get_by_role("button", name="A is better").dblclick()
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage').dataset.assignment !== id", arg=first
    )
    wait_until_ready(page)
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize("stands", ["stored", "second"])
def test_row_17_two_tabs_and_two_answers_leave_the_one_that_the_rater_wants(
    page: Page, live_server: LiveServer, screenshots: Path, stands: str
) -> None:
    project = make_project("sky")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    first = wait_until_ready(page)
    with page.context.expect_page() as opened:
        page.evaluate("window.open(location.href)")
    tab = opened.value
    assert wait_until_ready(tab) == first
    press(tab, "1")
    page.bring_to_front()
    page.keyboard.press("2")
    page.get_by_role("alertdialog").wait_for()
    assert page.locator(".conflict td").all_inner_texts() == ["", "A is better", "B is better"]
    page.wait_for_function("document.activeElement.dataset.act === 'keep'")
    for scheme, width, height in (("light", 1280, 800), ("dark", 390, 844)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it wants
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=screenshots / f"rate-conflict-{scheme}.png", caret="initial")
        violations = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations] == []
    if stands == "second":
        page.keyboard.press("Tab")
    press(page, "Enter")
    assert page.locator("#problem").inner_text() == ""
    current = Annotation.objects.get(is_current=True)
    meant = ("first", Phase.INDEPENDENT) if stands == "stored" else ("second", Phase.REVISED)
    assert (shown_code(current), current.phase) == meant
    if stands == "stored":
        press(page, "u")  # the draft of the other answer is gone
        assert page.locator(".choice[aria-pressed=true]").inner_text() == "A is better"
