"""A lost database is 503 with a time to come back, for API and pages, wherever in a request it is noticed."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory

from evalplatform.common.temporary_tables import open_tables
from evalplatform.rest.failures import answer_failure
from tests.factories.ledger import make_person, make_project

pytestmark = pytest.mark.database


@contextmanager
def lost_database(error: type[Exception], *, touching: str = "") -> Iterator[None]:
    """Every statement that names this table fails as it does on a connection that is gone."""

    def fail(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if touching in sql:
            raise error("server closed the connection unexpectedly")
        return execute(sql, *rest)

    with connection.execute_wrapper(fail):
        yield


@pytest.fixture
def client() -> Client:
    rater = make_person(make_project("sky"))
    assert rater.user is not None
    client = Client(raise_request_exception=False)
    client.force_login(rater.user)
    return client


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("touching", ["", "annotations_membership"], ids=["in the session", "in the view"])
def test_row_10_the_api_answers_503_while_the_database_is_away(
    client: Client, error: type[Exception], touching: str
) -> None:
    with lost_database(error, touching=touching):
        answer = client.get("/api/v1/projects/sky/assignments/")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "5"
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "type": "about:blank",
        "title": "The platform cannot answer right now",
        "status": 503,
        "detail": "The database does not answer just now. Please try again in a moment.",
        "code": "unavailable",
    }
    assert client.get("/api/v1/projects/sky/assignments/").status_code == 200


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("touching", ["", "annotations_membership"], ids=["in the session", "in the view"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_row_10_pages_answer_503_while_the_database_is_away(
    client: Client, error: type[Exception], touching: str, headers: dict[str, str]
) -> None:
    with lost_database(error, touching=touching):
        answer = client.get("/p/sky/rate/", headers=headers)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database does not answer just now." in answer.content.decode()
    assert client.get("/p/sky/rate/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/api/v1/projects/", "application/problem+json"), ("/", "text/html; charset=utf-8")],
)
def test_a_full_temporary_folder_is_told_with_a_time_to_come_back(path: str, content_type: str) -> None:
    store = open_tables("CREATE TABLE line (text TEXT); PRAGMA max_page_count = 2")
    try:
        store.execute("INSERT INTO line VALUES (?)", ("x" * 100_000,))
    except sqlite3.OperationalError:
        answer = answer_failure(RequestFactory().get(path))
    finally:
        store.close()
    assert (answer.status_code, answer["Content-Type"]) == (503, content_type)
    assert answer["Retry-After"] == "5"
    assert "There is no room for temporary files just now." in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/api/v1/projects/", "application/problem+json"), ("/", "text/html; charset=utf-8")],
)
def test_any_other_failure_stays_a_500(path: str, content_type: str) -> None:
    try:
        raise ValueError("a fault of the code")
    except ValueError:
        answer = answer_failure(RequestFactory().get(path))
    assert (answer.status_code, answer["Content-Type"]) == (500, content_type)
    assert "a fault of the code" not in answer.content.decode()
