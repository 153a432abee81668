"""A disk without room refuses what would be written, whole; what is there can still be read."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from annotations.models import Batch, Generation, Item
from tests.factories.batches import make_lines
from tests.factories.ledger import make_project
from tests.reliability.pipeline import make_pipeline

LINES = 500  # more than the free pages of an empty database hold

pytestmark = [
    pytest.mark.database(transaction=True),
    pytest.mark.one_database,  # SQLite alone can be told how large it may grow
    pytest.mark.reliability,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="PostgreSQL cannot be told how large it may grow"
    ),
]


@contextmanager
def full_disk() -> Iterator[None]:
    """The database file may not grow."""
    with connection.cursor() as cursor:
        limit = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        cursor.execute("PRAGMA max_page_count = 1")  # never below what is there
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA max_page_count = {limit}")


def test_row_11_a_full_disk_leaves_no_half_batch_and_lets_everybody_read() -> None:
    pipeline = make_pipeline(make_project("sky"))
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {pipeline.token}"})

    def submit() -> int:
        address = "/api/v1/projects/sky/batches/"
        headers = {"Idempotency-Key": "nightly-1"}
        body, kind = make_lines(LINES), "application/x-ndjson"
        return client.post(address, body, content_type=kind, headers=headers).status_code

    with full_disk():
        assert submit() == 503
        assert client.get("/api/v1/projects/sky/batches/").status_code == 200
    assert (Batch.objects.count(), Item.objects.count(), Generation.objects.count()) == (0, 0, 0)
    assert submit() == 202
    assert (Batch.objects.count(), Item.objects.count()) == (1, LINES)
