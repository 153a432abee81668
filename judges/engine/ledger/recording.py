"""What calls came to, written to the ledger in one transaction a batch."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any  # rows by column

from django.conf import settings
from django.db import transaction

from annotations.models import Annotation, Phase, Presentation, Rating
from evalplatform.common.clock import database_now
from evalplatform.common.errors import ProviderFailure
from judges.engine.asking.cases import Case, CaseBook
from judges.engine.asking.results import Result, find_cost
from judges.engine.asking.retries import choose_moment, list_tries, may_try_again, plan_successor
from judges.engine.asking.turns import Turn, plan_steps, take_turns
from judges.engine.ledger.late import record_late
from judges.engine.ledger.leases import ShardLease, cancel_leftovers, read_set_aside, release_attempts
from judges.engine.money.budget import book_money, lock_run, round_up
from judges.engine.statements.fenced import EndedAttempt, end_attempts
from judges.engine.statements.rows import insert_rows
from judges.models import Attempt, AttemptState, RawReply, RunState
from judges.protocols.answer import Answer
from judges.providers import Completion, JudgeRequest
from judges.queries.outage import OUTAGE
from judges.queries.split import is_candidate


def record_results(*, book: CaseBook, lease: ShardLease, results: Sequence[Result]) -> int:
    """Write answers and failures of attempts still held under the lease; returns the number of verdicts.

    What comes after its lease was lost changes nothing but its own row and the bill.
    """
    with transaction.atomic():
        purse = lock_run(book.run.pk)
        now = database_now()
        aside = read_set_aside(lease, [result.case.attempt_id for result in results])
        mine = [result for result in results if result.case.attempt_id in aside]
        turns = take_turns(book, [result for result in mine if result.completion is not None])
        _record_turns(book, lease, turns, now)
        for result in mine:
            if result.failure is not None:
                _record_failure(book, result, result.failure, now)
        corrected = record_late(
            lease=lease, late=[r for r in results if r.case.attempt_id not in aside], now=now
        )
        if purse.state == RunState.CANCELLED:
            cancel_leftovers(run_id=lease.run_id)
        spent = sum((round_up(find_cost(result) or Decimal(0)) for result in mine), corrected)
        book_money(run=book.run, spent=spent, reserved=-sum(aside.values(), Decimal(0)))
    return sum(turn.verdict is not None for turn in turns)


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


def _record_turns(book: CaseBook, lease: ShardLease, turns: list[Turn], now: datetime) -> None:
    """Verdicts, what was said on the way to one, and the steps that follow: all or nothing."""
    project_id = book.run.project_id
    decided = [turn for turn in turns if turn.verdict is not None]
    phase = Phase.TRAINED if is_candidate(book.judge) else Phase.INDEPENDENT
    keys = insert_rows(
        Annotation,
        [_describe_annotation(turn) for turn in decided],
        project_id=project_id,
        rater_id=book.judge.rater_id,
        presentation=Presentation.MERGED if book.recipe.is_ranking else Presentation.SHOWN,
        phase=phase,
    )
    ratings = [row for turn, key in zip(decided, keys, strict=True) for row in _describe_ratings(turn, key)]
    insert_rows(Rating, ratings, project_id=project_id)
    if not book.judge.builtin:
        asked = [turn.result for turn in turns if turn.result.reused_from is None]
        keep_until = now + timedelta(days=settings.EVALPLATFORM_REPLY_DAYS)
        replies = [_describe_reply(result) for result in asked]
        insert_rows(RawReply, replies, project_id=project_id, keep_until=keep_until)
    verdicts = {turn.result.case.attempt_id: key for turn, key in zip(decided, keys, strict=True)}
    ended = [_build_end(book, turn, verdicts.get(turn.result.case.attempt_id)) for turn in turns]
    end_attempts(ended=ended, token=lease.token, now=now)
    plan_steps(run=book.run, turns=turns)


def _describe_annotation(turn: Turn) -> dict[str, Any]:
    case = turn.result.case
    return {
        "task_id": case.task_id,
        "repeat": case.repeat,
        "shown_order": case.shown_order,
        "seconds": round(turn.seconds, 3),
    }


def _describe_ratings(turn: Turn, annotation_id: int) -> list[dict[str, Any]]:
    answers = turn.verdict.answers if turn.verdict else {}
    return [_describe_rating(annotation_id, c.pk, answers[c.key]) for c in turn.facts.criteria]


def _describe_rating(annotation_id: int, criterion_id: int, answer: Answer) -> dict[str, Any]:
    return {
        "annotation_id": annotation_id,
        "criterion_id": criterion_id,
        "number": answer.number,
        "code": answer.code,
        "text": answer.text,
        "absent": answer.absent,
        "rationale": answer.rationale,
        "confidence": answer.confidence,
        "meta": answer.meta,
    }


def _build_end(book: CaseBook, turn: Turn, annotation_id: int | None) -> EndedAttempt:
    result = turn.result
    completion = result.completion or Completion("")
    return EndedAttempt(
        id=result.case.attempt_id,
        state=AttemptState.SAID if annotation_id is None else AttemptState.DONE,
        annotation_id=annotation_id,
        said=turn.said.keep() if turn.is_kept else None,
        reuse_key=None if result.reused_from else result.case.reuse_key,
        reused_from_id=result.reused_from,
        returned_model=completion.returned_model[:200],
        finish_reason=completion.finish_reason[:64],
        tokens_in=completion.tokens_in,
        tokens_cached=completion.tokens_cached,
        tokens_cache_written=completion.tokens_cache_written,
        tokens_out=completion.tokens_out,
        cost=find_cost(result),
        latency_ms=round(result.latency * 1000),
        returned=completion.returned,
    )


def _describe_reply(result: Result) -> dict[str, Any]:
    completion = result.completion or Completion("")
    return {
        "attempt_id": result.case.attempt_id,
        "request": describe_request(result.case.request),
        "reply": completion.raw.replace("\x00", ""),
    }


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
    attempt.latency_ms, attempt.cost = round(result.latency * 1000), find_cost(result)
    attempt.save()
    if may_try_again(attempt, failure):
        moment = choose_moment(now, tries=len(list_tries(attempt)), failure=failure)
        plan_successor(attempt=attempt, not_before=moment).save()
