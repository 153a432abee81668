"""What a test committed is gone before the next one, and what the migrations made is not."""

import pytest
from django.apps import apps
from django.db import connection

from annotations.models import Item, Task
from evalplatform.common.bulk_rows import refresh_statistics
from tests.factories.judging import make_field
from tests.factories.ledger import make_person, make_project
from tests.support.emptying import empty_tables

pytestmark = pytest.mark.database(transaction=True)


def count_rows() -> dict[str, int]:
    counted = {model._meta.db_table: model._default_manager.count() for model in apps.get_models()}
    return {table: count for table, count in counted.items() if count}


def test_nothing_that_was_committed_stays() -> None:
    made = count_rows()
    make_field()
    make_person(make_project())
    assert count_rows().keys() > made.keys()

    empty_tables()

    assert count_rows() == made
    assert {"auth_permission", "django_content_type"} == made.keys()


def test_an_empty_database_is_left_alone() -> None:
    before = count_rows()

    empty_tables()

    assert count_rows() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone plans by what it counted")
def test_what_was_counted_is_forgotten_with_the_rows() -> None:
    make_field(tasks=3)
    refresh_statistics(Item, Task)
    assert read_counted(Item._meta.db_table) == 3

    empty_tables()

    assert read_counted(Item._meta.db_table) <= 0
    assert not Item.objects.exists()


def read_counted(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return float(cursor.fetchone()[0])
