"""A worker's turn at a shard of a run: opens what the loop needs, and closes it whatever happens."""

from contextlib import AsyncExitStack

from evalplatform.common.errors import PlatformError
from judges.engine.asking.cases import CaseBook
from judges.engine.asking.keys import read_key
from judges.engine.ledger.control import pause_run
from judges.engine.ledger.leases import ShardLease
from judges.engine.pacing.account import open_pacer
from judges.engine.pacing.breaker import Breaker
from judges.engine.running.feed import Feed
from judges.engine.running.ledger_thread import LedgerThread
from judges.engine.running.lessons import Lessons
from judges.engine.running.limits import Limits
from judges.engine.running.loop import ShardLoop
from judges.engine.running.writer import Writer
from judges.models import Run
from judges.providers import default_calls, open_provider
from judges.queries.outage import read_outage

BUILTIN_BATCH = 500


async def work_on_shard(*, lease: ShardLease, limits: Limits) -> None:
    """Work on the run of `lease` until nothing is due, the time is up, or a stop is asked for."""
    ledger = LedgerThread()
    try:
        book = await ledger.call(open_book, lease.run_id)
        if book is not None:
            await _work(lease, limits, ledger, book)
    finally:
        ledger.close()


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


async def _work(lease: ShardLease, limits: Limits, ledger: LedgerThread, book: CaseBook) -> None:
    calls = int(book.judge.parameters.get("calls_in_flight", default_calls(book.judge)))
    async with AsyncExitStack() as opened:
        key = await ledger.call(read_key, book.judge)
        provider = open_provider(book.judge, key=key, calls=calls)
        opened.push_async_callback(provider.close)
        calls = BUILTIN_BATCH if book.judge.builtin else calls
        breaker = Breaker(failing_for=await ledger.call(read_outage, lease.run_id))
        pacer = open_pacer(book.judge, key=key, calls=calls)
        opened.push_async_callback(pacer.close)
        loop = ShardLoop(
            lease=lease,
            limits=limits,
            ledger=ledger,
            work=book.run,
            provider=provider,
            feed=Feed(lease=lease, ledger=ledger, book=book, size=calls),
            writer=Writer(lease=lease, ledger=ledger, book=book),
            pacer=pacer,
            lessons=Lessons(breaker=breaker, pacer=pacer),
            calls=calls,
        )
        await loop.run()
