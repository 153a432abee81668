from typing import Any  # values as the columns take them
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotations.domain.intake.contents import ITEM_COLUMNS
from annotations.models import Item, Project
from evalplatform.common.bulk_rows import insert_rows, keep_pages, refresh_statistics
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


AWKWARD = ["\\N", "tab\tline\nreturn\r", 'C:\\new "folder"', "", "Привет 🙂", "\\.", "1;2,3"]


def describe(project: Project, key: str, **more: Any) -> dict[str, Any]:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    unsaid = dict.fromkeys(ITEM_COLUMNS) | {"attributes": {}, "source": {}, "context": "", "language": ""}
    ours = {"public_id": uuid4().hex, "created_at": now, "project": project.pk, "gate": 0, "content_hash": ""}
    return unsaid | ours | {"key": key} | more


def test_rows_come_back_as_they_were_given() -> None:
    project = make_project()
    rows = [
        describe(
            project,
            f"i{place}",
            prompt=text,
            context=text,
            attributes={text: [text, 1.5, None]},
            turns=[text],
        )
        for place, text in enumerate(AWKWARD)
    ]
    insert_rows(
        Item, ITEM_COLUMNS, [*rows, describe(project, "bare"), describe(project, "told", reference="x")]
    )

    *stored, bare, told = Item.objects.order_by("pk")
    assert [(item.prompt, item.context, item.turns) for item in stored] == [(t, t, [t]) for t in AWKWARD]
    assert [item.attributes for item in stored] == [{text: [text, 1.5, None]} for text in AWKWARD]
    assert (bare.prompt, bare.turns, bare.reference, bare.attributes) == (None, None, None, {})
    assert told.reference == "x"
    assert bare.public_id != told.public_id
    assert abs((timezone.now() - bare.created_at).total_seconds()) < 60
    insert_rows(Item, ITEM_COLUMNS, [])


def test_a_row_that_may_not_be_is_refused_with_all_others() -> None:
    project = make_project()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Item, ITEM_COLUMNS, [describe(project, key) for key in ("a", "b", "a")])
    assert not Item.objects.exists()


def test_sqlite_holds_more_pages_only_meanwhile() -> None:
    if connection.vendor != "sqlite":
        with connection.execute_wrapper(refuse), keep_pages():
            return
    before = count_pages()
    with keep_pages():
        assert count_pages() == -16_000
    with pytest.raises(IntegrityError), keep_pages(), transaction.atomic():
        Item.objects.create(project_id=10**6, key="i1")
    assert count_pages() == before != -16_000


def count_pages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        return int(cursor.fetchone()[0])
