"""The page of spend: sums, lines that lead on, days without a call in the picture, and what has no price."""

from decimal import Decimal

import pytest
from django.test import Client

from annotations.models import Role
from judges.models import Attempt
from judges.queries.spend import Spend, SpendTable
from judges.views.spend import MOST_DAYS, lay_columns, put_in_order
from tests.factories.callers import sign_in
from tests.factories.judged import make_scene
from tests.factories.ledger import make_project

SPEND = "/p/sky/judges/spend/"


def read(client: Client, query: str = "") -> str:
    answer = client.get(f"{SPEND}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.database
def test_the_sums_of_a_project_and_of_its_parts() -> None:
    scene = make_scene()
    client = sign_in(scene.project, Role.REVIEWER)
    page = read(client)
    total = sum((cost or Decimal(0) for cost in Attempt.objects.values_list("cost", flat=True)), Decimal(0))
    assert f"<dd>{total:.4f} USD</dd>" in page
    assert "/api/v1/projects/sky/spend/?by=day&amp;format=csv" in page
    judges = read(client, "?by=judge")
    assert judges.index(">dear<") < judges.index(">cheap<") < judges.index(">longest<")
    assert f"/p/sky/judges/{scene.run.judge.public_id}/" in judges
    assert f"/p/sky/runs/{scene.run.public_id}/" in read(client, "?by=run")
    assert "fake-1-mini" in read(client, "?by=model")
    file = client.get("/api/v1/projects/sky/spend/?by=day&format=csv")
    assert (file.status_code, file["Content-Type"]) == (200, "text/csv; charset=utf-8")


@pytest.mark.database
def test_calls_at_an_unknown_price_are_told() -> None:
    scene = make_scene()
    assert "at an unknown price is in no sum" not in read(sign_in(scene.project, Role.REVIEWER))
    done = scene.run.attempts.filter(state="done")[0]
    Attempt.objects.filter(pk=done.pk).update(cost=None)
    assert "1 call at an unknown price is in no sum." in read(sign_in(scene.project, Role.REVIEWER))


@pytest.mark.database
def test_nothing_spent_and_nothing_known() -> None:
    client = sign_in(make_project("sky"), Role.REVIEWER)
    assert "No judge has been called yet." in read(client)
    assert client.get(f"{SPEND}?by=moon").status_code == 400


def spend(key: str, total: str) -> Spend:
    return Spend(key, key, confirmed=Decimal(total))


def test_days_without_a_call_have_a_column_too() -> None:
    columns = lay_columns([spend("2026-03-01", "1"), spend("2026-03-04", "4")])
    assert [(column.x, column.y, column.height) for column in columns] == [
        ("0.1", "30.00", "10.00"),
        ("1.1", "40.00", "0.00"),
        ("2.1", "40.00", "0.00"),
        ("3.1", "0.00", "40.00"),
    ]
    assert lay_columns([]) == []
    assert [column.height for column in lay_columns([spend("2026-03-01", "0")])] == ["0.00"]


def test_a_long_time_is_cut_at_its_beginning() -> None:
    columns = lay_columns([spend("2020-01-01", "9"), spend("2026-01-01", "1")])
    assert len(columns) == MOST_DAYS
    assert columns[-1].height == "40.00"


def test_the_latest_day_and_the_dearest_judge_come_first() -> None:
    rows = (spend("a", "1"), spend("b", "3"), spend("c", "2"))
    total = spend("", "6")
    assert [row.key for row in put_in_order(SpendTable("day", rows, total))] == ["c", "b", "a"]
    assert [row.key for row in put_in_order(SpendTable("judge", rows, total))] == ["b", "c", "a"]
