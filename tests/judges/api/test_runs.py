"""Runs over REST: started, watched and steered by researchers, read by reviewers."""

import pytest
from django.test import Client
from django.utils import timezone

from annotations.models import Role
from judges.engine.versions.register import create_judge
from judges.models import Attempt, Judge, ProviderBatch, Run
from tests.factories.judging import make_field, make_judge
from tests.factories.ledger import make_member, make_user

pytestmark = pytest.mark.database
RUNS = "/api/v1/projects/study/runs/"


@pytest.fixture
def name() -> str:
    field = make_field(tasks=3, slug="study")
    return make_judge(field.project, "http://127.0.0.1:9/v1", price_in=1, price_out=1).rater.name


def sign_in(role: Role) -> Client:
    from annotations.models import Project

    client = Client()
    client.force_login(make_member(Project.objects.get(slug="study"), role).user)
    return client


def start(client: Client, **order: object) -> dict[str, object]:
    answer = client.post(RUNS, order, content_type="application/json")
    assert answer.status_code == 201, answer.content
    body: dict[str, object] = answer.json()
    return body


def test_a_run_is_started_with_its_limits(name: str) -> None:
    run = start(sign_in(Role.RESEARCHER), judge=name, limit=2, budget=1.5, follow=True)
    assert {key: run[key] for key in ("judge", "state", "limit", "budget", "follow")} == {
        "judge": name,
        "state": "running",
        "limit": 2,
        "budget": "1.500000",
        "follow": True,
    }
    assert run["progress"] == {
        "done": 0,
        "waiting": 4,
        "in_flight": 0,
        "cancelled": 0,
        "failed": {},
        "absent": {},
        "calls": 0,
        "tokens_in": 0,
        "tokens_out": 0,
        "spent": "0.00000000",
        "revision": None,
    }


def test_a_run_in_the_batch_lane_shows_its_batches_and_how_replies_are_held(name: str) -> None:
    client = sign_in(Role.RESEARCHER)
    judge = Judge.objects.select_related("connection", "project").get(rater__name=name)
    assert judge.connection is not None
    judge.connection.capabilities = {"fake-1": {"batch": True}}
    judge.connection.save()
    loose = create_judge(
        project=judge.project, name="loose", protocol="pair", connection=judge.connection, model="fake-1",
        parameters={"reply_format": "text"},
    )  # fmt: skip
    run = start(client, judge=loose.rater.name, lane="batch")
    assert (run["lane"], run["batches"]) == ("batch", [])
    assert "held to no form" in str(run["note"])
    ProviderBatch.objects.create(project=judge.project, run=Run.objects.get(), size=3, counts={"answered": 3})
    (shown,) = client.get(f"{RUNS}{run['id']}/").json()["batches"]
    assert (shown["state"], shown["size"], shown["counts"]) == ("gathered", 3, {"answered": 3})


def test_progress_counts_failures_by_reason(name: str) -> None:
    client = sign_in(Role.RESEARCHER)
    run = start(client, judge=name)
    failed = Attempt.objects.filter(pk__in=Attempt.objects.values("pk")[:2])
    failed.update(state="failed", failure="timeout", ended_at=timezone.now())
    progress = client.get(f"{RUNS}{run['id']}/").json()["progress"]
    assert (progress["waiting"], progress["failed"]) == (4, {"timeout": 2})


def test_a_run_is_paused_resumed_and_called_off(name: str) -> None:
    client = sign_in(Role.RESEARCHER)
    run = start(client, judge=name)
    place = f"{RUNS}{run['id']}/"
    verbs = ("resume", "pause", "pause", "resume", "cancel", "cancel", "pause")
    statuses = [client.post(f"{place}{verb}/").status_code for verb in verbs]
    assert statuses == [409, 200, 409, 200, 200, 409, 409]
    shown = client.get(place).json()
    assert (shown["state"], shown["progress"]["cancelled"]) == ("cancelled", 6)


@pytest.mark.parametrize(
    ("order", "status", "field"),
    [
        ({}, 400, "judge"),
        ({"judge": "nobody"}, 404, None),
        ({"limit": 0}, 400, "limit"),
        ({"limit": True}, 400, "limit"),
        ({"limit": 10**30}, 400, "limit"),
        ({"budget": -1}, 400, "budget"),
        ({"budget": "1"}, 400, "budget"),
        ({"budget": 1e300}, 400, "budget"),
        ({"follow": "yes"}, 400, "follow"),
        ({"project": "x"}, 400, "project"),
        ({"started_by": 1}, 400, "started_by"),
        ({"spent": 0}, 400, "spent"),
    ],
)
def test_row_31_a_wrong_order_starts_nothing(
    name: str, order: dict[str, object], status: int, field: str | None
) -> None:
    body = {"judge": name, **order} if order else {}
    answer = sign_in(Role.RESEARCHER).post(RUNS, body, content_type="application/json")
    assert (answer.status_code, Run.objects.count()) == (status, 0)
    assert {fault["field"] for fault in answer.json().get("errors", [])} == ({field} if field else set())


def test_reviewers_read_and_raters_and_strangers_do_not(name: str) -> None:
    run = start(sign_in(Role.RESEARCHER), judge=name)
    stranger = Client()
    stranger.force_login(make_user())
    for client, reads, acts in (
        (sign_in(Role.REVIEWER), 200, 403),
        (sign_in(Role.RATER), 403, 403),
        (stranger, 404, 404),
    ):
        for address in (RUNS, f"{RUNS}{run['id']}/", RUNS.replace("runs", "attempts")):
            assert client.get(address).status_code == reads
        verbs = [
            client.post(f"{RUNS}{run['id']}/{verb}/").status_code for verb in ("pause", "resume", "cancel")
        ]
        started = client.post(RUNS, {"judge": name}, content_type="application/json").status_code
        assert [*verbs, started] == [acts] * 4


def test_no_answer_holds_a_key(name: str) -> None:
    from judges.models import Connection

    Connection.objects.update(encrypted_key="gAAAA-cipher", key_ending="tail")
    client = sign_in(Role.RESEARCHER)
    nouns = ("judges", "attempts", "runs")
    texts = [client.get(f"/api/v1/projects/study/{noun}/").content.decode() for noun in nouns]
    assert '"connection":"connection-' in texts[0]
    assert [
        secret for secret in ("cipher", "tail", "sk-", "127.0.0.1:9") for text in texts if secret in text
    ] == []
