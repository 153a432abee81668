"""After a test that commits: what it wrote goes, and what the migrations put there stays.

Django's own way makes every table anew and lets every app make its permissions again. With as many tables as ours that
takes longer than most tests.
"""

import functools

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

MADE_BY_MIGRATIONS = frozenset({"auth_permission", "django_content_type"})
# Bytes of a table on PostgreSQL: deleted rows stay in it, as nothing is vacuumed while tests run.
LARGE = 1 << 18


def empty_quickly() -> None:
    """Let every test that commits leave by `empty_tables`."""
    TransactionTestCase._fixture_teardown = _empty_all  # type: ignore[attr-defined]  # there is no setting for it


def _empty_all(case: TransactionTestCase) -> None:
    for name in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]  # the stubs lack it
        empty_tables(name)


def empty_tables(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Take the rows out of every table that has any. References are checked at the commit, so order does not matter.

    Where statistics were taken or a table has grown, PostgreSQL makes all tables anew: plans follow from both.
    """
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute(_ask_for_filled(alias))
        filled = [str(table) for (table,) in cursor.fetchall()]
        names = list(_list_tables(alias))
        if connection.vendor == "postgresql" and _are_worn(connection, names):
            for statement in connection.ops.sql_flush(no_style(), names):
                cursor.execute(statement)
            return
        for table in filled:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def _are_worn(connection: BaseDatabaseWrapper, tables: list[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r'"
            " AND (reltuples > 0 OR pg_relation_size(oid) > %s))",
            [tables, LARGE],
        )
        return bool(cursor.fetchone()[0])


@functools.cache
def _list_tables(alias: str) -> tuple[str, ...]:
    names = connections[alias].introspection.django_table_names(include_views=False)
    return tuple(sorted(set(names) - MADE_BY_MIGRATIONS))


@functools.cache
def _ask_for_filled(alias: str) -> str:
    """The query for the names of all tables that hold a row."""
    quote = connections[alias].ops.quote_name
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})" for name in _list_tables(alias)
    )
