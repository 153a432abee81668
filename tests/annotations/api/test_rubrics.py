"""The next version of a rubric over REST."""

import pytest
from django.test import Client

from annotations.domain.projects.new_project import ProjectDraft, create_project
from annotations.models import Project, Rubric
from evalplatform.accounts.models import User
from evalplatform.accounts.tokens import create_api_token
from tests.factories.ledger import make_user

pytestmark = pytest.mark.database
CRITERIA = [{"key": "clarity", "task": "score", "level": "ordinal", "scale": [1, 3]}]
RUBRIC = {"key": "quality", "task_kind": "single", "labels": {"en": "Quality"}, "criteria": CRITERIA}


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.fixture
def project(ada: User) -> Project:
    return create_project(draft=ProjectDraft.read({"slug": "sky", "rubrics": [RUBRIC]}), user=ada)


@pytest.fixture
def client(ada: User) -> Client:
    _, secret = create_api_token(user=ada, name="laptop")
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_version_is_made_and_told(client: Client, project: Project) -> None:
    address = f"/api/v1/projects/sky/rubrics/{project.rubrics.get().public_id}/versions/"
    body = {"labels": {"en": "Worth"}, "criteria": CRITERIA}
    answer = client.post(address, body, content_type="application/json")
    made = answer.json()
    assert answer.status_code == 201
    assert (made["rubric"]["version"], made["rubric"]["labels"]) == (2, {"en": "Worth"})
    assert (made["moved"], made["staying"]) == (0, 0)
    assert client.post(address, body, content_type="application/json").status_code == 409
    assert Rubric.objects.count() == 2


def test_what_is_wrong_is_named(client: Client, project: Project) -> None:
    address = f"/api/v1/projects/sky/rubrics/{project.rubrics.get().public_id}/versions/"
    body = {"criteria": [{**CRITERIA[0], "scale": [1, 9]}]}
    answer = client.post(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "criteria[0].key")


def test_a_version_changes_how_questions_are_asked(client: Client, project: Project) -> None:
    address = "/api/v1/projects/sky/rubrics/{}/versions/"
    body = {"labels": {"en": "Quality"}, "criteria": CRITERIA, "one_at_a_time": True}
    made = client.post(
        address.format(project.rubrics.get().public_id), body, content_type="application/json"
    ).json()
    assert (made["rubric"]["version"], made["rubric"]["one_at_a_time"]) == (2, True)
    assert Rubric.objects.get(version=2).one_at_a_time
    again = client.post(address.format(made["rubric"]["id"]), body, content_type="application/json")
    assert again.status_code == 409
