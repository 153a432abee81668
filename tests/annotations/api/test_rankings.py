"""A ranking over the API, from the project to the exported line."""

from typing import Any

import orjson
import pytest

from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.models import Project, Rating, Role
from tests.factories.callers import open_api
from tests.factories.ledger import make_generation, make_item, make_member, make_system, make_user

pytestmark = pytest.mark.database
DESCRIBED: dict[str, Any] = {
    "slug": "order",
    "pairing": {"policy": "all", "k": 4, "seed": 1},
    "rubrics": [{"key": "help", "task_kind": "ranking", "criteria": [{"key": "overall"}]}],
}


def make_rankings() -> Project:
    founder = make_user(is_staff=True)
    answer = open_api(founder).post(
        "/api/v1/projects/", DESCRIBED, content_type="application/json", headers={"Idempotency-Key": "make"}
    )
    assert answer.status_code == 201, answer.content
    project = Project.objects.get(slug="order")
    item = make_item(project)
    for number in range(5):
        make_generation(item, make_system(project, f"maker-{number}"), f"Answer {number}.")
    assert plan_tasks(project=project) == 1
    project.tasks.get().slots.create(project=project, number=0, rank=1)
    return project


def test_a_ranking_is_claimed_given_and_exported() -> None:
    project = make_rankings()
    api = open_api(make_member(project).user)
    claimed = api.post("/api/v1/projects/order/assignments/")
    task = claimed.json()["task"]
    assert (task["kind"], [each["label"] for each in task["generations"]]) == (
        "ranking",
        ["A", "B", "C", "D"],
    )
    assert "maker-" not in claimed.content.decode()

    place = f"/api/v1/assignments/{claimed.json()['id']}/annotation/"
    body = {"ratings": {"overall": "2>1=4>3"}, "seconds": 3, "client_key": "one"}
    sent = [api.put(place, body, content_type="application/json").status_code for _ in range(2)]
    assert sent == [201, 200]

    reader = open_api(make_member(project, Role.RESEARCHER).user)
    lines = b"".join(reader.get("/api/v1/projects/order/export/?what=ratings&format=jsonl"))
    exported = orjson.loads(lines)
    assert (exported["kind"], exported["code"]) == ("ranking", Rating.objects.get().code)
    ranked = {name: n for n, name in enumerate(exported["systems"], 1)}
    shown = [int(place) for place in exported["shown_order"].split(",")]
    assert exported["code"].split(">")[0] == str(shown[1] + 1)
    assert len(ranked) == 4


@pytest.mark.parametrize(
    "value", ["1>2>3", "1>1>2>3>4", "", "first", 5, ["1"], {"value": "1>2>3>9"}, None, "1" * 9999]
)
def test_nothing_that_is_no_ranking_is_stored(value: Any) -> None:
    project = make_rankings()
    api = open_api(make_member(project).user)
    place = f"/api/v1/assignments/{api.post('/api/v1/projects/order/assignments/').json()['id']}/annotation/"
    body = {"ratings": {"overall": value}, "seconds": 3, "client_key": "one"}
    refused = api.put(place, body, content_type="application/json")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "ratings.overall"
    assert not Rating.objects.exists()
