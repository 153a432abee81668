"""One asyncio loop that works on a shard: claims, keeps calls in flight, writes beside it, leaves in good order."""

import asyncio
import time
from dataclasses import dataclass, field

from judges.engine.asking.cases import Case
from judges.engine.ledger.control import pause_run
from judges.engine.ledger.leases import ShardLease, do_others_wait, find_next_due, is_running, renew_leases
from judges.engine.pacing.pacer import Pacer
from judges.engine.pacing.patience import get_patience
from judges.engine.running.errands import Errands
from judges.engine.running.feed import Feed
from judges.engine.running.ledger_thread import LedgerThread
from judges.engine.running.lessons import Lessons
from judges.engine.running.limits import Limits, get_shortest_lease
from judges.engine.running.one_call import ask_case
from judges.engine.running.writer import Writer
from judges.models import Run
from judges.providers import Provider

TICK = 0.1  # how often the loop looks up by itself: a stop is heard, a pause of the pacer ends
CHECK_EVERY = 1.0
CLAIM_EVERY = 0.5  # where there was nothing to claim
LONGEST_IDLE = 5.0  # a longer pause is left to the sweep
GRACE_WHEN_STOPPED = 8.0  # below the ten seconds that a supervisor waits


@dataclass(slots=True, kw_only=True)
class ShardLoop:
    """Starts calls whenever there is a case, a free place and leave to ask.

    What has to do with ledger or store runs beside it as errands. A call's place is free once its answer is written,
    not once it came: that bounds what a killed worker must ask again.
    """

    lease: ShardLease
    limits: Limits
    ledger: LedgerThread
    work: Run
    provider: Provider
    feed: Feed
    writer: Writer
    pacer: Pacer
    lessons: Lessons
    calls: int
    asking: set[asyncio.Task[None]] = field(default_factory=set)
    errands: Errands = field(default_factory=Errands)
    is_ending: bool = False
    started: float = field(default_factory=time.monotonic)
    renewed: float = field(default_factory=time.monotonic)
    checked: float = 0.0
    claim_from: float = 0.0

    async def run(self) -> None:
        """Work until nothing is due, the time is up, or a stop is asked for; nothing is left unwritten."""
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
            for call in self.asking:
                call.cancel()
            self.errands.cancel()

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
            call = asyncio.create_task(self._ask(case, is_probe=self.lessons.note_start()))
            self.asking.add(call)
            call.add_done_callback(self._note_end)

    def _may_start(self) -> bool:
        # A process that slept for longer may have lost its cases: it asks for none of them before it has looked.
        is_awake = time.monotonic() - self.renewed < get_shortest_lease()
        return (
            is_awake and self._has_place and self.lessons.may_ask() and self.pacer.may_start(len(self.asking))
        )

    @property
    def _has_place(self) -> bool:
        return len(self.asking) + self.writer.unwritten < self.calls

    async def _ask(self, case: Case, *, is_probe: bool) -> None:
        result = await ask_case(self.provider, case, patience=self.lessons.get_patience_for(case))
        self.writer.add(self.lessons.learn(result, is_probe=is_probe))
        if self.lessons.is_refused:
            self.is_ending = True

    def _note_end(self, call: asyncio.Task[None]) -> None:
        self.asking.discard(call)
        self.errands.wake()

    # Errands to the ledger.

    def _send_errands(self) -> None:
        now = time.monotonic()
        if self.writer.has_results:
            self.errands.send("write", self._write)
        if not self.is_ending and self._may_claim() and now >= self.claim_from:
            self.errands.send("claim", self._claim)
        if not self.is_ending and self.pacer.wants_slots(len(self.asking), len(self.feed.waiting)):
            self.errands.send("pace", self._reserve)
        if now - self.checked > min(CHECK_EVERY, get_shortest_lease() / 3):
            self.errands.send("check", self._check)

    def _may_claim(self) -> bool:
        """Nothing comes beside a suspect."""
        return not self._has_work if self.feed.has_suspect else self.feed.has_room

    async def _wait(self) -> None:
        """Until there is news, and no longer than until the next call may start. Raises what an errand failed of."""
        is_waiting = self.feed.waiting and self._has_place and not self.is_ending
        await self.errands.wait(min(TICK, self.pacer.seconds_to_slot) if is_waiting else TICK)

    async def _finish_errands(self) -> None:
        while self.errands:
            await self._wait()

    async def _write(self) -> None:
        batch, verdicts = await self.writer.write(expects_more=lambda: bool(self.asking))
        self.limits.on_written(verdicts)
        if reason := self.lessons.find_reason_to_pause(batch):
            self.is_ending = True
            await self.ledger.call(pause_run, run=self.work, reason=reason)

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
