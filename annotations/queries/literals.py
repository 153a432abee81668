"""Conditions that a partial index needs to see."""

from django.db.models import BooleanField, Model
from django.db.models.expressions import RawSQL


def is_state(model: type[Model], state: str) -> RawSQL:
    """`state` of the query's own table, spelled out: for a parameter SQLite takes no partial index."""
    if not state.isidentifier():
        raise ValueError(f"{state!r} is no state")
    table = model._meta.db_table
    return RawSQL(f'"{table}"."state" = \'{state}\'', (), BooleanField())  # noqa: S611 - a table and a word of ours
