"""Pausing a cascade at work, letting it go on, and calling it off, its runs with it."""

from django.db import transaction
from django.utils.translation import gettext as _

from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict
from judges.engine.ledger.cascade_bell import ring_for_cascade
from judges.engine.ledger.control import cancel_run, pause_run, resume_run
from judges.models import GOING, Cascade, CascadeRun, Run, RunState

LONGEST_REASON = 300


@transaction.atomic
def pause_cascade(*, run: CascadeRun, reason: str) -> None:
    """Stop asking; calls in flight end and are recorded. Raises Conflict where it is not going."""
    held = _hold(run)
    if held.state != RunState.RUNNING:
        raise Conflict("This cascade is not going.")
    _note(held, RunState.PAUSED, reason[:LONGEST_REASON])
    for going in _list_runs(held, RunState.RUNNING):
        pause_run(run=going, reason=reason)


@transaction.atomic
def resume_cascade(*, run: CascadeRun) -> None:
    """Let it go on where it stood. Raises Conflict where it is not paused."""
    held = _hold(run)
    if held.state != RunState.PAUSED:
        raise Conflict("Only a paused cascade can go on.")
    _note(held, RunState.RUNNING, "")
    for paused in _list_runs(held, RunState.PAUSED):
        resume_run(run=paused)
    ring_for_cascade(run=held)


@transaction.atomic
def cancel_cascade(*, run: CascadeRun) -> None:
    """Call it off: verdicts that are there stay. Raises Conflict where it is over."""
    held = _hold(run)
    if held.state not in GOING:
        raise Conflict("This cascade is over.")
    held.finished_at = database_now()
    _note(held, RunState.CANCELLED, "")
    for going in _list_runs(held, *GOING):
        cancel_run(run=going)


def _hold(run: CascadeRun) -> CascadeRun:
    return CascadeRun.objects.select_for_update(of=("self",)).get(pk=run.pk)


def _note(held: CascadeRun, state: RunState, reason: str) -> None:
    held.state, held.pause_reason = state, reason
    held.save(update_fields=["state", "pause_reason", "finished_at"])


def _list_runs(held: CascadeRun, *states: RunState) -> list[Run]:
    return list(Run.objects.filter(stage__cascade_run=held, state__in=states).order_by("pk"))


def pause_work(*, cascade: Cascade) -> None:
    """Pause what the cascade is at, by hand. Raises Conflict."""
    pause_cascade(run=find_work(cascade), reason=_("Paused by hand."))


def resume_work(*, cascade: Cascade) -> None:
    """Let it go on. Raises Conflict."""
    resume_cascade(run=find_work(cascade))


def cancel_work(*, cascade: Cascade) -> None:
    """Call it off. Raises Conflict."""
    cancel_cascade(run=find_work(cascade))


def find_work(cascade: Cascade) -> CascadeRun:
    """What the cascade is at. Raises Conflict where it is at nothing."""
    going = CascadeRun.objects.filter(cascade=cascade, state__in=GOING).first()
    if going is None:
        raise Conflict("This cascade is not at work.")
    return going
