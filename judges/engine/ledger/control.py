"""Pausing, going on, calling off, and finding out that a run is done."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict
from evalplatform.common.wakeups import ring
from judges.engine.asking.retries import plan_successor
from judges.engine.ledger.cascade_bell import note_run_ended
from judges.engine.ledger.leases import find_next_due
from judges.engine.panels import note_new_verdicts
from judges.models import Attempt, AttemptState, Run, RunState
from judges.queries.given_up import list_given_up, list_held_elsewhere

JOB = "judges.jobs.work_on_run"
LONGEST_REASON = 300
CHUNK = 500


def pause_run(*, run: Run, reason: str) -> bool:
    """Stop a running run; calls in flight end and are recorded. False when it was not running."""
    return bool(
        Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
            state=RunState.PAUSED, pause_reason=reason[:LONGEST_REASON]
        )
    )


def resume_run(*, run: Run) -> None:
    """Let a paused or finished run go on; cases that had been given up get a fresh try."""
    with transaction.atomic():
        changed = Run.objects.filter(pk=run.pk, state__in=[RunState.PAUSED, RunState.FINISHED]).update(
            state=RunState.RUNNING, pause_reason="", finished_at=None
        )
        if not changed:
            raise Conflict("Only a paused or finished run can go on.")
        _try_afresh(run)
        ring_for(run=run)


def _try_afresh(run: Run) -> None:
    given_up = list(list_given_up(run).filter(~Exists(list_held_elsewhere(run))))
    # A quarantined attempt holds its case, so that no other run takes it up by itself.
    quarantined = [attempt.pk for attempt in given_up if attempt.state == AttemptState.QUARANTINED]
    for start in range(0, len(quarantined), CHUNK):
        chunk = quarantined[start : start + CHUNK]
        Attempt.objects.filter(pk__in=chunk).update(state=AttemptState.FAILED)
    fresh = [plan_successor(attempt=attempt, not_before=None) for attempt in given_up]
    Attempt.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)


def cancel_run(*, run: Run) -> None:
    """Call a run off: what waits is cancelled, calls in flight end and are recorded."""
    with transaction.atomic():
        now = database_now()
        changed = (
            Run.objects.filter(pk=run.pk)
            .exclude(state=RunState.CANCELLED)
            .update(state=RunState.CANCELLED, pause_reason="", finished_at=now)
        )
        if not changed:
            raise Conflict("This run has been called off already.")
        Attempt.objects.filter(run=run, state=AttemptState.PENDING).update(
            state=AttemptState.CANCELLED, ended_at=now
        )


def conclude_run(*, run_id: int) -> None:
    """Finish a run that has nothing left to do; a `follow` run stays open for tasks yet to come.

    Panels hear of either, and the cascade that it is a stage of.
    """
    left = Attempt.objects.filter(run=OuterRef("pk"))
    finished = Run.objects.filter(
        ~Exists(left.filter(state=AttemptState.PENDING)),
        ~Exists(left.filter(state=AttemptState.LEASED)),
        pk=run_id,
        state=RunState.RUNNING,
        follow=False,
    ).update(state=RunState.FINISHED, finished_at=database_now())
    if finished or Run.objects.filter(pk=run_id, follow=True).exists():
        note_new_verdicts(run_id=run_id)
        note_run_ended(run_id=run_id)


def ring_for(*, run: Run) -> None:
    """Wake a worker for each of the run's shards."""
    for number in run.shards.values_list("number", flat=True):
        ring(JOB, run.pk, number)


def ring_if_due(*, run_id: int, number: int) -> None:
    """Wake a worker for this shard again, if there is something to do right now."""
    due = find_next_due(run_id)
    if due is not None and due <= database_now() and Run.objects.filter(pk=run_id, state=RunState.RUNNING):
        ring(JOB, run_id, number)
