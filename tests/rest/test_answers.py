"""Whatever is asked of the API is answered by a problem body that no cache keeps, and never by a 5xx."""

import base64

import pytest
from django.test import Client

from annotations.domain.projects.members import add_member
from annotations.models import Role
from evalplatform.accounts.models import User
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database


@pytest.fixture
def address(client: Client) -> str:
    project, user = make_project(), User.objects.create_user("ada")
    add_member(project=project, user=user, role=Role.RATER)
    client.force_login(user)
    return f"/api/v1/projects/{project.slug}/assignments/"


@pytest.mark.parametrize("position", ["abc", "%00", "2024-01-01", "1" * 30, "-"])
def test_a_made_up_cursor_is_not_found(client: Client, address: str, position: str) -> None:
    cursor = base64.b64encode(f"p={position}".encode()).decode()

    answer = client.get(address, {"cursor": cursor})

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v2/", "/api/v1/projects/x/y/z/"])
def test_what_stands_nowhere_is_a_problem_too(client: Client, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "missing"


def test_a_wrong_method_is_named_in_words(client: Client, address: str) -> None:
    answer = client.delete(address)

    assert (answer.status_code, answer.json()["title"]) == (405, "Method Not Allowed")


def test_no_cache_keeps_an_answer(client: Client, address: str) -> None:
    assert client.get(address)["Cache-Control"] == "no-store"


def test_a_made_up_session_is_no_session(client: Client, address: str) -> None:
    client.cookies["sessionid"] = "aaaaaaaa\x00bbb"

    assert client.get(address).status_code in (401, 403)
