"""What an address does not declare is refused by name, and tokens do only what their scopes say."""

import json

import pytest
from django.test import Client

from annotations.models import Assignment, Role
from evalplatform.accounts.tokens import create_api_token
from tests.factories.ledger import make_member, make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database
LIST = "/api/v1/projects/sky/assignments/"
HOSTILE = [
    "owner__password__startswith=a",
    "state__regex=.",
    "page=1000000000",
    "limit=-1",
    "limit=1001",
    "limit=ten",
    "limit=1&limit=2",
    "ordering=-password",
    "format=api",
]


@pytest.fixture
def client() -> Client:
    project = make_project("sky")
    make_pair_task(project, make_pair_rubric(project))
    user = make_person(project).user
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("query", HOSTILE)
def test_row_30_parameters_that_are_not_declared_are_refused_by_name(client: Client, query: str) -> None:
    answer = client.get(f"{LIST}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert {fault["field"] for fault in answer.json()["errors"]} == {query.partition("=")[0]}


def test_row_30_an_address_that_takes_no_parameter_says_so(client: Client) -> None:
    answer = client.get("/api/v1/projects/sky/?expand=seed")
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [{"message": "there is no such field here", "field": "expand"}],
    )


def test_a_list_is_given_in_pages_of_the_size_asked_for(client: Client) -> None:
    assert client.post(LIST).status_code == 201
    assert len(client.get(f"{LIST}?limit=1").json()["results"]) == 1


@pytest.mark.parametrize("field", ["project", "is_staff", "rater", "created_at", "system"])
def test_row_31_what_a_body_may_not_set_is_refused_and_changes_nothing(client: Client, field: str) -> None:
    refused = client.post(LIST, {field: "x"}, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    assert not Assignment.objects.exists()

    claimed = client.post(LIST).json()["id"]
    before = list(Assignment.objects.values())
    place = f"/api/v1/assignments/{claimed}/"
    answer = {"ratings": {"overall": "first"}, "seconds": 1, "client_key": "one", field: "x"}
    for sent in (
        client.put(f"{place}annotation/", answer, content_type="application/json"),
        client.post(f"{place}skip/", {"reason": "x", field: 1}, content_type="application/json"),
        client.post(f"{place}heartbeat/", {field: 1}, content_type="application/json"),
    ):
        assert (sent.status_code, sent.json()["errors"][0]["field"]) == (400, field)
    assert list(Assignment.objects.values()) == before


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [
        ([], (200, 200, 201)),
        (["read"], (200, 200, 403)),
        (["rate"], (403, 200, 201)),
        (["submit", "run"], (403, 403, 403)),
    ],
)
def test_a_token_does_what_its_scopes_say(
    client: Client, scopes: list[str], statuses: tuple[int, int, int]
) -> None:
    member = make_member(make_project("land"), Role.RATER)
    make_pair_task(member.project, make_pair_rubric(member.project))
    token, secret = create_api_token(user=member.user, name="test")
    token.scopes = scopes
    token.save()
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    place = "/api/v1/projects/land/assignments/"
    answers = (api.get("/api/v1/projects/land/"), api.get(place), api.post(place))
    assert tuple(answer.status_code for answer in answers) == statuses
    words = {json.loads(answer.content)["detail"] for answer in answers if answer.status_code == 403}
    assert all(detail.startswith("This needs a token with the scope ") for detail in words)


def test_a_wrong_method_is_one_whatever_the_scope(client: Client) -> None:
    assert client.options(LIST).status_code == 405
