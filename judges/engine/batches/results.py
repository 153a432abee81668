"""What came back of a batch, row by row, to the ledger: each attempt once, whatever the file holds."""

from collections import Counter
from collections.abc import Iterable, Sequence

from evalplatform.common.errors import ProviderFailure
from judges.engine.asking.cases import CaseBook
from judges.engine.asking.results import Result
from judges.engine.batches.gathering import CHUNK, get_lease
from judges.engine.ledger.recording import record_results
from judges.models import AttemptState, ProviderBatch
from judges.providers.batching import BatchOutcome

MISSING = "batch_missing"
WAITING = (AttemptState.LEASED, AttemptState.LOST)  # a lost one's late answer still corrects the bill


def record_outcomes(
    *, batch: ProviderBatch, book: CaseBook, outcomes: Sequence[BatchOutcome]
) -> Counter[str]:
    """Record the rows that are this batch's and wait for an answer; counts of rows by what was made of them.

    The first row under a mark counts, a second one is `duplicated`; a mark that is none of ours is `unknown`.
    """
    ours = {
        str(mark): (pk, state) for mark, pk, state in batch.attempts.values_list("public_id", "pk", "state")
    }
    counts, fresh, seen = Counter[str](), dict[int, BatchOutcome](), set[str]()
    for outcome in outcomes:
        if outcome.mark not in ours:
            counts["unknown"] += 1
        elif outcome.mark in seen:
            counts["duplicated"] += 1
        else:
            seen.add(outcome.mark)
            pk, state = ours[outcome.mark]
            counts["answered" if outcome.failure is None else outcome.failure.reason] += 1
            if state in WAITING:
                fresh[pk] = outcome
    _record(batch, book, fresh)
    return counts


def fail_waiting(*, batch: ProviderBatch, book: CaseBook, failure: ProviderFailure) -> int:
    """End every attempt of the batch that waits with the same failure; returns how many there were."""
    waiting = batch.attempts.filter(state=AttemptState.LEASED, token=batch.token).values_list("pk", flat=True)
    failed = {pk: BatchOutcome("", failure=failure) for pk in waiting}
    _record(batch, book, failed)
    return len(failed)


def _record(batch: ProviderBatch, book: CaseBook, outcomes: dict[int, BatchOutcome]) -> None:
    lease = get_lease(batch)
    for ids in _chunk(sorted(outcomes)):
        results = [
            Result(case, outcomes[case.attempt_id].completion, outcomes[case.attempt_id].failure)
            for case in book.prepare(ids)
        ]
        record_results(book=book, lease=lease, results=results)


def _chunk(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
