import pytest
from django.db import connection, transaction

from annotations.domain.bulk_rows import refresh_statistics
from annotations.models import Item
from tests.factories.ledger import make_item, make_project

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def count_as_planned() -> int:
    """How many items PostgreSQL believes to be there when it chooses a plan; -1: it knows nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Item._meta.db_table])
        return int(cursor.fetchone()[0])


def test_postgresql_knows_at_once_how_much_was_stored() -> None:
    project = make_project()
    for _ in range(50):
        make_item(project)
    if connection.vendor != "postgresql":
        with connection.execute_wrapper(refuse):
            refresh_statistics(Item)  # SQLite needs none, and is not asked
        return
    assert count_as_planned() != 50
    with transaction.atomic():
        refresh_statistics(Item)
    assert count_as_planned() != 50
    refresh_statistics(Item)
    assert count_as_planned() == 50


def refuse(*asked: object) -> None:
    raise AssertionError(f"asked the database: {asked}")
