"""What goes into a batch: attempts claimed for it, each with the money set aside, before anything is handed over."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from evalplatform.common.clock import database_now
from judges.engine.asking.cases import Case, CaseBook
from judges.engine.ledger.leases import ShardLease
from judges.engine.ledger.recording import release_cases
from judges.engine.running.feed import claim_cases
from judges.models import Attempt, AttemptState, BatchState, ProviderBatch, Run

MOST_ROWS = 2_000
MOST_BYTES = 32 * 1024 * 1024
CHUNK = 200
PATIENCE = timedelta(hours=26)  # the providers give up after 24


def gather_batch(*, lease: ShardLease, book: CaseBook) -> ProviderBatch | None:
    """A batch of what is due in the run, as large as providers like it; None where nothing is due."""
    batch, size = None, 0
    while batch is None or (batch.size < MOST_ROWS and size < MOST_BYTES):
        with transaction.atomic():
            held = batch or _open_batch(lease)
            mine = replace(lease, token=held.token)
            # A case that two workers died of goes with others here: no worker holds it while it is asked.
            cases = claim_cases(lease=mine, book=book, limit=CHUNK) or (
                [] if batch else claim_cases(lease=mine, book=book, limit=1, is_idle=True)
            )
            if not cases:
                if batch is None:
                    held.delete()
                return batch
            _add_cases(held, cases)
        batch, size = held, size + sum(_measure(case) for case in cases)
    return batch


def _open_batch(lease: ShardLease) -> ProviderBatch:
    project_id = Run.objects.values_list("project", flat=True).get(pk=lease.run_id)
    return ProviderBatch.objects.create(project_id=project_id, run_id=lease.run_id, next_look=database_now())


def _add_cases(batch: ProviderBatch, cases: list[Case]) -> None:
    ids = [case.attempt_id for case in cases]
    Attempt.objects.filter(pk__in=ids, token=batch.token, state=AttemptState.LEASED).update(
        provider_batch=batch, leased_until=database_now() + PATIENCE
    )
    batch.size += len(cases)
    batch.save(update_fields=["size"])


def _measure(case: Case) -> int:
    return len((case.request.system + case.request.user).encode("utf-8", "replace"))


def get_lease(batch: ProviderBatch) -> ShardLease:
    """The lease that the batch's attempts are held under."""
    return ShardLease(shard_id=0, run_id=batch.run_id, number=0, token=batch.token)


def list_held_cases(batch: ProviderBatch, book: CaseBook) -> list[Case]:
    """The batch's cases that still wait for their answer."""
    held = batch.attempts.filter(state=AttemptState.LEASED, token=batch.token).order_by("pk")
    ids = list(held.values_list("pk", flat=True))
    return [case for start in range(0, len(ids), CHUNK) for case in book.prepare(ids[start : start + CHUNK])]


def give_batch_back(*, batch: ProviderBatch, book: CaseBook) -> None:
    """Let go of a batch that was not handed over: its cases wait again, and nothing was paid."""
    with transaction.atomic():
        release_cases(book=book, lease=get_lease(batch), cases=list_held_cases(batch, book))
        Attempt.objects.filter(provider_batch=batch, state=AttemptState.PENDING).update(provider_batch=None)
        batch.state, batch.ended_at = BatchState.ENDED, database_now()
        batch.detail = "not handed over: the run rests"
        batch.save()
