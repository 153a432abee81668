"""A researcher says for a file what its rows need, and changes it later, beside a rater at work."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.domain.queue.claim import claim_assignment
from annotations.models import Assignment, Item, Role, Slot
from annotations.queries.gates import list_demands
from tests.e2e.test_rating import sign_in
from tests.e2e.test_setup import FILE, Hand
from tests.factories.gated import make_reader
from tests.factories.ledger import make_pair_rubric, make_person, make_project

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


@pytest.mark.timeout(240)
def test_needs_of_a_file_and_of_what_came_with_it(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    project = make_project("sky", overlap=1)
    make_pair_rubric(project)
    rater = make_reader(project, "ru", skills=["law"])
    sign_in(page, live_server, make_person(project, role=Role.RESEARCHER))
    hand = Hand(page)
    page.goto(f"{live_server.url}/p/sky/upload/")
    page.get_by_label("File").set_input_files(FILE)
    hand.press_button("Look at it")
    page.get_by_label("Language that raters must read").fill("ru")
    page.get_by_label("law", exact=True).check()
    hand.look()
    page.screenshot(path=screenshots / "upload-needs.png", full_page=True)
    hand.press_button("Store it")
    page.get_by_text("2 new items are stored, 4 new answers.").wait_for()
    assert {demand.language for demand in list_demands(project).values()} == {"ru"}

    held = claim_assignment(rater=rater)
    assert held is not None
    hand.follow("Needs of items")
    hand.look()
    page.screenshot(path=screenshots / "needs.png", full_page=True)
    page.get_by_label("All items that came with").select_option(index=1)
    page.get_by_label("Language that raters must read").fill("de")
    page.keyboard.press("Enter")
    page.get_by_text("2 items ask for something else now.").wait_for()
    hand.look()
    assert set(Item.objects.values_list("gate", flat=True)) == {2}
    assert Assignment.objects.get().pk == held.pk
    assert Assignment.objects.get().state == "live"
    assert set(Slot.objects.values_list("gate", flat=True)) == {2}
    page.get_by_text("1 task asks for something that nobody here has: reading German.").wait_for()
