"""The patient lane: attempts handed to a provider by the thousand, answered within a day at a lower price.

A batch is a row before it is handed over. Whoever finds it `submitting` cannot know whether the provider has it, and
looks there first: it is taken up where it is found, and handed over again only where it is not.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import structlog
from django.db.models import Q, QuerySet

from evalplatform.common.clock import database_now
from evalplatform.common.errors import PlatformError, ProviderFailure
from evalplatform.common.wakeups import ring
from judges.engine.asking.cases import CaseBook
from judges.engine.asking.keys import read_key
from judges.engine.batches.gathering import (
    PATIENCE,
    gather_batch,
    give_batch_back,
    list_held_cases,
)
from judges.engine.batches.results import MISSING, fail_waiting, record_outcomes
from judges.engine.ledger.control import conclude_run, pause_run, ring_for
from judges.engine.ledger.leases import ShardLease
from judges.models import Attempt, AttemptState, BatchState, Judge, ProviderBatch, Run, RunState
from judges.providers import PAUSING
from judges.providers.batching import BATCH_FULL, BATCH_REFUSED, BatchDesk, BatchLook, BatchRow, open_desk

T = TypeVar("T")
JOB = "judges.jobs.step_batch"
OPEN = (BatchState.GATHERED, BatchState.SUBMITTING, BatchState.SUBMITTED)
LEASE = timedelta(minutes=5)
FIRST_LOOK = timedelta(seconds=15)
LONGEST_LOOK = timedelta(minutes=10)
GROWTH = 1.5
GRACE = timedelta(seconds=60)  # how long a batch handed over may take to be listed
MOST_MISREADS = 3

log = structlog.get_logger("judges.batches")


def fill_batches(*, lease: ShardLease, should_stop: Callable[[], bool]) -> None:
    """Hand over all that is due in the run, a batch at a time."""
    book = _open_book(lease.run_id)
    while not should_stop():
        batch = gather_batch(lease=lease, book=book)
        if batch is None:
            return
        step_batch(batch_id=batch.pk)
        batch.refresh_from_db()
        if batch.state != BatchState.SUBMITTED:  # the provider takes no more for now
            return


def ring_for_due_batches() -> int:
    """Wake a worker for every open batch that is due a look; returns how many."""
    due = list(_list_due().values_list("pk", flat=True))
    for pk in due:
        ring(JOB, pk)
    return len(due)


def step_due_batches(*, judge: Judge) -> int:
    """Take each batch of the judge's runs that is due one step further, here and now; returns how many are open."""
    for pk in list(_list_due().filter(run__judge=judge).values_list("pk", flat=True)):
        step_batch(batch_id=pk)
    return ProviderBatch.objects.filter(run__judge=judge, state__in=OPEN).count()


def _list_due() -> QuerySet[ProviderBatch]:
    now = database_now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return ProviderBatch.objects.filter(free, state__in=OPEN, next_look__lte=now).order_by("next_look", "pk")


def step_batch(*, batch_id: int) -> None:
    """Take a batch one step further, unless someone else does."""
    now = database_now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    if not ProviderBatch.objects.filter(free, pk=batch_id, state__in=OPEN).update(leased_until=now + LEASE):
        return
    batch = ProviderBatch.objects.get(pk=batch_id)
    try:
        _step(batch, _open_book(batch.run_id))
    finally:
        ProviderBatch.objects.filter(pk=batch_id).update(leased_until=None)
    if batch.state not in OPEN:
        conclude_run(run_id=batch.run_id)
        ring_for(run=batch.run)


def _open_book(run_id: int) -> CaseBook:
    """What prepares the run's cases, at the price of its lane."""
    related = ("project", "judge__project", "judge__connection", "judge__prompt")
    return CaseBook(Run.objects.select_related(*related).get(pk=run_id))


