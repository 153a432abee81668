from decimal import Decimal
from typing import Any  # bodies are JSON

import pytest
from django.test import Client

from annotations.models import Role
from judges.models import ProjectBudget
from tests.factories.callers import sign_in
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database
URL = "/api/v1/projects/sky/budget/"


def put(client: Client, body: Any) -> Any:
    return client.put(URL, body, content_type="application/json")


def test_a_budget_is_set_and_read() -> None:
    client = sign_in(make_project("sky"))
    assert client.get(URL).status_code == 404
    assert put(client, {"amount": 1, "spent": 1}).status_code == 400
    assert put(client, {"amount": 2.5}).status_code == 200
    assert client.get(URL).json() == {"amount": "2.500000", "spent": "0.000000", "reserved": "0.000000"}
    assert ProjectBudget.objects.get().amount == Decimal("2.5")


@pytest.mark.parametrize(
    ("role", "read", "written"),
    [(Role.RESEARCHER, 404, 200), (Role.REVIEWER, 404, 403), (Role.RATER, 403, 403)],
)
def test_researchers_set_it_and_reviewers_read_it(role: Role, read: int, written: int) -> None:
    client = sign_in(make_project("sky"), role)
    assert (client.get(URL).status_code, put(client, {"amount": 1}).status_code) == (read, written)


def test_outsiders_do_not_learn_of_the_project() -> None:
    make_project("sky")
    client = sign_in(None)
    assert (client.get(URL).status_code, put(client, {"amount": 1}).status_code) == (404, 404)


@pytest.mark.parametrize("amount", [-1, 1e30, "NaN", "2.5", "", None, [], True, 1_000_000])
def test_odd_amounts_are_refused(amount: Any) -> None:
    client = sign_in(make_project("sky"))
    assert put(client, {"amount": amount}).status_code == 400
    assert put(client, [amount]).status_code == 400
    assert ProjectBudget.objects.count() == 0
