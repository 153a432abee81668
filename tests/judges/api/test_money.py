from datetime import date
from decimal import Decimal
from typing import Any  # bodies are JSON

import pytest
from django.test import Client

from annotations.models import Project, Role, TaskKind
from evalplatform.accounts.models import AuditEvent
from judges.engine.money.price_table import PriceLine, set_price
from judges.engine.money.pricing import read_list
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from judges.models import Attempt, Judge, Price, Run
from tests.factories.callers import sign_in
from tests.factories.judging import make_connection, make_field, make_judge
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database
SKY = "/api/v1/projects/sky"
BODY = {"provider": "openai", "model": "m", "valid_from": "2026-01-01", "tokens_in": 1.5, "tokens_out": 6}
LINE = PriceLine("openai", "m", date(2026, 1, 1), tokens_in=Decimal(1), tokens_out=Decimal(1))


def put(client: Client, url: str, body: Any) -> Any:
    return client.put(url, body, content_type="application/json")


def make_sky(**parameters: Any) -> Judge:
    field = make_field(TaskKind.SINGLE, 2, slug="sky")
    return make_judge(field.project, "http://127.0.0.1:9/v1", "single", **parameters)


# Forecasts.


def test_a_forecast_tells_of_a_run_and_starts_none() -> None:
    judge = make_sky(price_in=1, price_out=2)
    client = sign_in(judge.project)
    body = {"judge": judge.rater.name, "limit": 1, "budget": 0.5}
    answer = client.post(f"{SKY}/runs/forecast/", body, content_type="application/json")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["tasks"], told["calls"], told["available"]) == (1, 1, "0.50000000")
    assert set(told["lanes"]) == {"live", "batch"}
    assert Decimal(told["lanes"]["live"]["cost"]["low"]) > 0
    assert told["cautions"] == ["no_context"]
    assert (Run.objects.count(), Attempt.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.RESEARCHER, 200), (Role.REVIEWER, 403), (Role.RATER, 403), (None, 404)]
)
def test_who_may_start_a_run_may_forecast_it(role: Role | None, status: int) -> None:
    judge = make_sky()
    client = sign_in(judge.project if role else None, role or Role.RATER)
    answer = client.post(
        f"{SKY}/runs/forecast/", {"judge": judge.rater.name}, content_type="application/json"
    )
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400), ({"judge": "nobody"}, 404), ({"judge": 3}, 400), ({"judge": "x", "limit": 0}, 400),
        ({"judge": "x", "budget": 0}, 400), ({"judge": "x", "follow": True}, 400), ([], 400),
    ],
)  # fmt: skip
def test_odd_orders_are_refused(body: Any, status: int) -> None:
    client = sign_in(make_sky().project)
    answer = client.post(f"{SKY}/runs/forecast/", body, content_type="application/json")
    assert answer.status_code == status


def test_a_forecast_at_an_unknown_price_has_no_cost() -> None:
    judge = make_sky()
    answer = sign_in(judge.project).post(
        f"{SKY}/runs/forecast/", {"judge": judge.rater.name}, content_type="application/json"
    )
    assert [answer.json()["lanes"][lane]["cost"] for lane in ("live", "batch")] == [None, None]


# Spend.


def spend_some() -> Project:
    """0.25 USD by a judge whose name a spreadsheet would run."""
    project = make_field(TaskKind.SINGLE, 1, slug="sky").project
    judge = create_judge(
        project=project, name="=cmd", protocol="single", connection=make_connection(""), model="gpt-4o"
    )
    plan_run(project=project, judge=judge)
    Attempt.objects.update(
        state="done", cost=Decimal("0.25"), tokens_in=7, tokens_out=3, started_at="2026-03-01T00:00:00Z"
    )
    return project


def test_spend_by_day() -> None:
    client = sign_in(spend_some(), Role.REVIEWER)
    day = {
        "key": "2026-03-01", "name": "2026-03-01", "calls": 1, "unpriced": 0, "tokens_in": 7, "tokens_cached": 0,
        "tokens_cache_written": 0, "tokens_out": 3,
        "confirmed": "0.25000000", "estimated": "0.00000000", "total": "0.25000000",
    }  # fmt: skip
    total = day | {"key": "", "name": ""}
    assert client.get(f"{SKY}/spend/").json() == {"by": "day", "rows": [day], "total": total}


