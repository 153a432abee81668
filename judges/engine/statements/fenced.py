"""Many attempts ended by one statement that touches only those still in the caller's hands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any  # what was said is JSON
from uuid import UUID

import orjson
from django.db import connection

# Column of the attempt and its type on PostgreSQL; the values travel as one JSON list.
COLUMNS = {
    "state": "text",
    "annotation_id": "bigint",
    "said": "jsonb",
    "reuse_key": "text",
    "reused_from_id": "bigint",
    "returned_model": "text",
    "finish_reason": "text",
    "tokens_in": "integer",
    "tokens_cached": "integer",
    "tokens_cache_written": "integer",
    "tokens_out": "integer",
    "cost": "numeric",
    "latency_ms": "integer",
    "returned": "jsonb",
}
SETTERS = ", ".join(f"{name} = v.{name}" for name in COLUMNS)
TYPED = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
EXTRACTED = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in COLUMNS)
SOURCES = {
    "postgresql": f"SELECT * FROM jsonb_to_recordset(%s::jsonb) AS r(id bigint, {TYPED})",  # noqa: S608 - constants only
    "sqlite": f"SELECT json_extract(value, '$.id') AS id, {EXTRACTED} FROM json_each(%s)",  # noqa: S608 - constants only
}
ESTIMATES = {
    "postgresql": "SELECT * FROM jsonb_to_recordset(%s::jsonb) AS r(id bigint, estimate numeric)",
    "sqlite": (
        "SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.estimate') AS estimate"
        " FROM json_each(%s)"
    ),
}


@dataclass(frozen=True, slots=True)
class EndedAttempt:
    """What an answered attempt leaves in its row: a verdict (done), or what it said for the rest of its case."""

    id: int
    state: str
    annotation_id: int | None
    said: dict[str, Any] | None
    reuse_key: str | None
    reused_from_id: int | None
    returned_model: str
    finish_reason: str
    tokens_in: int | None
    tokens_cached: int | None
    tokens_cache_written: int | None
    tokens_out: int | None
    cost: Decimal | None
    latency_ms: int
    returned: Mapping[str, str | int]


def put_estimates(*, estimates: dict[int, Decimal]) -> None:
    """Write down what was set aside for each attempt."""
    if not estimates:
        return
    rows = orjson.dumps([{"id": pk, "estimate": str(money)} for pk, money in estimates.items()]).decode()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE judges_attempt SET estimate = v.estimate"  # noqa: S608 - constants only
            f" FROM ({ESTIMATES[connection.vendor]}) AS v WHERE judges_attempt.id = v.id",
            [rows],
        )


def end_attempts(*, ended: list[EndedAttempt], token: UUID, now: datetime) -> int:
    """Mark attempts answered if they are leased under `token`; returns how many were."""
    if not ended:
        return 0
    rows = orjson.dumps(ended, default=str).decode()
    fence = token if connection.vendor == "postgresql" else token.hex
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE judges_attempt SET ended_at = %s, leased_until = NULL, {SETTERS}"  # noqa: S608 - constants only
            f" FROM ({SOURCES[connection.vendor]}) AS v"
            " WHERE judges_attempt.id = v.id AND judges_attempt.token = %s AND judges_attempt.state = 'leased'",
            [connection.ops.adapt_datetimefield_value(now), rows, fence],
        )
        return int(cursor.rowcount)
