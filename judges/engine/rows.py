"""Many new rows by one statement with one parameter: what a fast run writes is bound by Python, not by the database."""

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any  # a column holds any JSON value
from uuid import UUID

import orjson
from django.db import connection, models
from django.utils import timezone

Convert = Callable[[Any], Any]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model. Those with a `public_id` learn their primary key; nothing is called on saving."""
    if not rows:
        return
    model = type(rows[0])
    statement, columns = _compose(model, connection.vendor)
    stamps = [column for column, is_stamp, _ in columns if is_stamp]
    now = timezone.now()
    for row in rows:
        row.__dict__.update(dict.fromkeys(stamps, now))
    values = [_read_values(row, columns) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement, [orjson.dumps(values).decode()])
        if "RETURNING" in statement:
            keys = {_read_uuid(public_id): pk for pk, public_id in cursor.fetchall()}
            for row in rows:
                row.pk = keys[row.__dict__["public_id"]]


def _read_values(row: models.Model, columns: tuple[tuple[str, bool, Convert | None], ...]) -> dict[str, Any]:
    held = row.__dict__
    return {
        name: value if convert is None else convert(value)
        for name, _, convert in columns
        if (value := held[name]) is not None
    }


def _read_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


@functools.cache
def _compose(
    model: type[models.Model], vendor: str
) -> tuple[str, tuple[tuple[str, bool, Convert | None], ...]]:
    """The statement, and of each column its attribute, whether it takes the time of writing, and its spelling."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(str(field.column) for field in fields)
    if vendor == "postgresql":
        typed = ", ".join(f"{field.column} {field.db_type(connection) or ''}" for field in fields)
        source = f"SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS r({typed})"  # noqa: S608 - names of columns only
    else:
        read = ", ".join(f"json_extract(value, '$.{field.column}')" for field in fields)
        source = f"SELECT {read} FROM json_each(%s)"  # noqa: S608 - names of columns only
    returned = " RETURNING id, public_id" if any(field.name == "public_id" for field in fields) else ""
    columns = tuple(
        (field.attname, bool(getattr(field, "auto_now_add", False)), _choose_spelling(field, vendor))
        for field in fields
    )
    return f"INSERT INTO {model._meta.db_table} ({names}) {source}{returned}", columns


def _choose_spelling(field: "models.Field[Any, Any]", vendor: str) -> Convert | None:
    """How SQLite wants to be told what PostgreSQL reads by itself."""
    if vendor == "postgresql":
        return None
    spellings: dict[str, Convert] = {
        "UUIDField": lambda value: value.hex,
        "DateTimeField": _spell_moment,
        "JSONField": lambda value: orjson.dumps(value).decode(),
    }
    return spellings.get(field.get_internal_type())


@functools.lru_cache(maxsize=16)
def _spell_moment(value: datetime) -> str:
    return str(connection.ops.adapt_datetimefield_value(value))
