"""Every noun of a project as a list and one by one: who may read it, and at what cost."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotations.models import Project, Role
from tests.factories.callers import sign_in
from tests.factories.ledger import (
    make_person,
    make_project,
    make_single_rubric,
    make_single_task,
    make_system,
    make_user,
)

pytestmark = pytest.mark.database
QUERIES = {"rubrics": 5, "items": 4, "systems": 4, "generations": 4, "tasks": 7, "raters": 4}
NOUNS = sorted(QUERIES)


def make_rows(project: Project) -> None:
    """One more row of every noun."""
    rubric = make_single_rubric(project)
    make_single_task(project, rubric, system=make_system(project, f"apex-{rubric.pk}"), text="Sky is blue.")
    make_person(project)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_costs_the_same_whatever_it_holds(noun: str) -> None:
    project = make_project("sky")
    client = sign_in(project, Role.RESEARCHER)
    found = []
    for rows in (1, 2):
        for _ in range(rows):
            make_rows(project)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(f"/api/v1/projects/sky/{noun}/")
        found.append((len(answer.json()["results"]), len(queries)))
    assert found == [(1, QUERIES[noun]), (3, QUERIES[noun])]


@pytest.mark.parametrize("noun", NOUNS)
def test_one_row_is_what_the_list_shows_of_it(noun: str) -> None:
    project, other = make_project("sky"), make_project("land")
    make_rows(project)
    make_rows(other)
    client = sign_in(project, Role.REVIEWER)
    [row] = client.get(f"/api/v1/projects/sky/{noun}/").json()["results"]
    assert client.get(f"/api/v1/projects/sky/{noun}/{row['id']}/").json() == row
    for unknown in (uuid.uuid4(), getattr(other, noun).get().public_id):
        assert client.get(f"/api/v1/projects/sky/{noun}/{unknown}/").status_code == 404


@pytest.mark.parametrize("noun", NOUNS)
def test_raters_and_strangers_do_not_see_what_names_systems(noun: str) -> None:
    project = make_project("sky")
    make_rows(project)
    row = getattr(project, noun).get().public_id
    outsider = Client()
    outsider.force_login(make_user())
    for client, status in ((sign_in(project, Role.RATER), 403), (outsider, 404), (Client(), 401)):
        for address in (f"/api/v1/projects/sky/{noun}/", f"/api/v1/projects/sky/{noun}/{row}/"):
            answer = client.get(address)
            assert answer.status_code == status
            assert "apex" not in answer.content.decode()


def test_pages_follow_each_other_without_a_gap() -> None:
    project = make_project("sky")
    for _ in range(5):
        make_rows(project)
    client = sign_in(project, Role.RESEARCHER)
    address, seen = "/api/v1/projects/sky/items/?limit=2", []
    while address:
        page = client.get(address).json()
        seen.append([row["key"] for row in page["results"]])
        address = page["next"]
    assert [len(keys) for keys in seen] == [2, 2, 1]
    assert len({key for keys in seen for key in keys}) == 5


def test_a_task_shows_its_systems_in_canonical_order() -> None:
    project = make_project("sky")
    make_rows(project)
    [task] = sign_in(project, Role.RESEARCHER).get("/api/v1/projects/sky/tasks/").json()["results"]
    assert [place["system"][:4] for place in task["generations"]] == ["apex"]
    assert (task["kind"], task["state"], task["rubric_version"]) == ("single", "open", 1)