def _step(batch: ProviderBatch, book: CaseBook) -> None:
    if batch.state == BatchState.GATHERED and book.run.state != RunState.RUNNING:
        give_batch_back(batch=batch, book=book)
        return
    try:
        match batch.state:
            case BatchState.GATHERED:
                _submit(batch, book)
            case BatchState.SUBMITTING:
                _search(batch, book)
            case BatchState.SUBMITTED:
                _look(batch, book)
    except ProviderFailure as failure:
        _note_failure(batch, book, failure)
    except PlatformError as error:  # the key may not be used any more
        pause_run(run=book.run, reason=error.detail)
        _look_later(batch, detail=error.detail)


def _at_desk(book: CaseBook, errand: Callable[[BatchDesk], Awaitable[T]]) -> T:
    """Do something at the provider's desk. Raises ProviderFailure, or PlatformError where the key may not be used."""
    key = read_key(book.judge)

    async def go() -> T:
        desk = open_desk(book.judge, key=key)
        try:
            return await errand(desk)
        finally:
            await desk.close()

    return asyncio.run(go())


def _submit(batch: ProviderBatch, book: CaseBook) -> None:
    cases = list_held_cases(batch, book)
    if not cases:
        _end(batch)
        return
    marks = dict(batch.attempts.values_list("pk", "public_id"))
    rows = [BatchRow(str(marks[case.attempt_id]), case.request) for case in cases]
    read_key(book.judge)  # refused here, the batch is known not to be there
    batch.state, batch.size, batch.submitting_at = BatchState.SUBMITTING, len(rows), database_now()
    batch.save()
    try:
        look = _at_desk(book, lambda desk: desk.submit(mark=str(batch.public_id), rows=rows))
    except ProviderFailure as failure:
        if _is_refusal(failure):
            batch.state = BatchState.GATHERED
        raise
    _take_up(batch, look)


def _is_refusal(failure: ProviderFailure) -> bool:
    """Whether the provider surely did not take the batch; a time-out, or an answer that was cut, tells nothing."""
    is_sure = failure.reason.startswith("http_4") and failure.reason != "http_408"
    return is_sure or failure.reason in PAUSING


def _take_up(batch: ProviderBatch, look: BatchLook) -> None:
    batch.state, batch.provider_id = BatchState.SUBMITTED, look.provider_id
    batch.submitted_at, batch.expires_at, batch.detail, batch.polls = database_now(), look.expires_at, "", 0
    batch.next_look = database_now() + FIRST_LOOK
    batch.save()


def _search(batch: ProviderBatch, book: CaseBook) -> None:
    """Was it taken before whoever handed it over went away?"""
    since = batch.submitting_at or batch.created_at
    found = _at_desk(book, lambda desk: desk.find(mark=str(batch.public_id), size=batch.size, since=since))
    others = set(ProviderBatch.objects.filter(provider_id__in=found).values_list("provider_id", flat=True))
    free = [name for name in found if name not in others and name not in batch.ruled_out]
    if free:
        look = _at_desk(book, lambda desk: desk.look(free[0]))
        batch.surmised = look.mark != str(batch.public_id)
        _take_up(batch, look)
    elif database_now() - since > GRACE:
        batch.state = BatchState.GATHERED
        _look_later(batch, after=timedelta(0), detail="the provider does not have it: handed over again")
    else:
        _look_later(batch, after=FIRST_LOOK, detail="looked for at the provider")


def _look(batch: ProviderBatch, book: CaseBook) -> None:
    run_is_over = book.run.state == RunState.CANCELLED
    look = _at_desk(book, lambda desk: desk.look(batch.provider_id))
    batch.counts, batch.expires_at = dict(look.counts), look.expires_at or batch.expires_at
    if look.problem is not None:
        raise look.problem
    if look.is_ended:
        _record(batch, book, look)
    elif database_now() - (batch.submitted_at or batch.created_at) > PATIENCE:
        _give_up_waiting(batch, book, "the provider did not end the batch in time")
    elif run_is_over and batch.cancelled_at is None:
        _at_desk(book, lambda desk: desk.cancel(batch.provider_id))
        batch.cancelled_at = database_now()
        _look_later(batch, after=FIRST_LOOK)
    else:
        _look_later(batch)


