"""Rows written by one statement read back as Django's own would."""

import uuid
from datetime import UTC, datetime
from typing import Any  # a column's value

import pytest
from django.db import IntegrityError, models

from annotations.models import Annotation, Rating, TaskKind
from judges.engine.plan import plan_run
from judges.engine.rows import insert_rows
from judges.models import RawReply, Run
from tests.factories.judging import make_field, make_judge

pytestmark = pytest.mark.database

KEPT = datetime(2027, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


@pytest.fixture
def run() -> Run:
    field = make_field(TaskKind.SINGLE, 2)
    return plan_run(project=field.project, judge=make_judge(field.project, "http://127.0.0.1:1", "single"))


def list_annotations(run: Run) -> list[Annotation]:
    return [
        Annotation(
            project=run.project, task_id=attempt.task_id, rater_id=attempt.rater_id,
            presentation="shown", seconds=0.25, source={"a": [1, "é\n'"]},
        )
        for attempt in run.attempts.order_by("pk")
    ]  # fmt: skip


def read_back(model: type[models.Model]) -> list[dict[str, Any]]:
    rows = model._default_manager.order_by("pk").values()
    return [
        {name: value for name, value in row.items() if name not in ("id", "public_id", "created_at")}
        for row in rows
    ]


def test_they_equal_those_of_bulk_create(run: Run) -> None:
    def write(insert: Any) -> list[list[dict[str, Any]]]:
        annotations = list_annotations(run)
        insert(Annotation, annotations)
        criterion = run.attempts.select_related("task__rubric").first().task.rubric.criteria.first()  # type: ignore[union-attr]
        values: list[dict[str, Any]] = [{"number": 3.0, "rationale": 'why: "so"'}, {"absent": "refused"}]
        ratings = [
            Rating(project=run.project, annotation_id=a.pk, criterion=criterion, **v)
            for a, v in zip(annotations, values, strict=True)
        ]
        insert(Rating, ratings)
        replies = [
            RawReply(
                project=run.project, attempt=attempt, request={"n": n}, reply="\U0001f600 \\", keep_until=KEPT
            )
            for n, attempt in enumerate(run.attempts.order_by("pk"))
        ]
        insert(RawReply, replies)
        written = [read_back(Annotation), read_back(Rating), read_back(RawReply)]
        for row in written[1]:
            row["annotation_id"] -= annotations[0].pk
        Annotation.objects.all().delete()
        RawReply.objects.all().delete()
        return written

    ours = write(lambda model, rows: insert_rows(rows))
    assert ours == write(lambda model, rows: model.objects.bulk_create(rows))
    assert [len(rows) for rows in ours] == [2, 2, 2]


def test_each_learns_the_key_of_its_own_row(run: Run) -> None:
    annotations = list_annotations(run)
    insert_rows(annotations[::-1])
    held = dict(Annotation.objects.values_list("pk", "public_id"))
    assert {a.pk: a.public_id for a in annotations} == held
    assert all(isinstance(public_id, uuid.UUID) for public_id in held.values())


def test_a_row_that_the_database_refuses_refuses_all(run: Run) -> None:
    annotations = list_annotations(run)
    annotations[1].presentation = "guessed"
    with pytest.raises(IntegrityError):
        insert_rows(annotations)


def test_none_is_nothing(run: Run) -> None:
    insert_rows([])
    assert Annotation.objects.count() == 0
