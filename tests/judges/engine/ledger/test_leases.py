from typing import Any  # Django's own signature of a wrapper

import pytest
from django.db import connection

from annotations.models import TaskKind
from judges.engine.ledger.leases import claim_attempts, take_shard
from judges.engine.planning.plan import plan_run
from judges.models import Attempt
from tests.factories.judging import make_field, make_judge

pytestmark = pytest.mark.database


class Statements:
    """Every statement with its parameters apart, as the database is given them."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Any]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen.append((sql, params))
        return execute(sql, params, many, context)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plan")
def test_a_claim_reads_what_waits_through_its_index() -> None:
    """And the state of each task by its key: neither is searched for in a table."""
    field = make_field(TaskKind.SINGLE, 3)
    run = plan_run(project=field.project, judge=make_judge(field.project, "http://127.0.0.1:9/v1", "single"))
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    statements = Statements()
    with connection.execute_wrapper(statements):
        assert len(claim_attempts(lease=lease, limit=2)) == 2
    [(sql, params)] = [(sql, params) for sql, params in statements.seen if sql.endswith("LIMIT %s")]
    assert params[-1] == 2
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = [row[3] for row in cursor.fetchall()]
    assert plan == [
        "SEARCH judges_attempt USING INDEX attempt_pending_by_run (run_id=?)",
        "CORRELATED SCALAR SUBQUERY 1",
        "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)",
    ]
    assert Attempt.objects.filter(state="leased").count() == 2
