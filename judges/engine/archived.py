"""Runs and cascades of projects that were archived: nobody pays for what nobody will read."""

from evalplatform.common.errors import Conflict
from judges.engine.cascades.steering import pause_cascade
from judges.engine.ledger.control import pause_run
from judges.models import CascadeRun, Run, RunState

REASON = "the project is archived"


def stop_archived() -> int:
    """Pause everything that runs in archived projects; returns how many runs and cascades that was."""
    closed = {"project__archived_at__isnull": False, "state": RunState.RUNNING}
    stopped = sum(_pause_cascade(run) for run in CascadeRun.objects.filter(**closed).order_by("pk"))
    return stopped + sum(pause_run(run=run, reason=REASON) for run in Run.objects.filter(**closed))


def _pause_cascade(run: CascadeRun) -> bool:
    try:
        pause_cascade(run=run, reason=REASON)
    except Conflict:  # somebody was first
        return False
    return True
