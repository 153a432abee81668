"""The database is away while a judge works: what was asked and paid for is kept and written when it is back."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from annotations.models import Annotation
from tests.fakes.provider import FakeProvider
from tests.reliability.fault_proxy import Fault, FaultProxy
from tests.reliability.judged import run_judged
from tests.support.processes import wait_until

TASKS = 150
CALLS = 8
OUTAGE = 30 if os.environ.get("EVALPLATFORM_NIGHTLY") else 6
USUAL_LEASE = 60

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability, pytest.mark.timeout(240)]


class Database:
    """The database of the test as the platform reaches it."""

    url = ""

    @contextmanager
    def away(self) -> Iterator[None]:
        """SQLite: somebody holds its one lock."""
        holder = sqlite3.connect(connection.settings_dict["NAME"], timeout=20, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.close()


class ProxiedDatabase(Database):
    """PostgreSQL behind a proxy."""

    def __init__(self, proxy: FaultProxy) -> None:
        held = connection.settings_dict
        self.url = f"postgresql://{held['USER']}@{proxy.address}/{held['NAME']}"
        self._proxy = proxy

    @contextmanager
    def away(self) -> Iterator[None]:
        """Connections break, and new ones are refused."""
        self._proxy.behave(Fault.REFUSE)
        try:
            yield
        finally:
            self._proxy.behave(Fault.PASS)


@pytest.fixture
def database() -> Iterator[Database]:
    if connection.vendor == "sqlite":
        yield Database()
        return
    with FaultProxy(f"{connection.settings_dict['HOST']}/.s.PGSQL.5432") as proxy:
        yield ProxiedDatabase(proxy)


def test_row_10_answers_that_come_while_the_database_is_away_are_written_later(
    database: Database, tmp_path: Path
) -> None:
    with (
        FakeProvider(latency=0.2) as fake,
        run_judged(
            tmp_path, fake, tasks=TASKS, calls=CALLS, lease=USUAL_LEASE, database=database.url
        ) as judged,
    ):
        judged.wait_for_answers(TASKS // 4)
        with database.away():
            time.sleep(1)
            assert wait_until(lambda: fake.in_flight == 0, seconds=10)  # answered, and nowhere to be written
            answered, written = sum(fake.answered.values()), Annotation.objects.count()
            assert 0 < answered - written <= CALLS, (answered, judged.count_states())
            time.sleep(OUTAGE)
            assert (sum(fake.answered.values()), Annotation.objects.count()) == (answered, written)
        judged.wait_for_verdicts(TASKS)
        judged.check(TASKS)
        assert (judged.count_states(), judged.paid_again) == ({"done": TASKS}, 0)
