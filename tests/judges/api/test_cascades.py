"""Cascades over REST: studied, formed, started and steered by researchers, read by reviewers."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from annotations.models import Role
from judges.engine.cascades.stepping import step_cascade
from judges.models import Cascade, CascadeRun, Run
from tests.factories.cascading import Cast, answer_run, make_cast, sure_but_of_fifths, sure_where_even
from tests.factories.ledger import make_member

pytestmark = [pytest.mark.database, pytest.mark.timeout(180)]
CASCADES = "/api/v1/projects/study/cascades/"
TERMS = {"cheap": "cheap", "dear": "dear", "bound": 0.25, "delta": 0.2, "calibration_share": 0.7}


def sign_in(cast: Cast, role: Role = Role.RESEARCHER) -> Client:
    client = Client()
    client.force_login(make_member(cast.project, role).user)
    return client


def post(client: Client, path: str, body: dict[str, Any] | None = None, *, status: int) -> dict[str, Any]:
    answer = client.post(CASCADES + path, body or {}, content_type="application/json")
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


def work_through(cast: Cast) -> None:
    run = CascadeRun.objects.latest("pk")
    for _ in range(5):
        step_cascade(run_id=run.pk)
        for going in Run.objects.filter(stage__cascade_run=run, state="running").select_related("judge"):
            is_cheap = going.judge_id == cast.cheap.pk
            answer_run(cast, going, sure_where_even if is_cheap else sure_but_of_fifths)


def test_a_cascade_is_foreseen_started_and_followed_to_its_end() -> None:
    cast = make_cast()
    client = sign_in(cast)
    told = post(client, "forecast/", {**TERMS, "people_price": 0.5}, status=200)
    assert [(stage["stage"], stage["judge"]) for stage in told["stages"]] == [
        ("cheap_calibration", "cheap"),
        ("dear_calibration", "dear"),
        ("cheap", "cheap"),
        ("dear", "dear"),
    ]
    assert told["calibration"] + told["held_out"] == len(cast.tasks)
    assert [stage["calls"]["high"] for stage in told["stages"]] == [
        4 * told["calibration"],
        4 * told["calibration"],
        4 * told["held_out"],
        4 * told["held_out"],
    ]
    assert told["stages"][3]["calls"]["low"] == 0
    assert (told["is_recorded"], told["people_alone"]) == (False, f"{told['held_out'] / 2:.8f}")
    assert not Cascade.objects.exists()

    order = {**TERMS, "name": "both", "places": 1, "budget": 20, "people_price": 0.5}
    made = post(client, "start/", order, status=201)
    assert (made["state"], made["thresholds"], made["work"]["stages"]) == ("running", None, [])
    work_through(cast)
    shown = sign_in(cast, Role.REVIEWER).get(f"{CASCADES}{made['id']}/").json()
    work = shown["work"]
    assert (shown["state"], work["stage"]) == ("finished", "people")
    assert [(stage["stage"], stage["judge"], stage["state"]) for stage in work["stages"]] == [
        ("cheap_calibration", "cheap", "finished"),
        ("dear_calibration", "dear", "finished"),
        ("cheap", "cheap", "finished"),
        ("dear", "dear", "finished"),
    ]
    cases = [stage["done"] for stage in work["stages"]]
    outcome, saving = work["outcome"], work["saving"]
    assert cases == [
        2 * outcome["calibration"],
        2 * outcome["calibration"],
        2 * outcome["held_out"],
        2 * (outcome["kept"][1] + outcome["left"]),
    ]
    spent = (cases[0] + cases[2]) * 0.001 + (cases[1] + cases[3]) * 0.01
    assert float(saving["spent"]) == pytest.approx(spent)
    assert float(saving["dear_alone"]) == pytest.approx(len(cast.tasks) * 0.02)
    assert float(saving["people_alone"]) == outcome["held_out"] / 2
    assert float(saving["with_people"]) == pytest.approx(outcome["left"] / 2 + spent)
    assert saving["answers"] == sum(outcome["kept"])
    left = client.get(f"{CASCADES}{made['id']}/left/").json()["tasks"]
    assert len(left) == len(set(left)) == outcome["left"] == outcome["opened"]

    studied = post(client, "study/", TERMS, status=200)
    assert [stage["threshold"] for stage in studied["stages"]] == shown["thresholds"]
    assert [stage["held_out_kept"] for stage in studied["stages"]] == outcome["kept"]
    again = post(client, "", {**TERMS, "name": "both"}, status=201)
    assert (again["id"], again["work"]["stage"]) == (made["id"], "people")


def test_it_is_paused_goes_on_and_is_called_off() -> None:
    cast = make_cast(tasks=4)
    client = sign_in(cast)
    made = post(client, "start/", {**TERMS, "name": "both"}, status=201)
    verbs = [
        post(client, f"{made['id']}/{verb}/", status=200)["state"] for verb in ("pause", "resume", "cancel")
    ]
    assert verbs == ["paused", "running", "cancelled"]
    post(client, f"{made['id']}/pause/", status=409)
    (listed,) = client.get(CASCADES).json()["results"]
    assert (listed["name"], listed["state"]) == ("both", "cancelled")


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        ("start/", {"cheap": "nobody"}, 400),
        ("start/", {"name": ""}, 400),
        ("start/", {"places": 21}, 400),
        ("start/", {"bound": 1}, 400),
        ("study/", {}, 400),
        ("", {}, 400),
    ],
)
def test_what_cannot_be_is_refused(path: str, change: dict[str, object], status: int) -> None:
    cast = make_cast(tasks=2)
    body = {**TERMS, "name": "both", **change}
    if path == "study/":
        body.pop("name")
    post(sign_in(cast), path, body, status=status)
    assert not Cascade.objects.exists()


def test_a_run_may_be_over_named_tasks() -> None:
    cast = make_cast(tasks=3)
    client = sign_in(cast)
    body = {"judge": "cheap", "tasks": [str(cast.tasks[1].public_id)], "repeats": 1}
    answer = client.post("/api/v1/projects/study/runs/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert set(Run.objects.get().attempts.values_list("task", flat=True)) == {cast.tasks[1].pk}
    stranger = make_cast(tasks=1, slug="other").tasks[0]
    for wrong in ({"tasks": [str(stranger.public_id)]}, {"follow": True}):
        answer = client.post(
            "/api/v1/projects/study/runs/", {**body, **wrong}, content_type="application/json"
        )
        assert answer.status_code == 400, answer.content


def test_the_budget_of_a_cascade_at_work_is_set() -> None:
    cast = make_cast(tasks=6)
    client = sign_in(cast)
    post(client, "start/", {**TERMS, "name": "both", "budget": 2}, status=201)
    url = f"{CASCADES}{Cascade.objects.get().public_id}/budget/"
    told = client.put(url, {"amount": 3.5}, content_type="application/json")
    assert (told.status_code, told.json()["work"]["budget"]) == (200, "3.500000")
    assert client.put(url, {"amount": 0}, content_type="application/json").status_code == 400
    CascadeRun.objects.update(state="finished")
    assert client.put(url, {"amount": 4}, content_type="application/json").status_code == 409
    out = StringIO()
    CascadeRun.objects.update(state="paused")
    call_command("set_budget", "study", "5", cascade="both", stdout=out)
    assert out.getvalue() == "The judges of both may spend 5.00 USD together.\n"
