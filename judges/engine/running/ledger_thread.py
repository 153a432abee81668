"""The one thread beside the loop that talks to the database."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connections

P = ParamSpec("P")
T = TypeVar("T")
PATIENCE = 60.0
PAUSE = 1.0

log = structlog.get_logger("judges.engine")


class LedgerThread:
    """Runs database work in order, off the loop; outlives a short outage of the database."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    async def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: _insist(lambda: work(*args, **kwargs)))

    def close(self) -> None:
        """Close the thread's connections, from inside it, and end it."""
        self._pool.submit(connections.close_all).result()
        self._pool.shutdown()


def _insist(work: Callable[[], T]) -> T:
    """Everything given here is one transaction that may safely be tried again."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > deadline:
                raise
            log.warning("database not reached, trying again", reason=type(error).__name__)
            connections.close_all()
            time.sleep(PAUSE)
