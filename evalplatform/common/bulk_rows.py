"""Many rows at once, where nobody needs their ids: several times faster than to build and save model instances."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any  # values as the columns take them

from django.db import connection, models

from evalplatform.common.growing_tables import note_rows

Row = Mapping[str, Any]
PAGES = 16_000  # KiB


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert one row for each mapping; `columns` names the fields, and what they leave out must be optional.

    The database's constraints hold as ever; a model's defaults and signals have no part in it.
    """
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    values = _list_values(columns, fields, rows)
    if not values:
        return
    quote = connection.ops.quote_name
    table = f"{quote(model._meta.db_table)} ({', '.join(quote(str(field.column)) for field in fields)})"
    if connection.vendor == "postgresql":
        _copy_rows(table, values)
        note_rows(model, len(values))
        return
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"INSERT INTO {table} VALUES ({places})", values)  # noqa: S608 - names are the model's own


def _list_values(
    columns: Sequence[str], fields: "Sequence[models.Field[Any, Any]]", rows: Iterable[Row]
) -> list[list[Any]]:
    """The rows' values in the order of the columns, JSON as the database takes it."""
    places = [(place, field) for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    if not places:
        return [[row[name] for name in columns] for row in rows]
    empty = places[0][1].get_db_prep_save({}, connection)
    values = []
    for row in rows:
        given = [row[name] for name in columns]
        for place, field in places:
            if (value := given[place]) is not None:
                given[place] = empty if value == {} else field.get_db_prep_save(value, connection)
        values.append(given)
    return values


def _copy_rows(table: str, values: Iterable[Sequence[Any]]) -> None:
    """One statement for all rows: PostgreSQL stores those that have come while the next ones are written."""
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN") as copy,
    ):
        for row in values:
            copy.write_row(row)


def check_references_at_once() -> None:
    """Let PostgreSQL check references with every statement of this transaction.

    All of them at the commit may take longer than one statement is allowed.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@contextmanager
def keep_pages() -> Iterator[None]:
    """Let SQLite hold 16 MB of the database meanwhile, eight times as much as it would by itself.

    Random ids and ranks touch pages all over an index: each would be written out and read again for the next row.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{PAGES}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {usual:d}")


def refresh_statistics(*models_filled: type[models.Model]) -> None:
    """Tell PostgreSQL how many rows these tables hold now, and of what kind.

    It finds out by itself a minute later; until then it plans as for tables of a handful of rows, and a page of one
    reads all that follow. A table that another session keeps is passed over. Within a transaction it does nothing:
    what is counted there outlives a rollback, and then says of a full table that it is empty, or the reverse.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for model in models_filled:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {connection.ops.quote_name(model._meta.db_table)}")
