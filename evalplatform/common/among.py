"""Many keys as one parameter: Django's `__in` spells each by itself, which costs more than the query."""

from collections.abc import Collection
from typing import Any  # Django's own signatures

import orjson
from django.db.models import Lookup

Sql = tuple[str, tuple[Any, ...]]


class Among(Lookup):
    """`Among(F("id"), numbers)` in a filter: whether a column of whole numbers holds one of them; none match none."""

    prepare_rhs = False
    array = "bigint[]"

    def __init__(self, lhs: Any, rhs: Collection[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> Sql:
        column, params = self.process_lhs(compiler, connection)
        held = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - the name of a column only
        return held, (*params, orjson.dumps(self.rhs).decode())

    def as_postgresql(self, compiler: Any, connection: Any) -> Sql:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::{self.array})", (*params, self.rhs)


class AmongTexts(Among):
    """The same of a column of texts."""

    array = "text[]"
