"""A task becomes a check with the answer chosen on its page, and the page of checks keeps their share."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Project, Role, Task
from tests.e2e.test_rating import sign_in
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]


def test_a_check_is_made_and_its_share_is_kept(
    page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    project = make_project("sky")
    task = make_pair_task(project, make_pair_rubric(project))
    sign_in(page, live_server, make_person(project, role=Role.RESEARCHER))
    page.goto(f"{live_server.url}/p/sky/review/{task.public_id}/")
    page.get_by_role("radio", name="A is better").check()
    page.get_by_role("button", name="Make it a check with this answer").click()
    expect(page.get_by_text("From now on this task is asked as a check.")).to_be_visible()
    assert Task.objects.get().state == "gold"
    page.screenshot(path=screenshots / "check-case.png", full_page=True)
    page.goto(f"{live_server.url}/p/sky/checks/")
    page.get_by_label("Tasks of known answer, % of a rater's tasks").fill("5")
    page.get_by_label("Tasks asked again, % of a rater's tasks").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings are kept.")).to_be_visible()
    assert Project.objects.get().gold_share == 0.05
    page.screenshot(path=screenshots / "checks.png", full_page=True)
