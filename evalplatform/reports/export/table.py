"""What an export is made of: named, typed columns, and rows read from the ledger piece by piece."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar  # cells are any JSON values

from django.db.models import Model, QuerySet

from annotations.models import Project

Row = tuple[Any, ...]
Noun = TypeVar("Noun", bound=Model)


class Kind(StrEnum):
    """The type of a column; `JSON` is a value of any shape, in CSV and Parquet written as JSON text."""

    TEXT = "VARCHAR"
    WHOLE = "BIGINT"
    NUMBER = "DOUBLE"
    FLAG = "BOOLEAN"
    TIME = "TIMESTAMPTZ"
    JSON = "JSON"


class Column(NamedTuple):
    """A column, with what its cells mean."""

    name: str
    kind: Kind
    meaning: str


class Table(NamedTuple):
    """A kind of export. `read` gives rows in the order of `columns`, with no more than a chunk in memory."""

    name: str
    columns: tuple[Column, ...]
    read: Callable[[Project], Iterator[Row]]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]


def read_chunks(rows: QuerySet[Noun], *, size: int) -> Iterator[list[Noun]]:
    """The rows by rising id, a chunk a query; what was read before costs nothing."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield chunk
        last = chunk[-1].pk


def columns(*lines: tuple[str, Kind, str]) -> tuple[Column, ...]:
    """Columns from (name, kind, meaning)."""
    return tuple(Column(*line) for line in lines)
