import uuid
from typing import Any

import pytest
from django.test import Client

from annotations.domain.queue.leases import expire_assignments
from annotations.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Project,
    Rater,
    Slot,
    SlotState,
    Task,
    TaskState,
)
from evalplatform.accounts.tokens import create_api_token
from tests.factories.ledger import (
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_single_rubric,
    make_single_task,
    make_user,
)

pytestmark = pytest.mark.database
CLAIM = "/api/v1/projects/sky/assignments/"


@pytest.fixture
def project() -> Project:
    return make_project("sky")


@pytest.fixture
def rater(project: Project) -> Rater:
    return make_person(project)


@pytest.fixture
def api(rater: Rater) -> Client:
    return sign(rater)


def sign(rater: Rater) -> Client:
    assert rater.user is not None
    return Client(headers={"Authorization": f"Bearer {create_api_token(user=rater.user, name='test')[1]}"})


def make_pairs(project: Project, count: int) -> None:
    rubric = make_pair_rubric(project)
    for _ in range(count):
        make_pair_task(project, rubric)


def claim(api: Client) -> str:
    response = api.post(CLAIM)
    assert response.status_code == 201
    return f"/api/v1/assignments/{response.json()['id']}/"


def put(api: Client, place: str, value: Any = "tie", key: str = "k", **headers: str) -> Any:
    body = {"ratings": {"overall": value}, "seconds": 1.5, "client_key": key}
    return api.put(f"{place}annotation/", body, content_type="application/json", headers=headers or None)


def test_a_claim_is_a_blinded_task_and_the_live_lease_again(project: Project, api: Client) -> None:
    make_pairs(project, 2)
    first = api.post(CLAIM)
    again = api.post(CLAIM)
    assert (first.status_code, again.status_code) == (201, 201)
    body = first.json()
    assert again.json()["id"] == body["id"]
    assert set(body) == {"id", "state", "expires_at", "task", "rubric"}
    assert [generation["label"] for generation in body["task"]["generations"]] == ["A", "B"]
    assert body["task"]["prompt"] == "Why is the sky blue?"
    assert [criterion["key"] for criterion in body["rubric"]["criteria"]] == ["overall"]
    detail = api.get(f"/api/v1/assignments/{body['id']}/").json()
    assert detail["task"] == body["task"]


def test_a_claim_tells_how_its_questions_are_asked(project: Project, api: Client) -> None:
    make_single_task(project, make_single_rubric(project, one_at_a_time=True))
    assert api.post(CLAIM).json()["rubric"]["one_at_a_time"] is True


def test_nothing_left_is_204_and_only_leased_work_is_503(project: Project, api: Client) -> None:
    assert api.post(CLAIM).status_code == 204
    make_pairs(project, 1)
    claim(sign(make_person(project)))
    response = api.post(CLAIM)
    assert response.status_code == 503
    assert response["Retry-After"] == "120"
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "exhausted"


def test_an_answer_is_created_once(project: Project, api: Client) -> None:
    make_pairs(project, 1)
    place = claim(api)
    created, again, other = put(api, place), put(api, place), put(api, place, "first")
    assert [r.status_code for r in (created, again, other)] == [201, 200, 409]
    assert created.json()["counted"] is True
    assert created.json()["id"] == again.json()["id"]
    assert created["ETag"] == f'"{created.json()["id"]}"'
    assert put(api, place, key="another tab").json()["id"] == created.json()["id"]
    assert other.json() == {
        "type": "about:blank",
        "title": "The state has changed",
        "status": 409,
        "detail": "You have answered this task already, and differently.",
        "code": "conflict",
        "stored": {
            "id": created.json()["id"],
            "created_at": Annotation.objects.get().created_at.isoformat(),
            "ratings": {"overall": {"value": "tie"}},
        },
        "sent": {"ratings": {"overall": {"value": "first"}}},
    }
    assert Annotation.objects.get().seconds == 1.5


def test_row_17_what_the_conflict_names_can_be_revised(project: Project, api: Client) -> None:
    make_pairs(project, 1)
    place = claim(api)
    put(api, place)
    refused = put(api, place, "first", "other tab").json()
    revised = put(api, place, "first", "r", **{"If-Match": f'"{refused["stored"]["id"]}"'})
    assert (revised.status_code, revised.json()["phase"]) == (201, "revised")


def test_a_late_answer_is_kept_and_not_counted(project: Project, api: Client) -> None:
    make_pairs(project, 1)
    place = claim(api)
    Assignment.objects.update(state=AssignmentState.EXPIRED)
    response = put(api, place)
    assert (response.status_code, response.json()["counted"], response.json()["phase"]) == (
        200,
        False,
        "surplus",
    )


@pytest.mark.parametrize(
    ("taken", "told"), [(False, (201, True, "independent")), (True, (200, False, "surplus"))]
)
def test_row_18_an_answer_after_its_lease_counts_where_the_place_is_free_and_is_kept_where_not(
    project: Project, api: Client, taken: bool, told: tuple[int, bool, str]
) -> None:
    make_pairs(project, 1)
    place = claim(api)
    expire_assignments(now=Assignment.objects.get().expires_at)
    if taken:
        claim(sign(make_person(project)))
    response = put(api, place)
    assert (response.status_code, response.json()["counted"], response.json()["phase"]) == told
    assert Annotation.objects.count() == 1


