"""One asyncio loop that works on a shard: claims, keeps calls in flight, writes beside it, leaves in good order."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from evalplatform.common.errors import PlatformError, ProviderFailure
from judges.engine.budget import has_reservations, reserve_budget
from judges.engine.cases import Case, CaseBook
from judges.engine.control import pause_run
from judges.engine.keys import read_key
from judges.engine.leases import (
    ShardLease,
    claim_attempts,
    find_next_due,
    is_running,
    release_attempts,
    renew_leases,
)
from judges.engine.ledger_thread import LedgerThread
from judges.engine.pacer import Pacer
from judges.engine.recording import Result, record_results, release_cases
from judges.engine.retries import ABANDONED, RATE_LIMITED
from judges.models import Run
from judges.providers import PAUSING, Provider, open_provider

TICK = 0.1
CHECK_EVERY = 1.0
LONGEST_IDLE = 5.0  # a longer pause is left to the sweep
GRACE_WHEN_STOPPED = 8.0  # below the ten seconds that a supervisor waits
BUILTIN_BATCH = 500
SLACK = 15.0  # beyond the read time-out, for a server that drips
FAILURES_IN_A_ROW = 20

log = structlog.get_logger("judges.engine")


@dataclass(slots=True)
class Limits:
    """How long a loop works, and who may end it sooner."""

    seconds: float
    should_stop: Callable[[], bool] = lambda: False
    on_written: Callable[[int], None] = lambda verdicts: None


async def work_on_shard(*, lease: ShardLease, limits: Limits) -> None:
    """Work on the run of `lease` until nothing is due, the time is up, or a stop is asked for."""
    ledger = LedgerThread()
    try:
        book = await ledger.call(open_book, lease.run_id)
        if book is not None:
            await _work(lease, limits, ledger, book)
    finally:
        ledger.close()


async def _work(lease: ShardLease, limits: Limits, ledger: LedgerThread, book: CaseBook) -> None:
    calls = int(book.judge.parameters.get("calls_in_flight", settings.EVALPLATFORM_CALLS_IN_FLIGHT))
    provider = open_provider(book.judge, key=await ledger.call(read_key, book.judge), calls=calls)
    buffer = BUILTIN_BATCH if book.judge.builtin else calls
    try:
        await ShardLoop(lease, limits, ledger, book, provider, Pacer(buffer), buffer).run()
    finally:
        await provider.close()


def open_book(run_id: int) -> CaseBook | None:
    """What a run needs before its first call; None, and the run paused with the reason, when it cannot be had."""
    run = Run.objects.select_related("project", "judge__project", "judge__connection", "judge__prompt").get(
        pk=run_id
    )
    try:
        read_key(run.judge)
    except PlatformError as error:
        pause_run(run=run, reason=error.detail)
        return None
    return CaseBook(run)


@dataclass(slots=True)
class ShardLoop:
    """The state of one loop: cases waiting for a call, calls running, results waiting to be written."""

    lease: ShardLease
    limits: Limits
    ledger: LedgerThread
    book: CaseBook
    provider: Provider
    pacer: Pacer
    buffer: int
    waiting: deque[Case] = field(default_factory=deque)
    asking: set[asyncio.Task[None]] = field(default_factory=set)
    results: list[Result] = field(default_factory=list)
    failures_in_a_row: int = 0
    is_ending: bool = False
    started: float = field(default_factory=time.monotonic)
    renewed: float = field(default_factory=time.monotonic)
    checked: float = 0.0

    async def run(self) -> None:
        await self._feed()
        self.is_ending = True
        await self.ledger.call(release_cases, book=self.book, lease=self.lease, cases=list(self.waiting))
        self.waiting.clear()
        await self._let_finish()
        for call in self.asking:
            call.cancel()
        if self.asking:
            await asyncio.wait(self.asking)
        await self._write()

    async def _feed(self) -> None:
        """Write, claim and start calls in turns until it is time to leave."""
        while not self._is_over():
            await self._write()
            await self._check()
            await self._claim()
            self._start_calls()
            if self._is_idle() and not await self._has_work_soon():
                return
            await asyncio.sleep(0 if self.results and self.book.judge.builtin else TICK)

    def _is_over(self) -> bool:
        late = time.monotonic() - self.started > self.limits.seconds
        return late or self.is_ending or self.limits.should_stop()

    def _is_idle(self) -> bool:
        return not (self.waiting or self.asking or self.results)

    async def _has_work_soon(self) -> bool:
        due = await self.ledger.call(find_next_due, self.lease.run_id)
        return due is not None and due.timestamp() - time.time() < LONGEST_IDLE

    async def _check(self) -> None:
        """Once a second: has the run been paused? Now and then: push back the leases."""
        now = time.monotonic()
        if now - self.checked > CHECK_EVERY:
            self.checked = now
            self.is_ending = self.is_ending or not await self.ledger.call(is_running, self.lease.run_id)
        leases = min(settings.EVALPLATFORM_SHARD_LEASE, settings.EVALPLATFORM_ATTEMPT_LEASE)
        if now - self.renewed > leases / 3:
            self.renewed = now
            # Another loop has the shard now: no new calls, but those under way are paid for and still ours.
            self.is_ending = not await self.ledger.call(renew_leases, lease=self.lease) or self.is_ending

    async def _claim(self) -> None:
        room = self.buffer - len(self.waiting)
        if room >= max(self.buffer // 4, 1):
            self.waiting.extend(await self.ledger.call(self._claim_and_reserve, room))

    def _claim_and_reserve(self, room: int) -> list[Case]:
        """Money is set aside before a call may be made; what it does not cover is given back, all at once."""
        with transaction.atomic():
            cases = self.book.prepare(claim_attempts(lease=self.lease, limit=room))
            if self.book.run.budget is None or not cases:
                return cases
            estimates = [case.estimate for case in cases if case.estimate is not None]
            kept = reserve_budget(run=self.book.run, estimates=estimates)
            release_attempts(lease=self.lease, attempt_ids=[case.attempt_id for case in cases[kept:]])
            if not kept and not has_reservations(self.book.run):
                pause_run(run=self.book.run, reason="The budget does not cover the next call.")
        return cases[:kept]

    def _start_calls(self) -> None:
        while self.waiting and not self.is_ending and self.pacer.may_start(len(self.asking)):
            call = asyncio.create_task(self._ask(self.waiting.popleft()))
            self.asking.add(call)
            call.add_done_callback(self._follow_up)

    def _follow_up(self, call: asyncio.Task[None]) -> None:
        self.asking.discard(call)
        self._start_calls()

    async def _ask(self, case: Case) -> None:
        start = time.monotonic()
        try:
            async with asyncio.timeout(settings.EVALPLATFORM_PROVIDER_TIMEOUT + SLACK):
                completion = await self.provider.complete(case.request)
        except ProviderFailure as failure:
            self._note_failure(case, failure, start)
        except asyncio.CancelledError:
            self._note_failure(case, ProviderFailure("stopped", reason=ABANDONED, retryable=True), start)
        except TimeoutError:
            self._note_failure(
                case, ProviderFailure("no end in time", reason="timeout", retryable=True), start
            )
        except Exception as error:  # one case must not take the others down with it
            log.exception("a call failed in an unknown way", attempt=case.attempt_id)
            unknown = ProviderFailure(type(error).__name__, reason="internal", retryable=True)
            self._note_failure(case, unknown, start)
        else:
            self.failures_in_a_row = 0
            self.results.append(Result(case, completion, latency=time.monotonic() - start))
            self.pacer.learn(completion.headers)

    def _note_failure(self, case: Case, failure: ProviderFailure, start: float) -> None:
        self.results.append(Result(case, failure=failure, latency=time.monotonic() - start))
        if failure.reason in PAUSING:
            self.is_ending = True
        elif failure.reason == RATE_LIMITED:
            self.pacer.slow_down(failure.retry_after)
        elif failure.retryable:
            self.failures_in_a_row += 1

    async def _write(self) -> None:
        """Everything that has come in since the last time, in one transaction."""
        batch, self.results = self.results, []
        if not batch:
            return
        verdicts = await self._record(batch)
        self.limits.on_written(verdicts)
        if reason := self._find_reason_to_pause(batch):
            await self.ledger.call(pause_run, run=self.book.run, reason=reason)
            self.is_ending = True

    async def _record(self, batch: list[Result]) -> int:
        """Write a batch; if something in it cannot be written, each result by itself, so that one spoils no other."""
        try:
            return await self.ledger.call(record_results, book=self.book, lease=self.lease, results=batch)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("a batch could not be written", size=len(batch))
            unknown = ProviderFailure(type(error).__name__, reason="internal", retryable=True)
        if len(batch) == 1:
            spoilt = [replace(batch[0], completion=None, failure=unknown)]
            return await self.ledger.call(record_results, book=self.book, lease=self.lease, results=spoilt)
        return sum([await self._record([result]) for result in batch])

    def _find_reason_to_pause(self, batch: list[Result]) -> str:
        failures = [result.failure for result in batch if result.failure is not None]
        for failure in failures:
            if failure.reason in PAUSING:
                return f"The provider refuses ({failure.reason}): {failure.detail}"
        if failures and self.failures_in_a_row >= max(FAILURES_IN_A_ROW, 2 * self.buffer):
            return f"The provider fails again and again ({failures[-1].reason}): {failures[-1].detail}"
        return ""

    async def _let_finish(self) -> None:
        """Wait for the calls that run: long enough for an answer, or briefly when asked to stop."""
        start = time.monotonic()
        while self.asking or self.results:
            await self._write()
            await self._check()
            patience = settings.EVALPLATFORM_PROVIDER_TIMEOUT + SLACK
            if self.limits.should_stop():
                patience = GRACE_WHEN_STOPPED
            if time.monotonic() - start > patience:
                return
            await asyncio.sleep(TICK)
