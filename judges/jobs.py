"""The Celery job that works on runs. Messages carry ids; what is to do stands in the ledger."""

import mmap
from typing import Any  # Celery's signals send any arguments

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings

from judges.engine.archived import stop_archived as stop_archived_runs
from judges.engine.batches.lane import step_batch as step_batch_once
from judges.engine.cascades.stepping import step_cascade as step_cascade_once
from judges.engine.lanes import work_in_lane
from judges.engine.ledger.control import conclude_run, ring_if_due
from judges.engine.ledger.leases import release_shard, take_shard
from judges.engine.panels import fill_due_panel
from judges.engine.planning.plan import plan_following as plan_following_runs
from judges.engine.running.limits import Limits

# One byte shared by the worker and the children it forks: only the worker hears that it is to shut down.
_shutting_down = mmap.mmap(-1, 1)


@worker_shutting_down.connect
def note_shutdown(**_: Any) -> None:
    _shutting_down[0] = 1


def is_shutting_down() -> bool:
    """Whether this worker was asked to end."""
    return _shutting_down[0] == 1


@shared_task(name="judges.jobs.work_on_run")
def work_on_run(run_id: int, number: int) -> None:
    """Work on one shard of a run for a while, unless someone else does; ring again if something is left."""
    lease = take_shard(run_id=run_id, number=number)
    if lease is None:
        return
    limits = Limits(
        seconds=settings.EVALPLATFORM_LOOP_SECONDS,
        turn=settings.EVALPLATFORM_TURN_SECONDS,
        should_stop=is_shutting_down,
    )
    try:
        work_in_lane(lease=lease, limits=limits)
    finally:
        release_shard(lease=lease)
    conclude_run(run_id=run_id)
    ring_if_due(run_id=run_id, number=number)


@shared_task(name="judges.jobs.step_batch")
def step_batch(batch_id: int) -> None:
    """Take a batch at a provider one step further: hand it over, look for it, or record what came back."""
    step_batch_once(batch_id=batch_id)


@shared_task(name="judges.jobs.plan_following")
def plan_following(project_id: int) -> None:
    """Let the project's runs that follow take up its new tasks."""
    plan_following_runs(project_id=project_id)


@shared_task(name="judges.jobs.stop_archived")
def stop_archived() -> None:
    """Pause what runs in projects that were archived."""
    stop_archived_runs()


@shared_task(name="judges.jobs.fill_panel")
def fill_panel(panel_id: int) -> None:
    """Let a panel speak on what its members said since it last did."""
    fill_due_panel(panel_id=panel_id)


@shared_task(name="judges.jobs.step_cascade")
def step_cascade(cascade_run_id: int) -> None:
    """Take a cascade at work a step further."""
    step_cascade_once(run_id=cascade_run_id)
