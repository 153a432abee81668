"""A worker that stands still for longer than its leases and then goes on as if nothing had been."""

import signal
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from judges.engine.sweep import sweep_once
from tests.factories.judging import work
from tests.fakes.provider import FakeProvider
from tests.reliability.judged import Judged, run_judged
from tests.support.processes import wait_until

TASKS = 24
CALLS = 8

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability, pytest.mark.timeout(180)]


def test_row_9_what_a_frozen_worker_brings_late_is_refused_by_its_token_and_billed(tmp_path: Path) -> None:
    with (
        FakeProvider(latency=1.5) as fake,
        run_judged(tmp_path, fake, tasks=TASKS, calls=CALLS, lease=5) as judged,
    ):
        assert wait_until(lambda: fake.in_flight == CALLS, seconds=60)
        freeze(judged)
        assert wait_until(lambda: not judged.run.attempts.filter(state="leased").exists(), seconds=60)
        lost = judged.run.attempts.filter(state="lost").count()
        assert lost >= CALLS
        fake.latency = 0.0
        work(judged.run)  # another worker does it all
        judged.check(TASKS)
        before = judged.run.spent

        judged.platform.strike("worker", signal.SIGCONT)
        judged.wait_for_state("stale", CALLS)
        judged.check(TASKS)
        assert judged.run.spent < before  # true costs in place of estimates
        assert sweep_once()["lost"] == 0


def freeze(judged: Judged) -> None:
    """Stop the worker between two transactions.

    A stopped holder of SQLite's one lock would stop everybody; PostgreSQL would end the session of one that idles in a
    transaction, and its answers with it.
    """
    for _ in range(50):
        judged.platform.strike("worker", signal.SIGSTOP)
        if is_writable():
            return
        judged.platform.strike("worker", signal.SIGCONT)
    pytest.fail("the worker was never met outside a transaction")


def is_writable() -> bool:
    if connection.vendor != "sqlite":
        return not has_idle_transactions()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=200")
    try:
        with transaction.atomic():
            return True
    except OperationalError:
        return False
    finally:
        connection.close()


def has_idle_transactions() -> bool:
    """Whether a session has begun a transaction and asks for nothing; a working one is given time to go on."""
    for _ in range(3):
        time.sleep(0.1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%%'"
            )
            if cursor.fetchone() == (0,):
                return False
    return True
