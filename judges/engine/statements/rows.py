"""Many new rows by one statement with one parameter: what a fast run writes is bound by Python, not by the database."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any  # a column holds any value
from uuid import uuid4

import orjson
from django.db import connection, models
from django.utils import timezone

PUBLIC = "public_id"


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]], **same: Any) -> list[int]:
    """Insert rows given by column: JSON values, each row with the same columns; `same` are those equal in all rows.

    What is left out takes its default; nothing is called on saving. Returns the rows' primary keys in their order
    where the model has public ids, which are drawn here, and else none. JSON columns hold objects, lists or nothing.
    """
    if not rows:
        return []
    has_keys = _find_names(model) >= {PUBLIC}
    drawn = [uuid4().hex for _ in rows] if has_keys else []
    if drawn:
        rows = [{PUBLIC: key, **row} for key, row in zip(drawn, rows, strict=True)]
    given = tuple(rows[0])
    constants = [field for field in _list_fields(model) if str(field.column) not in given]
    values = [_prepare(field, same) for field in constants]
    with connection.cursor() as cursor:
        cursor.execute(
            _compose(model, connection.vendor, given), [*values, orjson.dumps(rows, default=dict).decode()]
        )
        keys = {_read_key(public_id): pk for pk, public_id in cursor.fetchall()} if drawn else {}
    return [keys[key] for key in drawn]


def _prepare(field: "models.Field[Any, Any]", same: Mapping[str, Any]) -> Any:
    if getattr(field, "auto_now_add", False):
        value: Any = timezone.now()
    else:
        value = same[str(field.column)] if str(field.column) in same else field.get_default()
    return field.get_db_prep_save(value, connection)


def _read_key(value: Any) -> str:
    return value if isinstance(value, str) else str(value.hex)


@functools.cache
def _list_fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@functools.cache
def _find_names(model: type[models.Model]) -> frozenset[str]:
    return frozenset(str(field.column) for field in _list_fields(model))


@functools.cache
def _compose(model: type[models.Model], vendor: str, given: tuple[str, ...]) -> str:
    """The statement: parameters are the columns that are the same in all rows, in the model's order, then the rows."""
    fields = _list_fields(model)
    constant, varying = (
        [field for field in fields if (str(field.column) in given) == is_given] for is_given in (False, True)
    )
    names = ", ".join(str(field.column) for field in (*constant, *varying))
    if vendor == "postgresql":
        typed = ", ".join(f"{field.column} {_name_type(field)}" for field in varying)
        shown = [f"%s::{_name_type(field)}" for field in constant] + [
            f"r.{field.column}" for field in varying
        ]
        source = f"jsonb_to_recordset(%s::jsonb) AS r({typed})"
    else:
        shown = ["%s" for _ in constant] + [f"json_extract(value, '$.{f.column}')" for f in varying]
        source = "json_each(%s)"
    returned = f" RETURNING id, {PUBLIC}" if PUBLIC in given else ""
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(shown)} FROM {source}{returned}"  # noqa: S608 - names of columns only


def _name_type(field: "models.Field[Any, Any]") -> str:
    return field.db_type(connection) or ""
