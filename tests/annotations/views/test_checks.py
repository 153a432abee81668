import pytest
from django.test import Client

from annotations.domain.checking.gold import mark_gold
from annotations.models import Annotation, Project, Role, Task
from evalplatform.accounts.tokens import create_api_token
from tests.factories.ledger import (
    make_member,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_user,
)

pytestmark = pytest.mark.database


@pytest.fixture
def task() -> Task:
    project = make_project("sky")
    return make_pair_task(project, make_pair_rubric(project))


@pytest.fixture
def browser(task: Task) -> Client:
    """A researcher's."""
    client = Client()
    client.force_login(make_member(task.project, Role.RESEARCHER).user)
    return client


def test_the_shares_are_set_on_the_page(browser: Client) -> None:
    assert browser.post("/p/sky/checks/", {"gold": "6", "repeats": "4"}).status_code == 302
    project = Project.objects.get()
    assert (project.gold_share, project.repeat_share) == (0.06, 0.04)
    refused = browser.post("/p/sky/checks/", {"gold": "6", "repeats": "5"})
    assert refused.status_code == 400
    assert "at most a tenth" in refused.content.decode()


@pytest.mark.parametrize(("sent", "shown"), [("6", 'value="6"'), ("2.5", 'value="2.5"')])
def test_whole_shares_are_shown_without_a_fraction(browser: Client, sent: str, shown: str) -> None:
    browser.post("/p/sky/checks/", {"gold": sent, "repeats": "0"})
    field = browser.get("/p/sky/checks/").content.decode().partition('name="gold"')[2].partition(">")[0]
    assert shown in field


def test_a_task_becomes_a_check_with_the_answer_of_the_form_and_ends_as_one(
    browser: Client, task: Task
) -> None:
    case = f"/p/sky/review/{task.public_id}/"
    assert "Make it a check with this answer" in browser.get(case).content.decode()
    assert browser.post(f"{case}gold/", {}).status_code == 400
    assert browser.post(f"{case}gold/", {"value:overall": '"first"'}).status_code == 302
    assert Task.objects.get().state == "gold"
    shown = browser.get(case).content.decode()
    assert 'value="&quot;first&quot;" checked' in shown
    assert str(task.public_id) in browser.get("/p/sky/checks/").content.decode()
    assert browser.post(f"{case}gold/end/").status_code == 302
    assert Task.objects.get().state == "open"


def test_a_reviewer_is_offered_no_check(task: Task) -> None:
    client = Client()
    client.force_login(make_member(task.project, Role.REVIEWER).user)
    shown = client.get(f"/p/sky/review/{task.public_id}/").content.decode()
    assert "Make it a check" not in shown


def test_a_rater_is_told_in_general_words_once_checks_are_asked(task: Task) -> None:
    client = Client()
    rater = make_person(task.project)
    assert rater.user is not None
    client.force_login(rater.user)
    assert "at most one in ten" not in client.get("/p/sky/").content.decode()
    Project.objects.update(repeat_share=0.02)
    assert "at most one in ten" in client.get("/p/sky/").content.decode()


def test_the_same_over_rest(task: Task) -> None:
    user = make_member(task.project, Role.RESEARCHER).user
    api = Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
    address = f"/api/v1/projects/sky/tasks/{task.public_id}/gold/"
    put = api.put(address, {"ratings": {"overall": "first"}}, content_type="application/json")
    assert put.json() == {"annotation": str(Annotation.objects.get().public_id)}
    shares = {"gold_share": 0.1, "repeat_share": 0.0}
    told = api.put("/api/v1/projects/sky/checks/", shares, content_type="application/json").json()
    nothing = {"hits": 0, "n": 0, "low": 0.0, "high": 1.0}
    assert told == {
        **shares,
        "raters": [],
        "tasks": [{"task": str(task.public_id), "version": 1, "is_asked": True, "gold": nothing}],
    }
    assert api.get("/api/v1/projects/sky/checks/").json() == told
    assert api.delete(address).status_code == 204
    assert Task.objects.get().state == "open"


def test_a_withdrawn_task_is_no_check(browser: Client, task: Task) -> None:
    Task.objects.update(state="withdrawn")
    refused = browser.post(f"/p/sky/review/{task.public_id}/gold/", {"value:overall": '"first"'})
    assert refused.status_code == 400
    assert "cannot be a check" in refused.content.decode()


def test_marking_twice_from_two_tabs_keeps_one_answer(task: Task) -> None:
    actor = make_user()
    for _ in range(2):
        mark_gold(task=task, ratings={"overall": "first"}, actor=actor)
    assert Annotation.objects.filter(is_current=True).count() == 1
