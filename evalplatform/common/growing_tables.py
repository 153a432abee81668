"""Tables that one transaction fills: PostgreSQL plans for them as they were before it, unless it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from django.db import OperationalError, connection, models, transaction

LEAST: Final = 5_000  # rows; looking at fewer takes longer than it saves
GROWN: Final = 4  # times


@dataclass(slots=True)
class _Growth:
    """Rows that went into a table, and how many they were when it was last looked at."""

    rows: int = 0
    seen: int = 0


_tables: ContextVar[dict[str, _Growth] | None] = ContextVar("growing_tables", default=None)


@contextmanager
def follow_growth() -> Iterator[None]:
    """Within this block PostgreSQL looks at a table anew whenever four times the rows (`note_rows`) have gone in.

    A search by project and key else reads all that the project holds for want of knowing that it holds anything, and
    filling takes the square of the rows. What is seen stays with the transaction but for the number of rows, which
    outlives a rollback until the next vacuum: too many then, which does no harm.
    """
    token = _tables.set({} if connection.vendor == "postgresql" else None)
    try:
        yield
    finally:
        _tables.reset(token)


def note_rows(model: type[models.Model], count: int) -> None:
    """So many rows went into the model's table."""
    tables = _tables.get()
    if tables is None:
        return
    growth = tables.setdefault(model._meta.db_table, _Growth())
    growth.rows += count
    if growth.rows >= max(LEAST, GROWN * growth.seen):
        growth.seen = growth.rows
        _look_at(model)


def _look_at(model: type[models.Model]) -> None:
    """At a sample of at most 30,000 rows. Another session's lock, or too slow a disk, does without."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column) for column in _list_searched(model))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {quote(model._meta.db_table)} ({columns})")
    except OperationalError:  # it took longer than a statement may
        return


def _list_searched(model: type[models.Model]) -> list[str]:
    """Columns by which rows are found: texts and JSON would take twice as long as all of these."""
    unique = [each for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)]
    names = {name for constraint in unique for name in constraint.fields}
    fields = model._meta.concrete_fields
    return [
        str(field.column) for field in fields if field.primary_key or field.is_relation or field.name in names
    ]
