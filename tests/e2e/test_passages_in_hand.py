"""Of several questions about passages one is in hand: one menu is open, one passage chosen, keys go where one looks."""

from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Level, Project, Role, TaskKind
from tests.e2e.test_rating import sign_in, wait_until_ready
from tests.factories.ledger import (
    make_criterion,
    make_item,
    make_person,
    make_project,
    make_rubric,
    make_single_task,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
TEXT = "The cat sat on the mat, and a dog came."
OPTIONS = {"categories": ["Accuracy", "Style"], "severities": ["Major", "Minor"], "not_applicable": True}
TONE = {"categories": ["Rude", "Cold"]}
MAT = {"start": 19, "end": 22, "category": "Accuracy", "severity": "Major"}
PAINTED = "(name) => [...(CSS.highlights.get(name) ?? [])].map(range => range.toString())"
# Selects a word of the text, as a double click on it does.
SELECT = """word => {
  const walker = document.createTreeWalker(document.querySelector("[data-marked]"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const at = node.data.indexOf(word);
    if (at >= 0) return document.getSelection().setBaseAndExtent(node, at, node, at + word.length);
  }
}"""


@pytest.fixture
def project() -> Project:
    """Two questions about passages; of two people one has marked a word."""
    project = make_project("mqm")
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options=OPTIONS)
    make_criterion(rubric, "tone", Level.SPANS, options=TONE)
    make_single_task(project, rubric, text=TEXT, item=make_item(project, prompt="Tell."), overlap=3)
    answers: list[list[dict[str, Any]]] = [[MAT], []]
    for marks in answers:
        held = claim_assignment(rater=make_person(project))
        assert held is not None
        record_annotation(
            assignment=held,
            ratings={"errors": marks, "tone": []},
            seconds=1.0,
            client_key=str(held.public_id),
        )
    return project


def open_case(page: Page, live_server: LiveServer, project: Project) -> None:
    sign_in(page, live_server, make_person(project, role=Role.REVIEWER))
    page.goto(f"{live_server.url}/p/mqm/review/{project.tasks.get().public_id}/")
    page.wait_for_function("CSS.highlights.get('mark-2')")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def select(page: Page, word: str) -> None:
    """By mouse, as far as the page can tell; returns when it is asked what the word is."""
    page.evaluate(SELECT, word)
    page.locator("[data-picker]:visible [data-quote]", has_text=word).wait_for()


def read_own(page: Page, key: str) -> list[str]:
    return page.locator(f"[data-criterion={key}] [data-marks] li .quote").all_inner_texts()


def test_a_reviewers_keys_go_to_the_menu_that_is_seen(
    page: Page, live_server: LiveServer, project: Project
) -> None:
    open_case(page, live_server, project)
    select(page, "cat")
    page.locator("[name='comment:tone']").focus()
    select(page, "dog")
    assert page.locator("[data-picker]:visible").count() == 1
    press(page, "Escape", "1")  # out of the field
    assert read_own(page, "errors") == []
    assert read_own(page, "tone") == ["dog"]


def test_one_passage_is_chosen_on_the_page_of_a_reviewer(
    page: Page, live_server: LiveServer, project: Project
) -> None:
    open_case(page, live_server, project)
    words = page.locator(".passage").first
    words.click()
    assert page.evaluate(PAINTED, "chosen") == ["mat"]
    select(page, "dog")
    assert page.evaluate(PAINTED, "chosen") == ["dog"]
    page.locator("[data-picker]:visible").hover()
    page.evaluate("word => word.dispatchEvent(new Event('pointerenter'))", words.element_handle())
    assert page.evaluate(PAINTED, "chosen") == ["dog"]  # what the menu asks about
    press(page, "Escape")
    assert page.evaluate(PAINTED, "chosen") == []

    press(page, "ArrowRight", "ArrowRight")
    page.locator("[name='value:tone']").focus()
    press(page, "ArrowRight")
    assert page.evaluate(PAINTED, "chosen") == ["The"]
    press(page, "Escape")
    assert page.evaluate(PAINTED, "chosen") == []
    page.locator("[data-ticks] input").first.focus()
    press(page, "m")  # the word of before is not in hand any more
    assert page.locator("[data-picker]:visible").count() == 0

    press(page, "ArrowRight")
    page.locator("summary", has_text="Send back").first.focus()
    press(page, "Enter")  # opens what it stands on
    assert page.locator("details[open]").count() == 1
    assert page.locator("[data-picker]:visible").count() == 0


