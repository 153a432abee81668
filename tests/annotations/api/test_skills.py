"""Languages and skills over REST, and batches whose items ask for them."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from annotations.models import Gate, Item, Project, Role
from evalplatform.accounts.models import User
from evalplatform.accounts.tokens import create_api_token
from tests.factories.gated import ask_for
from tests.factories.ledger import make_member, make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database
API = "/api/v1"


@pytest.fixture
def project() -> Project:
    return make_project("sky", overlap=1)


def sign(user: User | None) -> Client:
    assert user is not None
    return Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})


def put(client: Client, path: str, body: object) -> Any:
    return client.put(f"{API}/{path}", body, content_type="application/json")


def test_a_language_and_a_skill_open_a_task(project: Project) -> None:
    task = ask_for(make_pair_task(project, make_pair_rubric(project)), "ru", ["law"])
    rater = make_person(project)
    worker, owner = sign(rater.user), sign(make_member(project, Role.RESEARCHER).user)
    assert worker.post(f"{API}/projects/sky/assignments/").status_code == 204
    told = owner.get(f"{API}/projects/sky/skills/").json()
    assert told == {
        "skills": [{"name": "law", "raters": 0}],
        "stranded": [{"language": "ru", "skills": ["law"], "tasks": 1}],
    }
    assert put(worker, "languages/", {"languages": ["RU"]}).json() == {"languages": ["ru"]}
    assert worker.get(f"{API}/languages/").json() == {"languages": ["ru"]}
    address = f"projects/sky/raters/{rater.public_id}/skills/"
    assert put(owner, address, {"skills": ["law"]}).json() == {"skills": ["law"], "languages": ["ru"]}
    assert owner.get(f"{API}/{address}").json() == {"skills": ["law"], "languages": ["ru"]}
    assert worker.post(f"{API}/projects/sky/assignments/").status_code == 201
    assert owner.get(f"{API}/projects/sky/skills/").json()["stranded"] == []
    assert task.gate == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [("languages/", {"languages": ["no tag"]}), ("languages/", {}), ("languages/", {"languages": "ru"})],
)
def test_languages_that_are_none_are_refused(project: Project, path: str, body: object) -> None:
    assert put(sign(make_person(project).user), path, body).status_code == 400


def send(client: Client, query: str, media_type: str, body: str) -> Any:
    return client.post(
        f"{API}/projects/sky/batches/{query}",
        body,
        content_type=media_type,
        headers={"Idempotency-Key": str(uuid4())},
    )


def test_a_batch_asks_for_its_items_that_ask_for_nothing_themselves(project: Project) -> None:
    owner = sign(make_member(project, Role.RESEARCHER).user)
    items = [{"item_id": "a", "prompt": "?"}, {"item_id": "b", "prompt": "?", "needs_skills": ["law"]}]
    lines = "".join(json.dumps({"item": item}) + "\n" for item in items)
    query = "?needs_language=ru&needs_skills=medicine,law"
    assert send(owner, query, "application/x-ndjson", lines).status_code == 202
    gates = dict(Item.objects.values_list("key", "gate"))
    asked = {
        gate.number: (gate.language, sorted(held.skill.name for held in gate.asked.all()))
        for gate in Gate.objects.all()
    }
    assert asked[gates["a"]] == ("ru", ["law", "medicine"])
    assert asked[gates["b"]] == ("", ["law"])
    shown = owner.get(f"{API}/projects/sky/items/").json()["results"]
    assert [(item["key"], item["needs_language"], item["needs_skills"]) for item in shown] == [
        ("b", "", ["law"]),
        ("a", "ru", ["law", "medicine"]),
    ]
    same = send(owner, query, "application/x-ndjson", lines)
    assert (same.status_code, same.json()["counts"]["items_unchanged"]) == (202, 2)


def test_csv_has_columns_for_what_is_asked(project: Project) -> None:
    owner = sign(make_member(project, Role.RESEARCHER).user)
    table = 'item_id,prompt,needs_language,needs_skills\na,?,ru,"law;chess"\nb,?,,\n'
    assert send(owner, "", "text/csv", table).status_code == 202
    assert dict(Item.objects.values_list("key", "gate")) == {"a": 1, "b": 0}
    wrong = send(owner, "", "text/csv", "item_id,prompt,needs_language\nc,?,!\n")
    assert wrong.status_code == 400
    assert "needs_language" in wrong.content.decode()
    assert send(owner, "?needs_language=!", "text/csv", table).status_code == 400
