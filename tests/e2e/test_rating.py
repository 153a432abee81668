"""A person rates in a real browser, with the keyboard, and the ledger holds what they meant."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.domain.showing.presentation import draw_order, turn_preference
from annotations.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Level,
    Phase,
    Project,
    Rater,
    TaskKind,
)
from evalplatform.accounts.links import create_sign_in_link
from tests.factories.ledger import (
    make_criterion,
    make_generation,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_rubric,
    make_single_rubric,
    make_single_task,
    make_system,
    make_task,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]

ANSWERS = (
    """Sunlight is scattered by the molecules of the air. **Blue** light has a short wavelength and is \
scattered far more than red, so it reaches the eye from every direction.

- at noon the path through the air is short
- at sunset it is long, and red is what is left

```python
strength = 1 / wavelength**4
```""",
    "The sky mirrors the sea.\n\n" + "It has always been so, and it always will be. " * 40,
)

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def sign_in(page: Page, server: LiveServer, rater: Rater) -> None:
    assert rater.user is not None
    page.goto(f"{server.url}/sign-in/{create_sign_in_link(user=rater.user)}/")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}/")


def wait_until_ready(page: Page) -> str:
    """The id of the assignment on the screen, once keys act and the answer before it is stored."""
    stage = page.locator("#stage:not([data-sending]) > .stage[data-ready]")
    stage.wait_for()
    return stage.get_attribute("data-assignment") or ""


def press(page: Page, key: str) -> str:
    """Press a key that ends the task; returns the id of the next assignment."""
    before = wait_until_ready(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage[data-ready]') &&"
        " document.querySelector('#stage > .stage').dataset.assignment !== id",
        arg=before,
    )
    return wait_until_ready(page)


def make_pairs(project: Project, count: int) -> None:
    rubric = make_pair_rubric(
        project,
        instructions={"en": "Prefer the answer that is **true**, then the one that is clear."},
        labels={"en": "Which answer helps more?"},
    )
    systems = make_system(project, "apex-9"), make_system(project, "zenith-1")
    for number in range(count):
        item = make_item(project, f"Question {number + 1}: why is the sky blue?")
        make_pair_task(project, rubric, systems=systems, texts=ANSWERS, item=item)


def shown_code(annotation: Annotation) -> str:
    """The answer as its rater saw it."""
    order = draw_order(task=annotation.task, rater=annotation.rater, size=2)
    return turn_preference(annotation.ratings.get().code or "", order)


def test_ten_pairs_by_keyboard_with_one_undone(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky", manifest={"rater_title": "Why the sky is blue"})
    make_pairs(project, 10)
    rater = make_person(project)
    sign_in(page, live_server, rater)
    page.goto(f"{live_server.url}/p/sky/rate/")

    keys = ["1", "2", "3", "1", "2", "q", "w", "e", "1", "2"]
    for place, key in enumerate(keys):
        press(page, key)
        if place == 4:  # take the fifth back and say the opposite
            press(page, "u")
            assert page.locator(".choice[aria-pressed=true]").inner_text() == "2\nB is better"
            press(page, "1")
    page.get_by_role("heading", name="All done").wait_for()

    current = (
        Annotation.objects.filter(is_current=True).select_related("task__project", "rater").order_by("pk")
    )
    meant = ["first", "second", "tie", "first", "first", "first", "second", "tie", "first", "second"]
    assert [shown_code(annotation) for annotation in current] == meant
    assert {annotation.phase for annotation in current} == {Phase.INDEPENDENT}
    assert {annotation.presentation for annotation in current} == {"shown"}
    assert all(annotation.seconds is not None and annotation.seconds > 0.3 for annotation in current)
    undone = Annotation.objects.get(is_current=False)
    assert (shown_code(undone), undone.retracted_at is not None) == ("second", True)
    assert Assignment.objects.filter(state=AssignmentState.SUBMITTED).count() == 10


def test_no_key_acts_before_the_task_was_seen_nor_while_typing(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/", wait_until="domcontentloaded")
    page.keyboard.press("1")
    first = wait_until_ready(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    page.keyboard.type("12 u s ?")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("2")
    page.keyboard.press("Escape")
    assert wait_until_ready(page) == first
    assert not Annotation.objects.exists()
    page.reload()
    wait_until_ready(page)
    assert page.locator("[data-comment]").input_value() == "12 u s ?"
    page.keyboard.press("Control+Enter")  # not without an answer: that is said in words, not by colour alone
    assert page.get_by_text("An answer is needed.").is_visible()
    press(page, "2")
    assert Annotation.objects.get().ratings.get().rationale == "12 u s ?"


def test_the_number_pad_judges_only_while_it_types_digits(page: Page, live_server: LiveServer) -> None:
    """Without Num Lock its 1 is End, which scrolls; a French keyboard types digits by Shift."""
    project = make_project("sky")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    held = wait_until_ready(page)
    for key, code in (("End", "Numpad1"), ("Home", "Numpad7"), ("Insert", "Numpad0"), ("Clear", "Numpad5")):
        page.locator("body").dispatch_event("keydown", {"key": key, "code": code, "bubbles": True})
    assert (wait_until_ready(page), Annotation.objects.count()) == (held, 0)
    for init in ({"key": "1", "code": "Numpad1"}, {"key": "2", "code": "Digit2", "shiftKey": True}):
        before = wait_until_ready(page)
        page.locator("body").dispatch_event("keydown", {**init, "bubbles": True})
        page.wait_for_function(
            "id => document.querySelector('#stage > .stage').dataset.assignment !== id", arg=before
        )
    page.get_by_role("heading", name="All done").wait_for()
    answers = Annotation.objects.select_related("task__project", "rater").order_by("pk")
    assert [shown_code(answer) for answer in answers] == ["first", "second"]


def test_a_rubric_goes_from_criterion_to_criterion_and_sends_after_the_last(
    page: Page, live_server: LiveServer
) -> None:
    project = make_project("stories")
    rubric = make_single_rubric(project, ["correctness", "clarity", "tone"])
    make_single_task(project, rubric, text=ANSWERS[0])
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/stories/rate/")
    wait_until_ready(page)
    page.keyboard.press("4")
    page.keyboard.press("2")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("3")
    page.reload()  # what was answered survives
    wait_until_ready(page)
    press(page, "5")
    values = {r.criterion.key: r.number for r in Annotation.objects.get().ratings.select_related("criterion")}
    assert values == {"correctness": 4, "clarity": 3, "tone": 5}


def test_skipping_needs_a_reason(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky")
    make_pairs(project, 2)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)
    page.keyboard.press("s")
    press(page, "2")
    skipped = Assignment.objects.get(state=AssignmentState.SKIPPED)
    assert skipped.skip_reason == "broken text"


def make_typed_task(project: Project) -> None:
    rubric = make_rubric(project, TaskKind.SINGLE)
    for key in ("share", "mean"):
        make_criterion(rubric, key, Level.RATIO, minimum=0, maximum=10, fractions=True)
    make_single_task(project, rubric)


def test_numbers_are_typed_at_once_and_no_arrow_or_wheel_changes_them(
    page: Page, live_server: LiveServer
) -> None:
    project = make_project("numbers")
    make_typed_task(project)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/numbers/rate/")
    wait_until_ready(page)
    fields = page.locator(".typed")
    page.keyboard.type("3")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("12")
    page.keyboard.press("ArrowUp")
    page.mouse.wheel(0, 200)
    page.keyboard.press("ArrowDown")
    assert [fields.nth(place).input_value() for place in (0, 1)] == ["3", "12"]
    assert page.locator(".criterion.wrong .range").inner_text() == "a number from 0 to 10"
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    assert not Annotation.objects.exists()
    fields.nth(1).fill("1,5")
    press(page, "Enter")
    values = {r.criterion.key: r.number for r in Annotation.objects.get().ratings.select_related("criterion")}
    assert values == {"share": 3, "mean": 1.5}


def test_commands_work_from_a_field_for_numbers(page: Page, live_server: LiveServer) -> None:
    project = make_project("numbers")
    make_typed_task(project)
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/numbers/rate/")
    wait_until_ready(page)
    page.keyboard.press("s")
    page.get_by_role("heading", name="Why skip this task?").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".typed").first.input_value() == ""


def make_conversation(project: Project) -> None:
    item = make_item(
        project,
        None,
        turns=["Write a line about Hawaii.", "Start every sentence with the letter A."],
    )
    answers = (["Hawaii is warm.", "A warm place it is."], ["I loved Hawaii.", "Aloha! " * 60])
    generations = [make_generation(item, make_system(project), None, turns=turns) for turns in answers]
    make_task(
        item,
        make_pair_rubric(project, ["first", "second", "tie", "both_bad", "both_good"]),
        generations,
        turn=2,
    )
