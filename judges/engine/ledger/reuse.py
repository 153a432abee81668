"""A question that was answered before in this project is not paid for twice.

Reused is the raw reply, read anew by today's rules. Never where asking again is the point: repeats and samples.
"""

from collections.abc import Sequence
from dataclasses import replace

from evalplatform.common.errors import ProviderFailure
from judges.engine.asking.cases import Case, CaseBook
from judges.engine.asking.results import Result
from judges.engine.ledger.leases import ShardLease
from judges.engine.ledger.recording import record_results
from judges.models import ANSWERED, Attempt, Connection, RawReply
from judges.providers.kept import read_kept_reply


def take_up_replies(*, book: CaseBook, lease: ShardLease, cases: Sequence[Case]) -> list[Case]:
    """Record the cases whose question has an answer already; returns those that must be asked."""
    connection = book.judge.connection
    if connection is None or not book.run.reuse or not has_earlier_answers(book):
        return list(cases)
    keys = {case.attempt_id: case.reuse_key for case in cases if case.reuse_key}
    found = _find_replies(book, set(keys.values()))
    reused = []
    for case in cases:
        result = _read(connection, case, found.get(keys.get(case.attempt_id, "")))
        if result is not None:
            reused.append(result)
    if reused:
        record_results(book=book, lease=lease, results=reused)
    taken = {result.case.attempt_id for result in reused}
    return [case for case in cases if case.attempt_id not in taken]


def has_earlier_answers(book: CaseBook) -> bool:
    """Whether another run of the project left any; asked once a loop, so that a first run costs no look-ups."""
    if book.has_earlier_answers is None:
        earlier = Attempt.objects.filter(project=book.run.project_id, reuse_key__isnull=False)
        book.has_earlier_answers = earlier.exclude(run=book.run).exists()
    return book.has_earlier_answers


def _find_replies(book: CaseBook, keys: set[str]) -> dict[str, RawReply]:
    replies = RawReply.objects.filter(
        attempt__project=book.run.project_id, attempt__reuse_key__in=keys, attempt__state__in=ANSWERED
    )
    found = replies.select_related("attempt").order_by("pk")
    return {reply.attempt.reuse_key: reply for reply in found if reply.attempt.reuse_key}


def _read(connection: Connection, case: Case, reply: RawReply | None) -> Result | None:
    if reply is None:
        return None
    try:
        completion = read_kept_reply(connection, case.request, reply.reply)
    except ProviderFailure:
        return None
    free = replace(completion, tokens_in=0, tokens_cached=0, tokens_out=0)
    return Result(case, free, reused_from=reply.attempt_id)
