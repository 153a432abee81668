import json
from typing import Any  # answers are JSON

import pytest
from django.test import Client

from annotations.models import Project, Role
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from tests.factories.ledger import make_member, make_user

pytestmark = pytest.mark.database
ADDRESS = "/api/v1/projects/rated/results/"


@pytest.fixture
def researcher(rated: Project, client: Client) -> Client:
    client.force_login(make_member(rated, Role.RESEARCHER).user)
    return client


def read(client: Client, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(client.get(ADDRESS + query).content)["results"]
    return rows


def test_it_prints_what_the_command_prints(rated: Project, researcher: Client) -> None:
    response = researcher.get(ADDRESS)
    assert response["Content-Type"] == "application/json"
    assert response.content == take_snapshot(project=rated).to_bytes()
    everything = take_snapshot(project=rated, wanted=Wanted(is_full=True)).to_bytes()
    assert researcher.get(ADDRESS + "?all=1").content == everything


def test_it_can_be_narrowed(researcher: Client) -> None:
    rows = read(researcher, "?criterion=overall&raters=judge:gpt&slice=turn:2")
    assert rows
    assert all(row["slice"] == {"turn": 2} and "judge:gpt" in (row["raters"], row["against"]) for row in rows)
    assert {str(row["slice"]) for row in read(researcher, "?slice=whole")} == {"{}"}
    assert read(researcher, "?raters=judge:nobody") == []


@pytest.mark.parametrize(("query", "status"), [("?slice=turn", 400), ("?criterion=elegance", 404)])
def test_what_cannot_be_asked_is_a_problem(researcher: Client, query: str, status: int) -> None:
    response = researcher.get(ADDRESS + query)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")


def test_raters_and_strangers_are_refused(rated: Project, client: Client) -> None:
    assert client.get(ADDRESS).status_code == 401
    client.force_login(make_member(rated, Role.RATER).user)
    assert client.get(ADDRESS).status_code == 403
    client.force_login(make_user())
    assert client.get(ADDRESS).status_code == 404