def test_one_passage_is_chosen_while_rating(page: Page, live_server: LiveServer, project: Project) -> None:
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/mqm/rate/")
    wait_until_ready(page)
    press(page, "ArrowRight", "ArrowRight")
    page.locator("[data-criterion=tone] .choice").first.focus()
    press(page, "ArrowRight")
    assert page.evaluate(PAINTED, "chosen") == ["The"]
    press(page, "Escape")
    assert page.evaluate(PAINTED, "chosen") == []
    select(page, "cat")
    page.locator("[data-criterion=errors] .choice").first.focus()
    select(page, "dog")
    assert page.locator("[data-picker]:visible").count() == 1


def test_a_reviewers_marks_and_the_word_that_there_is_none_exclude_each_other(
    page: Page, live_server: LiveServer, project: Project
) -> None:
    open_case(page, live_server, project)
    tick = page.locator("[data-ticks] [data-key='1']").first
    absent = page.get_by_label("Not applicable")
    tick.check()
    absent.check()
    assert not tick.is_checked()
    tick.check()
    assert not absent.is_checked()
    absent.check()
    select(page, "cat")
    press(page, "1", "1")
    assert read_own(page, "errors") == ["cat"]
    assert not absent.is_checked()
    assert absent.is_disabled()
    press(page, "x")
    assert absent.is_enabled()


FOCUS = "document.activeElement"


def test_a_reviewers_own_marks_come_back_with_their_ticks(
    page: Page, live_server: LiveServer, project: Project
) -> None:
    open_case(page, live_server, project)
    page.locator("[data-ticks] [data-key='1']").first.check()
    select(page, "cat")
    press(page, "1", "1")
    page.locator("[data-hotkey=q]").focus()
    with page.expect_navigation():
        press(page, "q")
    page.go_back()
    page.locator("[data-marks] li").wait_for()
    assert read_own(page, "errors") == ["cat"]
    assert page.locator("[data-ticks] :checked").count() == 1
    assert page.locator("[data-total]:visible").inner_text() == "MQM score: 10"
    page.reload()
    page.locator("[data-marks] li").wait_for()
    assert read_own(page, "errors") == ["cat"]
    page.locator("[data-ticks] [data-key='1']").first.check()
    page.locator("[data-none]").last.check()
    with page.expect_navigation():
        press(page, "Control+Enter")
    decided = Annotation.objects.get(rater__name="adjudication").ratings.get(criterion__key="errors")
    assert [span["text"] for span in decided.spans or []] == ["cat", "mat"]
    assert read_own(page, "errors") == []  # it is among the ticked ones now


def test_the_focus_stays_beside_what_has_gone_and_the_menu_is_told(
    page: Page, live_server: LiveServer, project: Project
) -> None:
    open_case(page, live_server, project)
    said = page.locator("[data-criterion=errors] [data-say]")
    page.locator("[data-ticks] input").first.focus()
    select(page, "cat")
    assert said.text_content() == "cat: What is wrong here? 1 Accuracy, 2 Style"
    for word, severity in (("Style", "Minor"), ("Accuracy", "Major")):
        menu = page.locator("[data-picker]:visible")
        menu.get_by_role("button", name=word).focus()
        press(page, "Enter")
        assert page.evaluate(f"{FOCUS}.textContent") == "1Major"
        menu.get_by_role("button", name=severity).focus()
        press(page, "Enter")
        assert page.evaluate(f"{FOCUS}.matches('[data-ticks] input')")  # where it was before the menu
        select(page, "dog" if word == "Style" else "mat")
    press(page, "1", "1")
    assert said.text_content() == "A rater has marked this too: it is ticked."
    assert read_own(page, "errors") == ["cat", "dog"]

    removes = page.locator("[data-criterion=errors] [data-marks] button[aria-label]")
    for left in (1, 0):
        removes.first.focus()
        press(page, "Enter")
        assert removes.count() == left
        selector = "[data-marks] button[aria-label]" if left else "[data-criterion=errors]"
        assert page.evaluate(f"{FOCUS}.matches('{selector}')")