def test_a_revision_names_what_it_replaces(project: Project, api: Client) -> None:
    make_pairs(project, 1)
    place = claim(api)
    etag = put(api, place)["ETag"]
    assert put(api, place, "first", "r", **{"If-Match": f'"{uuid.uuid4()}"'}).status_code == 409
    assert put(api, place, "first", "r", **{"If-Match": "nonsense"}).status_code == 409
    revised = put(api, place, "first", "r", **{"If-Match": etag})
    assert (revised.status_code, revised.json()["phase"]) == (201, "revised")
    repeated = put(api, place, "first", "r", **{"If-Match": etag})
    assert (repeated.status_code, repeated.json()["id"]) == (200, revised.json()["id"])
    assert put(api, place, "second", "s", **{"If-Match": etag}).status_code == 409
    assert api.get(f"{place}annotation/")["ETag"] == revised["ETag"]
    assert Annotation.objects.count() == 2


def test_delete_retracts(project: Project, api: Client) -> None:
    make_pairs(project, 1)
    place = claim(api)
    assert api.delete(f"{place}annotation/").status_code == 404
    put(api, place)
    assert api.delete(f"{place}annotation/").status_code == 204
    assert Annotation.objects.get().retracted_at is not None
    assert Slot.objects.get().state == SlotState.FREE
    assert api.get(f"{place}annotation/").status_code == 404


def test_heartbeat_and_skip(project: Project, api: Client) -> None:
    make_pairs(project, 1)
    place = claim(api)
    before = Assignment.objects.get().expires_at
    beat = api.post(f"{place}heartbeat/")
    assert beat.status_code == 200
    assert Assignment.objects.get().expires_at > before
    assert api.post(f"{place}skip/", {}, content_type="application/json").status_code == 400
    skipped = api.post(f"{place}skip/", {"reason": "broken"}, content_type="application/json")
    assert (skipped.status_code, skipped.json()["state"]) == (200, "skipped")
    assert api.post(f"{place}heartbeat/").status_code == 409
    assert api.post(CLAIM).status_code == 204


def test_the_list_holds_ones_own_assignments(project: Project, rater: Rater, api: Client) -> None:
    make_pairs(project, 3)
    claim(sign(make_person(project)))
    place = claim(api)
    put(api, place)
    claim(api)
    results = api.get(CLAIM).json()["results"]
    assert [row["state"] for row in results] == ["live", "submitted"]


def test_who_has_no_token_or_no_part_learns_nothing(project: Project, api: Client) -> None:
    make_pairs(project, 1)
    place = claim(api)
    assert Client().post(CLAIM).status_code == 401
    stranger = Client(
        headers={"Authorization": f"Bearer {create_api_token(user=make_user(), name='test')[1]}"}
    )
    fellow = sign(make_person(project))
    assert stranger.post(CLAIM).status_code == 404
    for client in (stranger, fellow):
        assert client.get(place).status_code == 404
        assert client.post(f"{place}heartbeat/").status_code == 404
        assert put(client, place).status_code == 404
        assert client.delete(f"{place}annotation/").status_code == 404


def test_a_session_needs_the_csrf_token(project: Project, rater: Rater) -> None:
    assert rater.user is not None
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(rater.user)
    assert browser.post(CLAIM).status_code == 403


HUGE = 10**400
BODIES: list[Any] = [
    None,
    [],
    "x",
    {},
    {"ratings": {}, "client_key": "k"},
    {"ratings": [], "client_key": "k"},
    {"ratings": {"quality": 3}},
    {"ratings": {"quality": 3}, "client_key": ""},
    {"ratings": {"quality": 3}, "client_key": "x" * 65},
    {"ratings": {"quality": 3}, "client_key": "k", "seconds": "soon"},
    {"ratings": {"quality": 3}, "client_key": "k", "seconds": HUGE},
    {"ratings": {"quality": 3}, "client_key": "k", "seconds": -1},
    {"ratings": {"quality": HUGE}, "client_key": "k"},
    {"ratings": {"quality": {"value": 3, "confidence": HUGE}}, "client_key": "k"},
    {"ratings": {"quality": {"value": {"a": 1}}}, "client_key": "k"},
    {"ratings": {"quality": {"value": [1]}}, "client_key": "k"},
    {"ratings": {"quality": {"absent": {}}}, "client_key": "k"},
    {"ratings": {"quality": {"value": 3, "rationale": 5}}, "client_key": "k"},
    {"ratings": {"quality": {"value": 3, "rationale": "x" * 20_001}}, "client_key": "k"},
    {"ratings": {"quality": None}, "client_key": "k"},
    {"ratings": {"quality": {}}, "client_key": "k"},
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_no_body_gives_a_server_error(project: Project, api: Client, body: Any) -> None:
    make_single_task(project, make_single_rubric(project, ["quality"]))
    place = claim(api)
    response = api.put(f"{place}annotation/", body, content_type="application/json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert not Annotation.objects.exists()


def test_an_answer_to_a_withdrawn_task_cannot_be_revised(project: Project, api: Client) -> None:
    make_pairs(project, 1)
    place = claim(api)
    etag = put(api, place)["ETag"]
    Task.objects.update(state=TaskState.WITHDRAWN)
    assert put(api, place, "first", "r", **{"If-Match": etag}).status_code == 409
    assert Annotation.objects.get().is_current
