"""Editing a rubric in the browser: opened with what it says, previewed, kept as a version, faults beside fields."""

from typing import Any  # what forms send

import pytest
from django.test import Client

from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.project_templates import list_project_templates
from annotations.domain.projects.new_project import ProjectDraft, create_project
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.slots import open_slots
from annotations.models import Project, Rubric
from evalplatform.accounts.models import User
from tests.annotations.views.test_new_project import read_form
from tests.factories.callers import open_browser
from tests.factories.ledger import make_generation, make_item, make_person, make_system, make_user

pytestmark = pytest.mark.database
RANKING = {"key": "order", "task_kind": "ranking", "criteria": [{"key": "overall", "task": "ranking"}]}
SCORES: dict[str, Any] = {
    "key": "quality",
    "task_kind": "single",
    "labels": {"en": "Quality", "de": "Güte"},
    "instructions": {"en": "Be **fair**."},
    "criteria": [
        {"key": "clarity", "task": "score", "level": "ordinal", "scale": [1, 3], "reason": {"at_most": 2}},
        {"key": "errors", "task": "spans", "severities": [{"value": "major", "labels": {"ru": "Грубая"}}]},
    ],
}


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.fixture
def client(ada: User) -> Client:
    return open_browser(ada)


def make_project(ada: User, rubric: dict[str, Any]) -> Project:
    """Three answers of each of two systems."""
    project = create_project(
        draft=ProjectDraft.read({"slug": "sky", "overlap": 1, "rubrics": [rubric]}), user=ada
    )
    systems = [make_system(project), make_system(project)]
    for _ in range(3):
        item = make_item(project)
        for system in systems:
            make_generation(item, system)
    plan_tasks(project=project)
    open_slots(project=project)
    return project


def address(rubric: Rubric) -> str:
    return f"/p/sky/rubrics/{rubric.public_id}/"


def test_the_form_opens_with_the_rubric_and_keeps_what_it_has_no_field_for(client: Client, ada: User) -> None:
    project = make_project(ada, SCORES)
    first = Rubric.objects.get()
    assert claim_assignment(rater=make_person(project)) is not None
    page = client.get(address(first)).content.decode()
    # The head of the page names the project, the heading the rubric.
    assert f">{project.title or project.slug}</a></nav>" in page
    sent = read_form(page)
    assert (sent["rubric_en"], sent["guidelines_en"]) == ("Quality", "Be **fair**.")
    assert (sent["c0-key"], sent["c1-severities"]) == ("clarity", "major")

    answer = client.post(
        address(first), {**sent, "guidelines_en": "Be kind.", "act": "make"}, follow=True
    ).content.decode()

    assert "Version 2 is there: 5 tasks that nobody had begun are asked by it." in answer
    assert "1 task is begun and goes on by an earlier version." in answer
    second = Rubric.objects.get(version=2)
    assert second.labels == {"en": "Quality", "de": "Güte"}
    assert second.instructions == {"en": "Be kind."}
    old, new = (list(rubric.criteria.order_by("position")) for rubric in (first, second))
    assert [each.options for each in new] == [each.options for each in old]
    assert [each.labels for each in new] == [each.labels for each in old]


@pytest.mark.parametrize(
    "template", [template.name for template in list_project_templates() if len(template.rubrics) == 1]
)
def test_nothing_changed_makes_no_version(client: Client, ada: User, template: str) -> None:
    [rubric] = next(each.rubrics for each in list_project_templates() if each.name == template)
    make_project(ada, dict(rubric))
    page = client.get(address(Rubric.objects.get())).content.decode()
    answer = client.post(address(Rubric.objects.get()), {**read_form(page), "act": "make"})
    assert answer.status_code == 400
    assert "Version 1 says the same word for word." in answer.content.decode()
    assert Rubric.objects.count() == 1


def test_a_ranking_can_be_edited(client: Client, ada: User) -> None:
    make_project(ada, RANKING)
    sent = read_form(client.get(address(Rubric.objects.get())).content.decode())
    assert sent["c0-answer"] == "ranking"
    answer = client.post(address(Rubric.objects.get()), {**sent, "guidelines_en": "Be fair."})
    assert answer["Location"] == "/p/sky/rubrics/"
    assert [each.is_ranking for each in Rubric.objects.get(version=2).criteria.all()] == [True]


def test_a_fault_stands_beside_its_field_and_nothing_is_lost(client: Client, ada: User) -> None:
    make_project(ada, SCORES)
    rubric = Rubric.objects.get()
    sent = read_form(client.get(address(rubric)).content.decode()) | {"c0-high": "5", "rubric_en": "Worth"}
    answer = client.post(address(rubric), sent)
    page = answer.content.decode()
    assert (answer.status_code, Rubric.objects.count()) == (400, 1)
    field = page.partition('name="c0-key"')[2].partition('<div class="field')[0]
    assert "Its answers are others than before" in field
    assert read_form(page)["rubric_en"] == "Worth"


def test_questions_come_and_go_by_buttons(client: Client, ada: User) -> None:
    make_project(ada, SCORES)
    rubric = Rubric.objects.get()
    sent = read_form(client.get(address(rubric)).content.decode())
    more = read_form(client.post(address(rubric), {**sent, "act": "add"}).content.decode())
    assert (more["questions"], more["c2-answer"]) == ("3", "score")
    less = read_form(client.post(address(rubric), {**more, "act": "remove-1"}).content.decode())
    assert (less["questions"], less["c0-key"], less["c1-key"]) == ("2", "clarity", "")


def test_the_preview_is_the_page_of_the_draft(client: Client, ada: User) -> None:
    make_project(ada, SCORES)
    rubric = Rubric.objects.get()
    sent = read_form(client.get(address(rubric)).content.decode())
    wanted = {**sent, "act": "preview", "guidelines_en": "Be **kind**.", "c0-high": ""}
    answer = client.post(address(rubric), wanted, headers={"HX-Request": "true"})
    assert "The page appears here as soon as" in answer.content.decode()
    answer = client.post(address(rubric), {**wanted, "c0-high": "3"}, headers={"HX-Request": "true"})
    assert "<strong>kind</strong>" in answer.content.decode()
    assert Rubric.objects.count() == 1


def test_the_list_tells_how_many_tasks_each_version_asks(client: Client, ada: User) -> None:
    make_project(ada, SCORES)
    rubric = Rubric.objects.get()
    sent = read_form(client.get(address(rubric)).content.decode())
    client.post(address(rubric), {**sent, "rubric_en": "Worth"})
    page = client.get("/p/sky/rubrics/").content.decode()
    rows = [row.partition("</tr>")[0] for row in page.split("<tr>")[2:]]
    cells = [[cell.partition("</td>")[0] for cell in row.split("<td>")[2:3]] for row in rows]
    assert cells == [["6"], ["0"]]
    assert "begin with that one" in client.get(address(rubric)).content.decode()
    assert client.post(address(rubric), {**sent, "rubric_en": "Use"}).status_code == 400


def test_questions_one_after_another_are_a_version_of_their_own(client: Client, ada: User) -> None:
    make_project(ada, SCORES)
    first = Rubric.objects.get()
    sent = read_form(client.get(address(first)).content.decode())
    assert sent["asked"] == ""
    client.post(address(first), {**sent, "asked": "one_at_a_time", "act": "make"})
    second = Rubric.objects.get(version=2)
    assert (first.one_at_a_time, second.one_at_a_time) == (False, True)
    page = client.get(address(second)).content.decode()
    assert (read_form(page)["asked"], page.count("Question 1 of 2")) == ("one_at_a_time", 1)
