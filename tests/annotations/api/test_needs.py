"""What items ask of raters, over REST."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from annotations.models import Batch, Item, Project, Role, Task
from evalplatform.accounts.models import AuditEvent
from tests.annotations.api.test_skills import API, put, sign
from tests.factories.batches import store_batch
from tests.factories.ledger import make_member, make_pair_rubric, make_project
from tests.factories.studies import Json, generation

pytestmark = pytest.mark.database
ADDRESS = "projects/sky/needs/"


@pytest.fixture
def batch() -> Batch:
    project = make_project("sky", overlap=1)
    make_pair_rubric(project)
    items: list[Json] = [{"item_id": key, "prompt": "Why?"} for key in "abc"]
    answers = [generation(item_id=key, system=system) for key in "abc" for system in ("alpha", "beta")]
    return store_batch(project, items, answers)


@pytest.fixture
def owner(batch: Batch) -> Client:
    return sign(make_member(batch.project, Role.RESEARCHER).user)


def test_items_by_name_ask_for_something_else(owner: Client) -> None:
    body = {"items": ["a", "b", "a"], "needs_language": "RU", "needs_skills": ["law", "chess"]}
    assert put(owner, ADDRESS, body).json() == {"items": 2, "left": 0}
    assert put(owner, ADDRESS, body).json() == {"items": 0, "left": 0}
    assert owner.get(f"{API}/{ADDRESS}").json() == {
        "needs": [
            {"needs_language": "ru", "needs_skills": ["chess", "law"], "items": 2, "tasks": 2},
            {"needs_language": "", "needs_skills": [], "items": 1, "tasks": 1},
        ]
    }
    shown = owner.get(f"{API}/projects/sky/items/").json()["results"]
    assert {item["key"]: item["needs_skills"] for item in shown} == {
        "a": ["chess", "law"], "b": ["chess", "law"], "c": [],
    }  # fmt: skip
    [event] = AuditEvent.objects.filter(action="change_needs")
    assert event.actor == Project.objects.get().memberships.get().user


def test_a_key_is_taken_with_the_spaces_that_are_part_of_it(owner: Client) -> None:
    Item.objects.filter(key="a").update(key=" a ")
    body = {"items": [" a "], "needs_language": "ru", "needs_skills": []}
    assert put(owner, ADDRESS, body).json() == {"items": 1, "left": 0}


def test_a_batch_asks_for_something_else(owner: Client, batch: Batch) -> None:
    body = {"batch": str(batch.public_id), "needs_language": "", "needs_skills": ["law"]}
    assert put(owner, ADDRESS, body).json() == {"items": 3, "left": 0}
    assert set(Task.objects.values_list("gate", flat=True)) == {1}


ASKED = {"items": ["a"], "needs_language": "", "needs_skills": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**ASKED, "items": []}, "items"),
        ({**ASKED, "items": ["a", "x"]}, "items"),
        ({**ASKED, "items": "a"}, "items"),
        ({**ASKED, "batch": str(UUID(int=1))}, "items"),
        ({"needs_language": "", "needs_skills": []}, "items"),
        ({**ASKED, "needs_language": "русский"}, "needs_language"),
        ({**ASKED, "needs_skills": ["a,b"]}, "needs_skills"),
        ({**ASKED, "needs_skills": [f"skill {n}" for n in range(9)]}, "needs_skills"),
        ({"items": ["a"], "needs_language": "ru"}, "needs_skills"),
        ({"items": ["a"], "needs_skills": ["law"]}, "needs_language"),
        ({**ASKED, "odd": 1}, "odd"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(owner: Client, body: dict[str, Any], field: str) -> None:
    refused = put(owner, ADDRESS, body)
    assert refused.status_code == 400
    assert field in {fault["field"] for fault in refused.json()["errors"]}
    assert set(Item.objects.values_list("gate", flat=True)) == {0}


def test_a_batch_of_another_project_is_none(owner: Client) -> None:
    elsewhere = store_batch(make_project(), [{"item_id": "a", "prompt": "?"}], [])
    body = {"batch": str(elsewhere.public_id), "needs_language": "ru", "needs_skills": []}
    assert put(owner, ADDRESS, body).status_code == 404
