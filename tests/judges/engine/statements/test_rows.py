"""Rows written by one statement read back as Django's own would."""

import uuid
from datetime import UTC, datetime
from typing import Any  # a column's value

import pytest
from django.db import IntegrityError, models

from annotations.models import Annotation, Criterion, Rating, TaskKind
from judges.engine.planning.plan import plan_run
from judges.engine.statements.rows import insert_rows
from judges.models import RawReply, Run
from tests.factories.judging import make_field, make_judge

pytestmark = pytest.mark.database

KEPT = datetime(2027, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


@pytest.fixture
def run() -> Run:
    field = make_field(TaskKind.SINGLE, 2)
    return plan_run(project=field.project, judge=make_judge(field.project, "http://127.0.0.1:1", "single"))


def list_annotations(run: Run) -> list[dict[str, Any]]:
    return [
        {"task_id": attempt.task_id, "seconds": 0.25, "shown_order": "", "source": {"a": [1, "é\n'"]}}
        for attempt in run.attempts.order_by("pk")
    ]


def describe_same(run: Run) -> dict[str, Any]:
    return {"project_id": run.project_id, "rater_id": run.judge.rater_id, "presentation": "shown"}


def read_back(model: type[models.Model]) -> list[dict[str, Any]]:
    rows = model._default_manager.order_by("pk").values()
    return [
        {name: value for name, value in row.items() if name not in ("id", "public_id", "created_at")}
        for row in rows
    ]


def insert_by_django(model: Any, rows: list[dict[str, Any]], **same: Any) -> list[int]:
    return [made.pk for made in model.objects.bulk_create(model(**row, **same) for row in rows)]


def test_they_equal_those_of_bulk_create(run: Run) -> None:
    def write(insert: Any) -> list[list[dict[str, Any]]]:
        keys = insert(Annotation, list_annotations(run), **describe_same(run))
        criterion = Criterion.objects.get(rubric__tasks=run.attempts.earliest("pk").task_id, position=0)
        values: list[dict[str, Any]] = [
            {"number": 3.0, "absent": None, "rationale": 'why: "so"', "meta": {"n": [0.5]}},
            {"number": None, "absent": "refused", "rationale": None, "meta": None},
        ]
        ratings = [{"annotation_id": key, **value} for key, value in zip(keys, values, strict=True)]
        insert(Rating, ratings, project_id=run.project_id, criterion_id=criterion.pk)
        replies = [
            {"attempt_id": pk, "request": {"n": n}, "reply": "\U0001f600 \\"}
            for n, pk in enumerate(run.attempts.order_by("pk").values_list("pk", flat=True))
        ]
        insert(RawReply, replies, project_id=run.project_id, keep_until=KEPT)
        written = [read_back(Annotation), read_back(Rating), read_back(RawReply)]
        for row in written[1]:
            row["annotation_id"] -= keys[0]
        Annotation.objects.all().delete()
        RawReply.objects.all().delete()
        return written

    ours = write(insert_rows)
    assert ours == write(insert_by_django)
    assert [len(rows) for rows in ours] == [2, 2, 2]


def test_keys_come_in_the_order_of_the_rows(run: Run) -> None:
    rows = list_annotations(run)[::-1]
    keys = insert_rows(Annotation, rows, **describe_same(run))
    held = Annotation.objects.in_bulk(keys)
    assert [held[key].task_id for key in keys] == [row["task_id"] for row in rows]
    assert all(isinstance(annotation.public_id, uuid.UUID) for annotation in held.values())
    assert len({annotation.public_id for annotation in held.values()}) == 2


def test_a_row_that_the_database_refuses_refuses_all(run: Run) -> None:
    rows = list_annotations(run)
    rows[1]["task_id"] = rows[0]["task_id"]
    with pytest.raises(IntegrityError):
        insert_rows(Annotation, rows, **describe_same(run))


def test_none_is_nothing(run: Run) -> None:
    assert insert_rows(Annotation, [], **describe_same(run)) == []
    assert Annotation.objects.count() == 0
