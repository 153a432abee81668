"""While one transaction fills tables, PostgreSQL knows that they are being filled."""

import io
import re
from pathlib import Path
from typing import Any  # arguments of a statement

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.domain.formats.batch_lines import NDJSON, read_batch
from annotations.domain.intake import batches
from annotations.domain.intake.batches import submit_batch
from annotations.domain.studies import loader
from annotations.domain.studies.import_study import import_study
from annotations.models import Item, Project
from benchmarks.bulk import write_folder
from evalplatform.common import growing_tables
from evalplatform.common.growing_tables import follow_growth, note_rows
from tests.factories.batches import make_lines
from tests.factories.ledger import make_item, make_project

pytestmark = pytest.mark.database
ITEMS = 1_500
SEARCH_BY_NAME = re.compile(r'"annotations_task"\."identity" (IN|= ANY)')
MOST_READ = 15  # rows of a table that are read for each that is stored


@pytest.fixture
def project() -> Project:
    return make_project("sky")


def count_read() -> dict[str, int]:
    """Rows that this transaction has read, by table, whether it went through an index or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
        )
        return dict(cursor.fetchall())


def test_an_import_reads_no_more_for_each_row_the_more_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing_tables, "LEAST", 100)
    monkeypatch.setattr(loader, "TEXTS_CHUNK", 30)
    monkeypatch.setattr("annotations.domain.planning.plan_tasks.CHUNK", 30)
    monkeypatch.setattr("annotations.domain.queue.slots.CHUNK", 30)
    write_folder(tmp_path / "study", ITEMS, rated=False)
    with CaptureQueriesContext(connection) as asked:
        study = import_study(folder=tmp_path / "study", slug="sky", overlap=1)
    assert (study.counts["items"], study.tasks, study.ratable) == (ITEMS, ITEMS, ITEMS)
    # Five hundred names are found by reading the whole table, whatever is known of it.
    assert [query["sql"] for query in asked if SEARCH_BY_NAME.search(query["sql"])] == []
    if connection.vendor == "postgresql":
        tables = [f"annotations_{name}" for name in ("item", "generation", "slot")]
        read = count_read()
        assert [name for name in tables if read[name] > MOST_READ * ITEMS] == [], {
            name: read[name] for name in tables
        }


def test_a_table_is_looked_at_when_it_has_grown(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_tables, "LEAST", 10)
    looked: list[int] = []
    rows: list[int] = []

    def note(execute: Any, sql: str, *given: Any) -> Any:
        assert sql.startswith('ANALYZE (SKIP_LOCKED) "annotations_item" (') or "SAVEPOINT" in sql
        if sql.startswith("ANALYZE"):
            assert all(f'"{name}"' in sql for name in ("id", "project_id", "key"))
            assert '"prompt"' not in sql
            looked.append(len(rows))
        return execute(sql, *given)

    with connection.execute_wrapper(note):
        note_rows(Item, 1_000)  # nobody follows it
        with follow_growth():
            for row in range(200):
                rows.append(row)
                note_rows(Item, 1)
        note_rows(Item, 1_000)
    assert looked == ([10, 40, 160] if connection.vendor == "postgresql" else [])


def test_what_takes_too_long_to_look_at_is_filled_all_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing_tables, "LEAST", 1)
    cancelled: list[str] = []

    def slow_down(execute: Any, sql: str, *given: Any) -> Any:
        if not sql.startswith("ANALYZE"):
            return execute(sql, *given)
        cancelled.append(sql)
        execute("SET LOCAL statement_timeout = 1", None, *given[1:])
        return execute("SELECT pg_sleep(10)", None, *given[1:])

    with connection.execute_wrapper(slow_down), follow_growth():
        note_rows(Item, 5)
        make_item(project)
    assert Item.objects.count() == 1
    assert len(cancelled) == (connection.vendor == "postgresql")


def test_a_batch_reads_no_more_for_each_row_the_more_there_are(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing_tables, "LEAST", 100)
    monkeypatch.setattr(batches, "CHUNK", 30)
    body = io.BytesIO(make_lines(ITEMS, ["alpha"]))
    with read_batch(handle=body, media_type=NDJSON, content_hash="0" * 64) as draft:
        batch = submit_batch(project=project, user=None, key="", draft=draft)
    assert batch.counts["items"] == batch.counts["generations"] == ITEMS
    if connection.vendor == "postgresql":
        assert count_read()["annotations_item"] < MOST_READ * ITEMS
