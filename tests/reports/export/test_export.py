"""Exports: complete, exact, inert in a spreadsheet, and no larger in memory for more rows."""

import csv
import io
import json
from pathlib import Path
from typing import Any  # cells are any JSON values

import duckdb
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotations.models import Annotation, Generation, Phase, Project, Rating, Role
from evalplatform.reports.export import ratings as rating_export
from evalplatform.reports.export.api import TABLES
from evalplatform.reports.export.table import Kind
from tests.factories.callers import sign_in
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_project,
    make_single_rubric,
    make_single_task,
    make_system,
    make_user,
)
from tests.factories.rated import fill_project
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database
HOSTILE = [
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    " =1+1",
    'a,"b"\r\nc',
    "Ярко ☀ \u202e",
    "",
    "'",
]


def fetch(client: Client, slug: str, what: str, form: str) -> bytes:
    answer = client.get(f"/api/v1/projects/{slug}/export/?what={what}&format={form}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{slug}-{what}.{form}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.streaming
    return answer.getvalue()


def read_lines(raw: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in raw.splitlines()]


def read_parquet(raw: bytes, folder: Path) -> list[dict[str, Any]]:
    file = folder / "export.parquet"
    file.write_bytes(raw)
    found = duckdb.read_parquet(str(file))
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


@pytest.fixture
def hostile() -> Project:
    project = make_project("sky")
    system, rubric = make_system(project, "=apex"), make_single_rubric(project, ["clarity"])
    for text in HOSTILE:
        make_single_task(project, rubric, system=system, text=text)
    return project


def test_row_25_csv_is_inert_in_a_spreadsheet(hostile: Project) -> None:
    rows = list(
        csv.DictReader(io.StringIO(fetch(sign_in(hostile), "sky", "generations", "csv").decode(), newline=""))
    )
    assert [row["text"] for row in rows] == [f"'{text}" for text in HOSTILE[:7]] + HOSTILE[7:]
    assert {row["system"] for row in rows} == {"'=apex"}


def test_row_25_json_lines_and_parquet_keep_every_text(hostile: Project, tmp_path: Path) -> None:
    client = sign_in(hostile)
    lines = read_lines(fetch(client, "sky", "generations", "jsonl"))
    table = read_parquet(fetch(client, "sky", "generations", "parquet"), tmp_path)
    stored = list(Generation.objects.order_by("pk").values_list("text", flat=True))
    assert stored == HOSTILE
    assert [row["text"] for row in lines] == stored
    assert [row["text"] for row in table] == stored
    assert [str(row["generation"]) for row in table] == [row["generation"] for row in lines]


@pytest.mark.parametrize("what", sorted(TABLES))
def test_every_format_holds_the_documented_columns(what: str, tmp_path: Path) -> None:
    client = sign_in(fill_project(make_project("rated"), items=2))
    header = [column.name for column in TABLES[what].columns]
    text = fetch(client, "rated", what, "csv").decode()
    assert next(csv.reader(io.StringIO(text))) == header
    file = tmp_path / "export.parquet"
    file.write_bytes(fetch(client, "rated", what, "parquet"))
    found = duckdb.read_parquet(str(file))
    assert found.columns == header
    wanted = {Kind.JSON: "VARCHAR", Kind.TIME: "TIMESTAMP WITH TIME ZONE"}
    assert [str(kind) for kind in found.types] == [
        wanted.get(column.kind, str(column.kind)) for column in TABLES[what].columns
    ]


def test_a_line_tells_all_of_a_rating() -> None:
    project = make_project("sky")
    rubric = make_single_rubric(project, ["clarity"])
    task = make_single_task(
        project, rubric, system=make_system(project, "apex"), item=make_item(project, key="i1")
    )
    answer = rate(task, make_rater(project, "ann", group="expert"), 0.1)
    Annotation.objects.update(seconds=3.5)
    Rating.objects.update(rationale="=short", confidence=0.75)
    [line] = read_lines(fetch(sign_in(project), "sky", "ratings", "jsonl"))
    created = line.pop("created_at")
    answer.refresh_from_db()
    assert created == answer.created_at.isoformat()
    assert line == {
        "item": "i1",
        "task": str(task.public_id),
        "kind": "single",
        "turn": None,
        "rubric": rubric.key,
        "rubric_version": 1,
        "systems": ["apex"],
        "rater": "ann",
        "rater_kind": "person",
        "rater_origin": "imported",
        "rater_group": "expert",
        "criterion": "clarity",
        "number": 0.1,
        "code": None,
        "text": None,
        "spans": None,
        "absent": None,
        "rationale": "=short",
        "confidence": 0.75,
        "phase": "independent",
        "presentation": "unknown",
        "shown_order": "",
        "repeat": 0,
        "seconds": 3.5,
        "annotation": str(answer.public_id),
        "retracted_at": None,
        "excluded": None,
    }


def test_what_does_not_count_says_why() -> None:
    project = make_project("sky")
    task = make_single_task(project, make_single_rubric(project, ["clarity"]))
    ann, bob = make_rater(project, "ann"), make_rater(project, "bob")
    first = rate(task, ann, 1)
    rate(task, ann, 2, phase=Phase.REVISED, supersedes=first)
    rate(task, bob, None, absent="abstained")
    lines = read_lines(fetch(sign_in(project), "sky", "ratings", "jsonl"))
    assert [(line["rater"], line["number"], line["excluded"]) for line in lines] == [
        ("ann", 1.0, None),
        ("ann", 2.0, "revised"),
        ("bob", None, "abstained"),
    ]


def test_chunks_join_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in(fill_project(make_project("rated"), items=5))
    whole = fetch(client, "rated", "ratings", "jsonl")
    assert len(whole.splitlines()) == Rating.objects.count()
    with CaptureQueriesContext(connection) as queries:
        fetch(client, "rated", "ratings", "jsonl")
    at_once = len(queries)
    monkeypatch.setattr(rating_export, "TASKS", 2)
    with CaptureQueriesContext(connection) as queries:
        assert fetch(client, "rated", "ratings", "jsonl") == whole
    assert len(queries) - at_once == 2 * 5  # tasks, systems, ratings, raters and criteria of two more chunks


def test_nothing_is_read_before_the_first_byte_is_asked_for() -> None:
    project = make_project("sky")
    make_generation(make_item(project), make_system(project))
    client = sign_in(project)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/api/v1/projects/sky/export/?what=generations&format=jsonl")
        before = len(queries)
        assert len(answer.getvalue().splitlines()) == 1
    assert len(queries) - before == 2


def test_calls_are_exported_without_what_was_sent_or_came_back() -> None:
    from judges.engine.planning.plan import plan_run
    from judges.models import Attempt, RawReply
    from tests.factories.judging import make_field, make_judge

    field = make_field(tasks=1, slug="study")
    plan_run(project=field.project, judge=make_judge(field.project, "http://127.0.0.1:9/v1"))
    for attempt in Attempt.objects.all():
        RawReply.objects.create(
            project=field.project,
            attempt=attempt,
            request={"prompt": "planted-request"},
            reply="planted-reply",
        )
    raw = fetch(sign_in(field.project), "study", "attempts", "jsonl")
    assert [(row["state"], row["shown_order"]) for row in read_lines(raw)] == [
        ("pending", "0,1"),
        ("pending", "1,0"),
    ]
    assert b"planted" not in raw


@pytest.mark.parametrize(
    "query", ["", "?what=users", "?what=ratings&format=xlsx", "?what=ratings&fields=password"]
)
def test_row_30_what_cannot_be_exported_is_refused(query: str) -> None:
    answer = sign_in(make_project("sky")).get(f"/api/v1/projects/sky/export/{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_reviewers_export_and_raters_and_strangers_do_not() -> None:
    project = make_project("sky")
    stranger = Client()
    stranger.force_login(make_user())
    clients = (sign_in(project, Role.REVIEWER), sign_in(project, Role.RATER), stranger, Client())
    address = "/api/v1/projects/sky/export/?what=generations"
    assert [client.get(address).status_code for client in clients] == [200, 403, 404, 401]
