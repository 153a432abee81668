"""What calls came to, written to the ledger in one transaction a batch."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from annotations.models import Annotation, Presentation, Rating
from evalplatform.common.clock import database_now
from evalplatform.common.errors import ProviderFailure
from judges.engine.budget import book_money, lock_run, round_up
from judges.engine.cases import Case, CaseBook
from judges.engine.fenced import EndedAttempt, end_attempts
from judges.engine.late import record_late
from judges.engine.leases import ShardLease, cancel_leftovers, read_set_aside, release_attempts
from judges.engine.results import Result, find_cost
from judges.engine.retries import choose_moment, list_tries, may_try_again, plan_successor
from judges.models import Attempt, AttemptState, RawReply
from judges.protocols.parsing import Answer, read_verdict
from judges.providers import Completion, JudgeRequest
from judges.queries.outage import OUTAGE


def record_results(*, book: CaseBook, lease: ShardLease, results: Sequence[Result]) -> int:
    """Write verdicts and failures of attempts still held under the lease; returns the number of verdicts.

    What comes after its lease was lost changes nothing but its own row and the bill.
    """
    with transaction.atomic():
        lock_run(book.run.pk)
        now = database_now()
        aside = read_set_aside(lease, [result.case.attempt_id for result in results])
        mine = [result for result in results if result.case.attempt_id in aside]
        verdicts = [result for result in mine if result.completion is not None]
        _record_verdicts(book, lease, verdicts, now)
        for result in mine:
            if result.failure is not None:
                _record_failure(book, result, result.failure, now)
        corrected = record_late(
            book=book, lease=lease, late=[r for r in results if r.case.attempt_id not in aside], now=now
        )
        cancel_leftovers(run_id=lease.run_id)
        spent = sum((round_up(find_cost(book, result) or Decimal(0)) for result in mine), corrected)
        book_money(run=book.run, spent=spent, reserved=-sum(aside.values(), Decimal(0)))
    return len(verdicts)


def release_cases(*, book: CaseBook, lease: ShardLease, cases: list[Case]) -> None:
    """Give back cases that no call was made for, with the money set aside for them."""
    if not cases:
        return
    ids = [case.attempt_id for case in cases]
    with transaction.atomic():
        lock_run(book.run.pk)
        aside = read_set_aside(lease, ids)
        release_attempts(lease=lease, attempt_ids=ids)
        book_money(run=book.run, reserved=-sum(aside.values(), Decimal(0)))


def _record_verdicts(book: CaseBook, lease: ShardLease, verdicts: list[Result], now: datetime) -> None:
    annotations = Annotation.objects.bulk_create([_build_annotation(book, result) for result in verdicts])
    ratings: list[Rating] = []
    ended: list[EndedAttempt] = []
    for result, annotation in zip(verdicts, annotations, strict=True):
        ratings += _build_ratings(annotation, result)
        ended.append(_build_end(book, result, annotation))
    Rating.objects.bulk_create(ratings)
    if not book.judge.builtin:
        RawReply.objects.bulk_create([_build_raw_reply(book, result, now) for result in verdicts])
    end_attempts(ended=ended, token=lease.token, now=now)


def _build_annotation(book: CaseBook, result: Result) -> Annotation:
    return Annotation(
        project_id=book.run.project_id,
        task_id=result.case.task_id,
        rater_id=book.judge.rater_id,
        repeat=result.case.repeat,
        presentation=Presentation.SHOWN,
        shown_order=result.case.shown_order,
        seconds=round(result.latency, 3),
    )


def _build_ratings(annotation: Annotation, result: Result) -> list[Rating]:
    answers = read_result(result)
    return [
        _build_rating(annotation, criterion.pk, answers[criterion.key])
        for criterion in result.case.facts.criteria
    ]


def read_result(result: Result) -> dict[str, Answer]:
    """The answers in a completion, by criterion."""
    if result.completion is None:
        return {}
    facts = result.case.facts
    return read_verdict(
        result.completion.text,
        facts.schema,
        refused=result.completion.is_refusal,
        shown_order=result.case.shown_order,
        prose=facts.prose,
        absent=result.completion.absent,
    )


def _build_rating(annotation: Annotation, criterion_id: int, answer: Answer) -> Rating:
    return Rating(
        project_id=annotation.project_id,
        annotation=annotation,
        criterion_id=criterion_id,
        number=answer.number,
        code=answer.code,
        text=answer.text,
        absent=answer.absent,
        rationale=answer.rationale,
    )


def _build_end(book: CaseBook, result: Result, annotation: Annotation) -> EndedAttempt:
    completion = result.completion or Completion("")
    return EndedAttempt(
        id=result.case.attempt_id,
        annotation_id=annotation.pk,
        returned_model=completion.returned_model[:200],
        finish_reason=completion.finish_reason[:64],
        tokens_in=completion.tokens_in,
        tokens_cached=completion.tokens_cached,
        tokens_out=completion.tokens_out,
        cost=find_cost(book, result),
        latency_ms=round(result.latency * 1000),
    )


def _build_raw_reply(book: CaseBook, result: Result, now: datetime) -> RawReply:
    completion = result.completion or Completion("")
    return RawReply(
        project_id=book.run.project_id,
        attempt_id=result.case.attempt_id,
        request=describe_request(result.case.request),
        reply=completion.raw.replace("\x00", ""),
        keep_until=now + timedelta(days=settings.EVALPLATFORM_REPLY_DAYS),
    )


def describe_request(request: JudgeRequest) -> dict[str, object]:
    """What was asked, as it is kept: no key, no address."""
    return {
        "model": request.model,
        "system": request.system,
        "user": request.user,
        "schema": request.schema,
        "parameters": dict(request.parameters),
    }


def _record_failure(book: CaseBook, result: Result, failure: ProviderFailure, now: datetime) -> None:
    attempt = Attempt.objects.get(pk=result.case.attempt_id)
    attempt.state = AttemptState.FAILED
    reason, detail = failure.reason, failure.detail
    if result.is_outage:
        reason, detail = OUTAGE, f"{reason}: {detail}"
    attempt.failure, attempt.detail = reason[:32], detail.replace("\x00", "")[:500]
    attempt.ended_at, attempt.leased_until = now, None
    attempt.latency_ms, attempt.cost = round(result.latency * 1000), find_cost(book, result)
    attempt.save()
    if may_try_again(attempt, failure):
        moment = choose_moment(now, tries=len(list_tries(attempt)), failure=failure)
        plan_successor(attempt=attempt, not_before=moment).save()