def _record(batch: ProviderBatch, book: CaseBook, look: BatchLook) -> None:
    outcomes = _at_desk(book, lambda desk: desk.fetch(look))
    counts = record_outcomes(batch=batch, book=book, outcomes=outcomes)
    batch.counts = dict(counts)
    if batch.surmised and outcomes and counts["unknown"] == len(outcomes):
        _rule_out(batch)
    elif not _has_waiting(batch):
        _end(batch)
    elif batch.misreads < MOST_MISREADS:
        batch.misreads += 1
        _look_later(batch, after=FIRST_LOOK, detail="the results lack rows: read again")
    else:
        _give_up_waiting(batch, book, "the results lack this row")


def _has_waiting(batch: ProviderBatch) -> bool:
    return Attempt.objects.filter(provider_batch=batch, state=AttemptState.LEASED, token=batch.token).exists()


def _rule_out(batch: ProviderBatch) -> None:
    """Not one row is ours: it was taken for a batch of the same size."""
    batch.ruled_out = [*batch.ruled_out, batch.provider_id]
    batch.state, batch.provider_id, batch.surmised = BatchState.SUBMITTING, "", False
    _look_later(batch, after=timedelta(0), detail="what was found is another's batch")


def _give_up_waiting(batch: ProviderBatch, book: CaseBook, detail: str) -> None:
    failure = ProviderFailure(detail, reason=MISSING, retryable=True)
    missing = fail_waiting(batch=batch, book=book, failure=failure)
    batch.counts = {**batch.counts, MISSING: missing}
    _end(batch)


def _end(batch: ProviderBatch) -> None:
    batch.state, batch.ended_at, batch.detail = BatchState.ENDED, database_now(), ""
    batch.save()
    log.info("batch ended", batch=str(batch.public_id), counts=batch.counts)


def _look_later(batch: ProviderBatch, *, after: timedelta | None = None, detail: str | None = None) -> None:
    """Look again after a while that grows from look to look."""
    grown = min(FIRST_LOOK * GROWTH ** min(batch.polls, 20), LONGEST_LOOK)
    batch.polls += 1
    batch.next_look = database_now() + (grown if after is None else after)
    batch.detail = batch.detail if detail is None else detail[:500]
    batch.save()


def _note_failure(batch: ProviderBatch, book: CaseBook, failure: ProviderFailure) -> None:
    """A desk that is out is tried again; a refusal for good pauses the run, so that somebody looks at it."""
    log.warning("a step of a batch failed", batch=str(batch.public_id), reason=failure.reason)
    detail = f"{failure.reason}: {failure.detail}".replace("\x00", "")
    if failure.reason == BATCH_FULL:  # nothing of it was taken, and later there is room
        batch.state, batch.provider_id = BatchState.GATHERED, ""
        _look_later(batch, after=LONGEST_LOOK, detail=detail)
    elif failure.reason == BATCH_REFUSED:
        _refuse(batch, book, detail)
    elif batch.state == BatchState.SUBMITTED:
        if failure.reason == "http_404":
            _give_up_waiting(batch, book, "the provider does not know the batch any more")
            return
        _pause_if_refused(book, failure, detail)
        _look_later(batch, detail=detail)
    elif batch.state == BatchState.GATHERED and not failure.retryable:
        _refuse(batch, book, detail)
    else:
        after = timedelta(seconds=min(failure.retry_after, 600)) if failure.retry_after else None
        _pause_if_refused(book, failure, detail)
        _look_later(batch, after=after, detail=detail)


def _refuse(batch: ProviderBatch, book: CaseBook, detail: str) -> None:
    """The provider takes none of it: the rows wait until somebody lets the run go on."""
    pause_run(run=book.run, reason=f"The provider refuses a batch ({detail})")
    give_batch_back(batch=batch, book=book)
    batch.state, batch.detail = BatchState.FAILED, detail[:500]
    batch.save()


def _pause_if_refused(book: CaseBook, failure: ProviderFailure, detail: str) -> None:
    if failure.reason in PAUSING:
        pause_run(run=book.run, reason=f"The provider refuses ({detail})")
