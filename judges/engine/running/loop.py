"""One asyncio loop that works on a shard: claims, keeps calls in flight, writes beside it, leaves in good order."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any  # errands answer with whatever they are for

from django.conf import settings

from evalplatform.common.errors import PlatformError
from judges.engine.asking.cases import Case, CaseBook
from judges.engine.asking.keys import read_key
from judges.engine.asking.results import Result
from judges.engine.asking.retries import ABANDONED, RATE_LIMITED, SLOW
from judges.engine.ledger.control import pause_run
from judges.engine.ledger.leases import ShardLease, do_others_wait, find_next_due, is_running, renew_leases
from judges.engine.pacing.account import open_pacer
from judges.engine.pacing.breaker import Breaker
from judges.engine.pacing.pacer import Pacer
from judges.engine.pacing.patience import Patience, get_patience
from judges.engine.running.feed import Feed
from judges.engine.running.ledger_thread import LedgerThread
from judges.engine.running.one_call import ask_case
from judges.engine.running.writer import Writer
from judges.models import Run
from judges.providers import PAUSING, Completion, Provider, default_calls, open_provider
from judges.queries.outage import read_outage

TICK = 0.1  # how often the loop looks up by itself: a stop is heard, a pause of the pacer ends
CHECK_EVERY = 1.0
CLAIM_EVERY = 0.5  # where there was nothing to claim
LONGEST_IDLE = 5.0  # a longer pause is left to the sweep
GRACE_WHEN_STOPPED = 8.0  # below the ten seconds that a supervisor waits
BUILTIN_BATCH = 500


@dataclass(slots=True)
class Limits:
    """How long a loop works, and who may end it sooner: with `turn` seconds also another run that waits."""

    seconds: float
    should_stop: Callable[[], bool] = lambda: False
    on_written: Callable[[int], None] = lambda verdicts: None
    turn: float = float("inf")


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
    calls = int(book.judge.parameters.get("calls_in_flight", default_calls(book.judge)))
    key = await ledger.call(read_key, book.judge)
    provider = open_provider(book.judge, key=key, calls=calls)
    calls = BUILTIN_BATCH if book.judge.builtin else calls
    breaker = Breaker(failing_for=await ledger.call(read_outage, lease.run_id))
    feed = Feed(lease=lease, ledger=ledger, book=book, size=calls)
    writer = Writer(lease=lease, ledger=ledger, book=book)
    pacer = open_pacer(book.judge, key=key, calls=calls)
    try:
        await ShardLoop(lease, limits, ledger, book.run, provider, feed, writer, pacer, breaker, calls).run()
    finally:
        await pacer.close()
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


def get_shortest_lease() -> float:
    """Seconds within which a loop must be heard of."""
    return float(min(settings.EVALPLATFORM_SHARD_LEASE, settings.EVALPLATFORM_ATTEMPT_LEASE))


@dataclass(slots=True)
class ShardLoop:
    """Starts calls whenever there is a case, a free place and leave to ask.

    What has to do with ledger or store runs beside it as errands, one of each kind at a time. A call's place is free
    once its answer is written, not once it came: that bounds what a killed worker must ask again.
    """

    lease: ShardLease
    limits: Limits
    ledger: LedgerThread
    work: Run
    provider: Provider
    feed: Feed
    writer: Writer
    pacer: Pacer
    breaker: Breaker
    calls: int
    asking: set[asyncio.Task[None]] = field(default_factory=set)
    patience: Patience = field(default_factory=Patience)
    errands: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    is_ending: bool = False
    started: float = field(default_factory=time.monotonic)
    renewed: float = field(default_factory=time.monotonic)
    checked: float = 0.0
    claim_from: float = 0.0

    async def run(self) -> None:
        try:
            await self._feed()
            self.is_ending = True
            await self._finish_errands()
            await self.feed.give_back()
            await self._let_finish()
            for call in self.asking:
                call.cancel()
            while self.asking or self.writer.unwritten:
                self._send_errands()
                await self._wait()
        finally:
            for task in (*self.asking, *self.errands.values()):
                task.cancel()

    async def _feed(self) -> None:
        """Start calls and send errands until it is time to leave."""
        while not self._is_over():
            self._start_calls()
            self._send_errands()
            if self._has_run_dry() and not await self._has_work_soon():
                return
            await self._wait()

    def _is_over(self) -> bool:
        late = time.monotonic() - self.started > self.limits.seconds
        return late or self.is_ending or self.limits.should_stop()

    @property
    def _has_work(self) -> bool:
        return bool(self.feed.waiting or self.asking or self.writer.unwritten)

    def _has_run_dry(self) -> bool:
        is_claiming = "claim" in self.errands or time.monotonic() >= self.claim_from
        return not (self._has_work or is_claiming)

    async def _has_work_soon(self) -> bool:
        due = await self.ledger.call(find_next_due, self.lease.run_id)
        return due is not None and due.timestamp() - time.time() < LONGEST_IDLE

    async def _let_finish(self) -> None:
        """Wait for the calls that run: long enough for an answer, or briefly when asked to stop."""
        start = time.monotonic()
        while self.asking or self.writer.unwritten:
            self._send_errands()
            patience = GRACE_WHEN_STOPPED if self.limits.should_stop() else get_patience()
            if time.monotonic() - start > patience:
                return
            await self._wait()

    # Calls.

    def _start_calls(self) -> None:
        while self.feed.waiting and not self.is_ending and self._may_start():
            case = self.feed.waiting.popleft()
            call = asyncio.create_task(self._ask(case, is_probe=self.breaker.note_start()))
            self.asking.add(call)
            call.add_done_callback(self._note_end)

    def _may_start(self) -> bool:
        # A process that slept for longer may have lost its cases: it asks for none of them before it has looked.
        is_awake = time.monotonic() - self.renewed < get_shortest_lease()
        return (
            is_awake and self._has_place and self.breaker.may_ask() and self.pacer.may_start(len(self.asking))
        )

    @property
    def _has_place(self) -> bool:
        return len(self.asking) + self.writer.unwritten < self.calls

    async def _ask(self, case: Case, *, is_probe: bool) -> None:
        result = await ask_case(self.provider, case, patience=self.patience.get_for(case))
        self.patience.learn(result)
        self.writer.add(self._learn(result, is_probe))

    def _note_end(self, call: asyncio.Task[None]) -> None:
        self.asking.discard(call)
        self.news.set()

    def _learn(self, result: Result, is_probe: bool) -> Result:
        """What the call tells of the provider; a failure while it is out does not use up a try of the case."""
        failure = result.failure
        if failure is None:
            self.breaker.note_success()
            self._learn_limits(result.completion)
        elif failure.reason in PAUSING:
            self.is_ending = True
        elif failure.reason == RATE_LIMITED:
            self.pacer.slow_down(failure.retry_after)
        elif failure.retryable and failure.reason not in (ABANDONED, SLOW):
            is_outage = self.breaker.is_open
            self.breaker.note_failure(is_probe=is_probe)
            return replace(result, is_outage=is_outage)
        if is_probe:
            self.breaker.drop_probe()
        return result

    def _learn_limits(self, completion: Completion | None) -> None:
        if completion is not None:
            tokens = (completion.tokens_in or 0) + (completion.tokens_out or 0)
            self.pacer.learn(completion.headers, tokens)

    # Errands to the ledger.

    def _send_errands(self) -> None:
        now = time.monotonic()
        if self.writer.has_results:
            self._send("write", self._write)
        if not self.is_ending and self._may_claim() and now >= self.claim_from:
            self._send("claim", self._claim)
        if not self.is_ending and self.pacer.wants_slots(len(self.asking), len(self.feed.waiting)):
            self._send("pace", self._reserve)
        if now - self.checked > min(CHECK_EVERY, get_shortest_lease() / 3):
            self._send("check", self._check)

    def _may_claim(self) -> bool:
        """Nothing comes beside a suspect."""
        return not self._has_work if self.feed.has_suspect else self.feed.has_room

    def _send(self, name: str, errand: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if name not in self.errands:
            self.errands[name] = task = asyncio.create_task(errand())
            task.add_done_callback(lambda _: self.news.set())

    async def _wait(self) -> None:
        """Until there is news, and at most a tick. Raises what an errand failed of."""
        try:
            async with asyncio.timeout(self._get_patience()):
                await self.news.wait()
        except TimeoutError:
            pass
        self.news.clear()
        for name in [name for name, task in self.errands.items() if task.done()]:
            self.errands.pop(name).result()

    def _get_patience(self) -> float:
        """Seconds to wait for news: no longer than until the next call may start."""
        is_waiting = self.feed.waiting and self._has_place and not self.is_ending
        return min(TICK, self.pacer.seconds_to_slot) if is_waiting else TICK

    async def _finish_errands(self) -> None:
        while self.errands:
            await self._wait()

    async def _write(self) -> None:
        batch, verdicts = await self.writer.write(expects_more=lambda: bool(self.asking))
        self.limits.on_written(verdicts)
        if reason := self._find_reason_to_pause(batch):
            self.is_ending = True
            await self.ledger.call(pause_run, run=self.work, reason=reason)

    def _find_reason_to_pause(self, batch: list[Result]) -> str:
        failures = [result.failure for result in batch if result.failure is not None]
        for failure in failures:
            if failure.reason in PAUSING:
                return f"The provider refuses ({failure.reason}): {failure.detail}"
        if failures and self.breaker.open_for > settings.EVALPLATFORM_OUTAGE_SECONDS:
            return f"The provider fails again and again ({failures[-1].reason}): {failures[-1].detail}"
        return ""

    async def _claim(self) -> None:
        if not await self.feed.refill(is_idle=not self._has_work):
            self.claim_from = time.monotonic() + CLAIM_EVERY

    async def _reserve(self) -> None:
        await self.pacer.reserve(len(self.asking), len(self.feed.waiting))

    async def _check(self) -> None:
        """Has the run been paused? Now and then: push back the leases."""
        now = self.checked = time.monotonic()
        if not await self.ledger.call(is_running, self.lease.run_id) or await self._is_turn_over():
            self.is_ending = True
        if now - self.renewed > get_shortest_lease() / 3:
            # Another loop has the shard now: no new calls, but those under way are paid for and still ours.
            if not await self.ledger.call(renew_leases, lease=self.lease):
                self.is_ending = True
            self.renewed = now

    async def _is_turn_over(self) -> bool:
        """Whether it is for another run to have this worker."""
        is_late = time.monotonic() - self.started > self.limits.turn
        return is_late and await self.ledger.call(do_others_wait, self.lease.run_id)
