"""Results on their way to the ledger. A call counts as in flight until its answer is written."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import structlog
from django.db import InterfaceError, OperationalError

from evalplatform.common.errors import ProviderFailure
from judges.engine.asking.cases import CaseBook
from judges.engine.asking.results import Result
from judges.engine.ledger.leases import ShardLease
from judges.engine.ledger.recording import record_results
from judges.engine.running.ledger_thread import LedgerThread

WRITE_EVERY = 0.025  # answers that come within it share a transaction

log = structlog.get_logger("judges.engine")


class Writer:
    """Writes what has come in, in one transaction a batch."""

    def __init__(self, *, lease: ShardLease, ledger: LedgerThread, book: CaseBook) -> None:
        self._lease, self._ledger, self._book = lease, ledger, book
        self._came_in: list[Result] = []
        self._under_way = 0
        self._wrote = 0.0

    @property
    def unwritten(self) -> int:
        return len(self._came_in) + self._under_way

    @property
    def has_results(self) -> bool:
        return bool(self._came_in)

    def add(self, result: Result) -> None:
        self._came_in.append(result)

    async def write(self, *, expects_more: Callable[[], bool]) -> tuple[list[Result], int]:
        """Write everything that is there, a moment later where more may come; the results and how many verdicts."""
        pause = self._wrote + WRITE_EVERY - time.monotonic()
        if pause > 0 and expects_more():
            await asyncio.sleep(pause)
        batch, self._came_in = self._came_in, []
        self._under_way = len(batch)
        try:
            verdicts = await self._record(batch)
        finally:
            self._under_way, self._wrote = 0, time.monotonic()
        return batch, verdicts

    async def _record(self, batch: list[Result]) -> int:
        """Write a batch; if something in it cannot be written, each result by itself, so that one spoils no other."""
        try:
            return await self._ledger.call(record_results, book=self._book, lease=self._lease, results=batch)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("a batch could not be written", size=len(batch))
            unknown = ProviderFailure(type(error).__name__, reason="internal", retryable=True)
        if len(batch) == 1:
            spoilt = [replace(batch[0], completion=None, failure=unknown)]
            return await self._ledger.call(record_results, book=self._book, lease=self._lease, results=spoilt)
        return sum([await self._record([result]) for result in batch])