def test_spend_as_csv_holds_no_formula() -> None:
    answer = sign_in(spend_some()).get(f"{SKY}/spend/?by=judge&format=csv")
    assert answer["content-type"] == "text/csv; charset=utf-8"
    assert answer["content-disposition"] == 'attachment; filename="sky-spend-by-judge.csv"'
    head, row, total = answer.content.decode().split("\r\n")[:3]
    assert head.startswith("judge,name,calls,")
    assert row.split(",")[1:3] == ["'=cmd", "1"]
    assert total == "total,,1,0,7,0,0,3,0.25000000,0.00000000,0.25000000"


@pytest.mark.parametrize("query", ["by=hour", "format=xml", "by=day&by=run", "x=1"])
def test_odd_queries_are_refused(query: str) -> None:
    assert sign_in(make_project("sky")).get(f"{SKY}/spend/?{query}").status_code == 400


# Prices.


def test_a_project_sees_its_own_prices_those_for_all_and_the_list() -> None:
    ours, theirs = make_project("sky"), make_project("sea")
    for owner in (ours, theirs, None):
        set_price(line=LINE, project=owner, actor=None)
    rows = sign_in(ours, Role.REVIEWER).get(f"{SKY}/prices/").json()
    assert [row["table"] for row in rows] == ["project", "instance"] + ["list"] * len(read_list())
    assert [row["id"] is None for row in rows] == [False, False] + [True] * len(read_list())


def test_researchers_set_their_projects_prices_and_take_them_away() -> None:
    project = make_project("sky")
    client = sign_in(project)
    written = put(client, f"{SKY}/prices/", BODY | {"batch_in": 0.75, "batch_out": 3})
    assert written.status_code == 200
    assert (written.json()["tokens_in"], written.json()["table"]) == ("1.500000", "project")
    assert Price.objects.get().project == project
    url = f"{SKY}/prices/{written.json()['id']}/"
    assert sign_in(project, Role.REVIEWER).delete(url).status_code == 403
    assert client.delete(url).status_code == 204
    assert client.delete(url).status_code == 404


def test_a_price_for_all_is_nobodys_to_take_away_in_a_project() -> None:
    shared = set_price(line=LINE, project=None, actor=None)
    client = sign_in(make_project("sky"))
    assert client.delete(f"{SKY}/prices/{shared.public_id}/").status_code == 404


def test_staff_keep_the_prices_for_all() -> None:
    assert put(sign_in(make_project("sky")), "/api/v1/prices/", BODY).status_code == 403
    staff = sign_in(None, is_staff=True)
    assert put(staff, "/api/v1/prices/", BODY).json()["table"] == "instance"
    assert [row["table"] for row in staff.get("/api/v1/prices/").json()] == ["instance"] + ["list"] * len(
        read_list()
    )


def test_staff_take_a_price_for_all_away() -> None:
    shared = set_price(line=LINE, project=None, actor=None)
    url = f"/api/v1/prices/{shared.public_id}/"
    assert sign_in(make_project("sky")).delete(url).status_code == 404
    staff = sign_in(None, is_staff=True)
    assert [staff.delete(url).status_code for _ in range(2)] == [204, 404]
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.before) == ("remove_price", "1.000000 in, 1.000000 out")


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "local"}, {"model": ""}, {"model": 3}, {"model": "a\x00"}, {"model": "a*b"}, {"valid_from": 3},
        {"valid_from": "soon"}, {"tokens_in": -1}, {"tokens_in": "1"}, {"tokens_in": True}, {"tokens_in": None},
        {"tokens_in": 10_001}, {"batch_in": 1}, {"base_url": "javascript:x"}, {"project": 1},
    ],
)  # fmt: skip
def test_odd_prices_are_refused(change: dict[str, Any]) -> None:
    client = sign_in(make_project("sky"))
    assert put(client, f"{SKY}/prices/", BODY | change).status_code == 400
    assert Price.objects.count() == 0
