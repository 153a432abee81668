"""From an empty database to the first rating, and how an invited person gets there too."""

import re
import time
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import FilePayload, Locator, Page
from pytest_django.live_server_helper import LiveServer

from annotations.domain.intake.uploads import keep_upload
from annotations.models import Annotation, Membership, Project, Role, Slot
from evalplatform.accounts.links import create_sign_in_link
from tests.e2e.test_rating import WCAG, press, sign_in, wait_until_ready
from tests.factories.gated import ask_for
from tests.factories.ledger import (
    make_member,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_user,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
FILE: FilePayload = {
    "name": "answers.csv",
    "mimeType": "text/csv",
    "buffer": b"question,answer_a,answer_b\nWhy is the sky blue?,Light is scattered.,It mirrors the sea.\n"
    b"Why is grass green?,Chlorophyll.,It is painted.\n",
}
PASSWORD = "correct horse battery"
MOST_CLICKS, MOST_SECONDS = 20, 300
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "first-study.md"


class Hand:
    """Clicks and counts, keeps what it pressed by its words, and looks at every page with axe."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0
        self.pressed: list[str] = []

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def press_button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True).last)
        self.pressed.append(name)

    def follow(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=True))
        self.pressed.append(name)

    def look(self) -> None:
        found = Axe().run(self.page, options={"runOnly": WCAG})
        assert found.response["violations"] == [], self.page.url


@pytest.mark.timeout(240)
def test_from_an_empty_database_to_the_first_rating(
    page: Page, live_server: LiveServer, pictures: Path
) -> None:
    """The walk of the tutorial, which has its pictures from here and tells the same steps, file and clicks."""
    out = StringIO()
    call_command("add_user", "ada", "--staff", stdout=out)
    secret = out.getvalue().partition("/sign-in/")[2].partition("/")[0]
    hand, began = Hand(page), time.monotonic()
    page.goto(f"{live_server.url}/sign-in/{secret}/")
    hand.press_button("Sign in")
    hand.follow("New project")
    hand.look()
    hand.follow("Preference pairs")
    page.get_by_label("Title", exact=True).fill("Colours of nature")
    page.get_by_label("Question, English").fill("Which explains it better?")
    page.locator("#preview").get_by_text("Which explains it better?").first.wait_for()
    hand.look()
    show(page, pictures / "tutorial-new-project.png")
    hand.press_button("Make the project")
    page.get_by_role("heading", name="What to do next").wait_for()
    show(page, pictures / "tutorial-project.png")
    hand.follow("Upload answers")
    hand.look()
    page.get_by_label("File").set_input_files(FILE)
    hand.clicks += 2  # the field and the file
    hand.pressed.append("File")
    hand.press_button("Look at it")
    hand.look()
    show(page, pictures / "tutorial-upload.png")
    hand.press_button("Store it")
    page.get_by_text("2 new items are stored, 4 new answers.").wait_for()
    hand.look()
    hand.follow("Rate the next answer")
    wait_until_ready(page)
    show(page, pictures / "tutorial-rate.png")
    press(page, "1")
    seconds = time.monotonic() - began

    project = Project.objects.get()
    assert (project.slug, Slot.objects.count()) == ("colours-of-nature", 6)
    assert Annotation.objects.get().rater.user == Membership.objects.get(role=Role.RESEARCHER).user
    print(f"{hand.clicks} clicks, {seconds:.1f} s")  # noqa: T201 - the figure of the promise
    assert hand.clicks <= MOST_CLICKS
    assert seconds <= MOST_SECONDS
    steps = TUTORIAL.read_text().partition("## From nothing")[2].partition("Now let others rate")[0]
    assert re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", steps) == hand.pressed
    assert f"{hand.clicks} clicks" in steps
    assert FILE["buffer"].decode() in steps


def show(page: Page, file: Path) -> None:
    """A picture of the top of the page, as it opens."""
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=file)


@pytest.mark.timeout(180)
def test_the_form_grows_and_keeps_what_was_typed(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/sign-in/{create_sign_in_link(user=make_user(is_staff=True))}/")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/projects/new/?template=summary-quality")
    page.get_by_label("Title", exact=True).fill("Digest")
    page.get_by_role("button", name="Remove question 4").click()
    page.get_by_role("button", name="Add a question").click()
    page.locator("[name=c3-label_ru]").fill("Полнота")
    page.get_by_role("radio", name="Russian").check()
    page.locator("#preview").get_by_text("Полнота").first.wait_for()
    page.locator("#preview").get_by_text("Связность", exact=True).first.wait_for()
    assert page.get_by_label("Title", exact=True).input_value() == "Digest"
    page.locator("[name=c3-low]").fill("9")
    page.keyboard.press("Enter")  # makes the project, whichever button comes first
    page.get_by_text("The highest score is above the lowest.").wait_for()
    assert page.locator("[name=c3-label_ru]").input_value() == "Полнота"
    assert Project.objects.count() == 0


@pytest.mark.timeout(180)
def test_the_preview_shows_one_question_after_another(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    page.goto(f"{live_server.url}/sign-in/{create_sign_in_link(user=make_user(is_staff=True))}/")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/projects/new/?template=summary-quality")
    seen = page.locator("#preview .criterion:visible h3")
    assert seen.count() == 4
    page.get_by_role("radio", name="one after another").check()
    second = page.locator("#preview").get_by_role("button", name="Question 2", exact=True)
    second.wait_for()
    first = seen.all_inner_texts()
    second.click()
    other = seen.all_inner_texts()
    assert (len(first), len(other), first != other) == (1, 1, True)
    page.locator("[name=c1-label_en]").fill("Cohesion")
    page.locator("#preview").get_by_text("Cohesion", exact=True).first.wait_for()
    assert seen.all_inner_texts() == ["Cohesion"]  # the same question is looked at as it changes
    Hand(page).look()
    page.screenshot(path=screenshots / "setup-one-at-a-time.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # no colour is looked at half-way
    Hand(page).look()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#preview").scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "setup-one-at-a-time-phone.png")


@pytest.mark.timeout(240)
def test_scores_and_a_comparison_are_set_up_by_keyboard(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    """A rubric of scores, then one of pairs: each is previewed, and one of both comes and goes."""
    page.goto(f"{live_server.url}/sign-in/{create_sign_in_link(user=make_user(is_staff=True))}/")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/projects/new/?template=blank")
    page.get_by_label("Title", exact=True).fill("Both")
    page.locator("[name=c0-label_en]").fill("Clarity")
    page.get_by_role("button", name="Add a rubric: two answers").press("Enter")
    page.get_by_role("heading", name="Rubric 2").first.wait_for()
    assert page.url.endswith("#rubric-2")
    page.keyboard.press("Tab")  # from the new rubric on
    assert page.evaluate("document.activeElement.name") == "r1-kind"
    assert page.evaluate("document.activeElement.value") == "pair"
    page.locator("[name=r1-c0-label_en]").fill("Overall")
    page.locator("[name=r1-c0-question_en]").fill("Which one is better?")
    page.locator("#preview").get_by_text("Which one is better?").first.wait_for()
    page.locator("#preview").get_by_text("Clarity").first.wait_for()
    assert page.locator("#preview .shown").count() == 2
    Hand(page).look()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=screenshots / "setup-two-rubrics.png", full_page=True)
    page.get_by_role("button", name="Add a rubric: several answers").press("Enter")
    page.get_by_role("button", name="Remove rubric 3").press("Enter")
    page.locator("[name=r1-c0-label_en]").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=screenshots / "setup-two-rubrics-phone.png", full_page=True)
    page.locator("[name=r1-c0-label_en]").press("Enter")  # makes the project, whichever button comes first
    page.get_by_role("heading", name="What to do next").wait_for()
    kinds = Project.objects.get().rubrics.order_by("pk").values_list("task_kind", flat=True)
    assert list(kinds) == ["single", "pair"]


@pytest.mark.timeout(180)
def test_an_invited_person_joins_and_forgets_the_password(page: Page, live_server: LiveServer) -> None:
    project = make_project("sky", consent="Your answers may be published.", manifest={"rater_title": "Skies"})
    owner = make_person(project, role=Role.RESEARCHER)
    sign_in(page, live_server, owner)
    hand = Hand(page)
    page.goto(f"{live_server.url}/p/sky/people/")
    hand.look()
    page.get_by_label("For whom").fill("Grace")
    hand.press_button("Make a link")
    link = page.locator("#link").input_value()
    hand.look()
    hand.press_button("Sign out")

    page.goto(link)
    hand.look()
    page.get_by_label("Name", exact=True).fill("grace")
    for label in ("Password", "Password again"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_label("I have read this and agree.").check()
    hand.press_button("Join")
    page.get_by_role("heading", name="Skies").wait_for()
    assert Membership.objects.get(user__username="grace").consented_at is not None
    hand.press_button("Sign out")

    sign_in(page, live_server, owner)
    page.goto(f"{live_server.url}/p/sky/people/")
    hand.click(page.get_by_role("row", name="grace").get_by_role("button", name="Link for a new password"))
    link = page.locator("#link").input_value()
    hand.press_button("Sign out")
    page.goto(link)
    hand.look()
    for label in ("New password", "New password confirmation"):
        page.get_by_label(label, exact=True).fill("another good password")
    hand.press_button("Save")
    page.get_by_text("Your password is the new one from now on.").wait_for()


@pytest.mark.timeout(240)
def test_pages_fit_a_phone_in_the_dark_in_russian(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    project = make_project("sky")
    member = make_member(project, Role.RESEARCHER)
    ask_for(make_pair_task(project, make_pair_rubric(project)), "ru", ["law"])
    held = keep_upload(project=project, user=member.user, name=FILE["name"], file=BytesIO(FILE["buffer"]))
    page.goto(f"{live_server.url}/sign-in/{create_sign_in_link(user=member.user)}/")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/")
    page.get_by_role("button", name="Russian").click()
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    for address in (
        "projects/new/",
        "projects/new/?template=preference-pairs",
        "p/sky/upload/",
        f"p/sky/upload/{held.public_id}/",
        "p/sky/needs/",
        "p/sky/people/",
        "p/sky/settings/",
    ):
        page.goto(f"{live_server.url}/{address}")
        Hand(page).look()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        name = address.partition("?")[0].strip("/").replace("/", "-")
        page.screenshot(path=screenshots / f"setup-{name}.png", full_page=True)
