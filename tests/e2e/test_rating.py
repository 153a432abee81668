"""A person rates in a real browser, with the keyboard, and the ledger holds what they meant."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route
from pytest_django.live_server_helper import LiveServer

from annotations.domain.presentation import draw_order, turn_preference
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "width", "height"), [("wide", 1280, 800), ("phone", 390, 844)])
@pytest.mark.parametrize("kind", ["pair", "conversation", "single"])
def test_screens(
    page: Page,
    live_server: LiveServer,
    screenshots: Path,
    pictures: Path,
    kind: str,
    size: str,
    width: int,
    height: int,
    scheme: str,
) -> None:
    project = make_project("sky", manifest={"rater_title": "Why the sky is blue"})
    if kind == "pair":
        make_pairs(project, 12)
    elif kind == "conversation":
        make_conversation(project)
    else:
        rubric = make_single_rubric(project, ["correctness", "clarity", "tone"])
        make_single_task(project, rubric, text=ANSWERS[0])
    sign_in(page, live_server, make_person(project))
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it wants
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)
    page.screenshot(path=screenshots / f"rate-{kind}-{size}-{scheme}.png")
    if (kind, size, scheme) == ("pair", "wide", "light"):
        page.screenshot(path=pictures / "rating.png")  # that of the README
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    violations = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations] == []
