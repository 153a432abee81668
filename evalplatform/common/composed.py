"""Statements that Django composes once: at every step of a rater that costs more than the database needs to answer.

A statement is a function that returns a queryset; `composed` calls it once for each connection, with a mark in the
place of every argument. Later calls put values in the places of the marks, and make objects of the rows. A queryset of
objects (with `select_related` and annotations) or of `values_list` can be composed, and anything else is refused.
"""

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, ParamSpec, TypeVar  # values are whatever columns hold
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import TransactionManagementError

Arguments = ParamSpec("Arguments")
Row = TypeVar("Row")
Held = TypeVar("Held", bound=Model)
Build = Callable[[Iterable[Sequence[Any]]], list[Any]]
WORD = re.compile(r"[a-z_]*")
PLAIN = (int, float, str, bytes, type(None))


class Mark(Expression):
    """The place of an argument in a statement."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class Change(Generic[Held]):
    """Rows, and what their columns become."""

    rows: QuerySet[Held]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL with its parameters, some of them marks, and what makes objects of the rows that it gives."""

    sql: str
    params: tuple[Any, ...]
    build: Build = list
    locks: bool = False

    def bind(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> list[Any]:
        return [
            _adapt(values[param.name], connection) if isinstance(param, Mark) else param
            for param in self.params
        ]


class _Composed(ABC, Generic[Arguments]):
    """A statement, composed when a connection first asks for it, and kept as long as that."""

    def __init__(self, write: Callable[Arguments, Any]) -> None:
        self.__doc__ = write.__doc__
        self._write = write
        self._names = tuple(inspect.signature(write).parameters)

    def _find(self, connection: BaseDatabaseWrapper) -> _Statement:
        kept = _keep_on(connection)
        if self not in kept:
            marked: Any = self._write
            kept[self] = self._compose(marked(**{name: Mark(name) for name in self._names}), connection)
        found: _Statement = kept[self]
        return found

    @abstractmethod
    def _compose(self, written: Any, connection: BaseDatabaseWrapper) -> _Statement:
        """The statement that was written with marks."""


class Read(_Composed[Arguments], Generic[Arguments, Row]):
    """A statement that finds rows. Arguments go by name, and none is None: nothing equals that in SQL."""

    def __call__(self, *unnamed: Arguments.args, **values: Arguments.kwargs) -> list[Row]:
        """All rows, as the queryset would give them."""
        if unnamed or None in values.values():
            raise TypeError("arguments of a composed statement go by name, and none is None")
        connection = connections[DEFAULT_DB_ALIAS]
        statement = self._find(connection)
        if statement.locks and connection.get_autocommit():
            raise TransactionManagementError("a lock is held until a transaction ends, and there is none")
        with _open_cursor(connection) as cursor:
            cursor.execute(statement.sql, statement.bind(values, connection))
            return statement.build(cursor.fetchall())

    def find(self, *unnamed: Arguments.args, **values: Arguments.kwargs) -> Row | None:
        """The first row, of a statement that finds one at most."""
        rows = self(*unnamed, **values)
        return rows[0] if rows else None

    def _compose(self, written: QuerySet[Any], connection: BaseDatabaseWrapper) -> _Statement:
        rows: Any = written
        if rows._prefetch_related_lookups or rows._iterable_class not in (ModelIterable, ValuesListIterable):
            raise TypeError("only objects without prefetched ones, or tuples of columns, can be composed")
        compiler = written.query.get_compiler(connection=connection)
        sql, params = _spell_words(*compiler.as_sql())
        is_of_tuples = rows._iterable_class is ValuesListIterable
        make = tuple if is_of_tuples else _make_models(compiler, connection.alias)
        build = _make_builder(compiler, make, connection)
        return _Statement(sql, params, build, locks=written.query.select_for_update)


class Update(_Composed[Arguments]):
    """A statement that changes rows. Arguments go by name; only one that a column is set to may be None."""

    def __call__(self, *unnamed: Arguments.args, **values: Arguments.kwargs) -> int:
        """How many rows were changed."""
        if unnamed:
            raise TypeError("arguments of a composed statement go by name")
        connection = connections[DEFAULT_DB_ALIAS]
        statement = self._find(connection)
        with transaction.mark_for_rollback_on_error(connection.alias), _open_cursor(connection) as cursor:
            cursor.execute(statement.sql, statement.bind(values, connection))
            return int(cursor.rowcount)

    def _compose(self, written: Change[Any], connection: BaseDatabaseWrapper) -> _Statement:
        query: Any = written.rows.query.chain(UpdateQuery)
        query.add_update_values(written.values)
        return _Statement(*_spell_words(*query.get_compiler(connection=connection).as_sql()))


def composed(write: Callable[Arguments, QuerySet[Any, Row]]) -> Read[Arguments, Row]:
    """A read that is composed once. Its function may not look at its arguments: they are marks."""
    return Read(write)


def composed_update(write: Callable[Arguments, Change[Any]]) -> Update[Arguments]:
    """The same of an update, which returns how many rows it changed."""
    return Update(write)


def insert_row(row: Model) -> None:
    """Store a new row by a statement that is composed once for its model, and set its key. No signal is sent."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [field for field in row._meta.local_concrete_fields if not field.primary_key]
    kept, model = _keep_on(connection), type(row)
    if model not in kept:
        query = InsertQuery(model)
        query.insert_values(fields, [model()])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = [model._meta.pk]
        [(kept[model], _)] = compiler.as_sql()
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with transaction.mark_for_rollback_on_error(connection.alias), _open_cursor(connection) as cursor:
        cursor.execute(kept[model], values)
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


def _keep_on(connection: BaseDatabaseWrapper) -> dict[Any, Any]:
    """What was composed for this connection, which one thread has: it goes with it."""
    kept: dict[Any, Any] = vars(connection).setdefault("composed_once", {})
    return kept


def _open_cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """On PostgreSQL one that sends values beside the statement: only then is it planned once and for all of them.

    Other statements of Django's keep their values, since a plan for any value may be a bad one; so do all while
    statements are logged, to be read there with them.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    wrapper: Any = connection
    with connection.wrap_database_errors:
        cursor: CursorWrapper = wrapper._prepare_cursor(ServerBindingCursor(wrapper.connection))  # type: ignore[call-arg]  # the stubs know no arguments
    return cursor


def _spell_words(sql: str, params: Iterable[Any]) -> tuple[str, tuple[Any, ...]]:
    """Write words such as states into the SQL: a plan for any argument then knows that a partial index holds them."""
    first, *rest = sql.split("%s")
    written, left = [first], []
    for param, text in zip(params, rest, strict=True):
        is_word = isinstance(param, str) and WORD.fullmatch(param) is not None
        if not is_word:
            left.append(param)
        written += [f"'{param}'" if is_word else "%s", text]
    return "".join(written), tuple(left)


def _adapt(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """As the columns of this database take it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if not isinstance(value, PLAIN):
        raise TypeError(f"a composed statement takes no {type(value).__name__}")
    return value


def _make_builder(compiler: Any, make: Callable[[list[Any]], Any], connection: BaseDatabaseWrapper) -> Build:
    """What reads rows as their columns are read, and makes of each what the queryset would give."""
    converters = compiler.get_converters([column for column, *_ in compiler.select])
    places = [(place, *found) for place, found in converters.items()]

    def build(rows: Iterable[Sequence[Any]]) -> list[Any]:
        made = []
        for row in rows:
            values = list(row)
            for place, steps, expression in places:
                for convert in steps:
                    values[place] = convert(values[place], expression, connection)
            made.append(make(values))
        return made

    return build


def _make_models(compiler: Any, alias: str) -> Callable[[list[Any]], Any]:
    """What makes an object of a row, with those that `select_related` names and its annotations."""
    found, annotations = compiler.klass_info, compiler.annotation_col_map.items()
    model, places = found["model"], found["select_fields"]
    first, end = places[0], places[-1] + 1
    names = [column.target.attname for column, *_ in compiler.select[first:end]]
    related = get_related_populators(found, compiler.select, alias)  # type: ignore[call-arg]  # the stubs are of a later Django

    def make(values: list[Any]) -> Any:
        row = model.from_db(alias, names, values[first:end])
        for populator in related:
            populator.populate(values, row)
        for name, place in annotations:
            setattr(row, name, values[place])
        return row

    return make
