"""The statements that every claim and every batch of answers make, spelled out.

Django composes a statement anew each time: 0.2 to 0.5 ms, ten times what the database takes to answer it. In small
batches that was half of what a judgement cost. What is asked once a run stays in Django's words.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple  # values of parameters and rows
from uuid import UUID

import orjson
from django.db import connection

MONEY = (
    "UPDATE {table} SET spent = ROUND(CAST(spent + CAST(%s AS NUMERIC) AS NUMERIC), 6),"
    " reserved = ROUND(CAST(reserved + CAST(%s AS NUMERIC) AS NUMERIC), 6) WHERE {key} = %s"
)  # rounded, because SQLite keeps binary fractions


class Purse(NamedTuple):
    """What a run may do and spend, in USD, as it stands; `budget` None: without a bound of its own."""

    pk: int
    project_id: int
    state: str
    budget: Decimal | None
    spent: Decimal
    reserved: Decimal


def lock_purse(run_id: int) -> Purse | None:
    """The run's purse, locked until the transaction ends; None where there is no such run."""
    fields = "id, project_id, state, budget, spent, reserved"
    rows = _ask(f"SELECT {fields} FROM judges_run WHERE id = %s{_lock('NO KEY UPDATE')}", run_id)  # noqa: S608 - constants only
    for pk, project_id, state, *amounts in rows:
        return Purse(pk, project_id, state, *map(_read_money, amounts))  # type: ignore[arg-type]  # only a budget may be null
    return None


def add_money(*, run_id: int, project_id: int, spent: Decimal, reserved: Decimal) -> None:
    """Add to what run and project have spent and set aside."""
    change = (str(spent), str(reserved))
    _change(MONEY.format(table="judges_run", key="id"), *change, run_id)
    _change(MONEY.format(table="judges_projectbudget", key="project_id"), *change, project_id)


def choose_due(*, run_id: int, now: datetime, limit: int, losses: tuple[int, int]) -> list[tuple[int, str]]:
    """Attempts due, oldest first, locked, each with the state of its task; `losses`: the fewest and the most.

    The task's state is looked up by its key for each row: of a join the planner may read the whole table.
    """
    rows = _ask(
        "SELECT id, (SELECT t.state FROM annotations_task t WHERE t.id = task_id) FROM judges_attempt"  # noqa: S608 - constants only
        " WHERE run_id = %s AND state = 'pending' AND (not_before IS NULL OR not_before <= %s)"
        f" AND losses BETWEEN %s AND %s ORDER BY id LIMIT %s{_lock('UPDATE SKIP LOCKED')}",
        run_id, _spell_moment(now), *losses, limit,
    )  # fmt: skip
    return [(pk, state) for pk, state in rows]


def lease_attempts(*, attempt_ids: Sequence[int], token: UUID, now: datetime, until: datetime) -> None:
    """Put pending attempts into the hands of who has the token."""
    _change(
        "UPDATE judges_attempt SET state = 'leased', token = %s, started_at = %s, leased_until = %s"  # noqa: S608 - constants only
        f" WHERE state = 'pending' AND id IN ({_among()})",
        _spell_token(token), _spell_moment(now), _spell_moment(until), _spell_numbers(attempt_ids),
    )  # fmt: skip


def lock_held(*, run_id: int, token: UUID, attempt_ids: Collection[int]) -> dict[int, Decimal]:
    """Which of these are leased under the token, now locked, and the money set aside for each."""
    rows = _ask(
        "SELECT id, estimate FROM judges_attempt WHERE run_id = %s AND token = %s AND state = 'leased'"  # noqa: S608 - constants only
        f" AND id IN ({_among()}){_lock('NO KEY UPDATE')}",
        run_id, _spell_token(token), _spell_numbers(attempt_ids),
    )  # fmt: skip
    return {pk: _read_money(estimate) or Decimal(0) for pk, estimate in rows}


def _ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _change(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _lock(strength: str) -> str:
    """SQLite's writers wait for each other anyway."""
    return f" FOR {strength}" if connection.vendor == "postgresql" else ""


def _among() -> str:
    if connection.vendor == "postgresql":
        return "SELECT value::bigint FROM jsonb_array_elements_text(%s::jsonb)"
    return "SELECT value FROM json_each(%s)"


def _spell_numbers(numbers: Collection[int]) -> str:
    return orjson.dumps(list(numbers)).decode()


def _spell_token(token: UUID) -> UUID | str:
    return token if connection.vendor == "postgresql" else token.hex


def _spell_moment(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _read_money(amount: Any) -> Decimal | None:
    """SQLite tells numbers as it likes."""
    return amount if amount is None or isinstance(amount, Decimal) else Decimal(str(amount))
