"""The Celery job that works on runs. Messages carry ids; what is to do stands in the ledger."""

import asyncio
import mmap
from typing import Any  # Celery's signals send any arguments

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings

from judges.engine.control import conclude_run, ring_if_due
from judges.engine.leases import release_shard, take_shard
from judges.engine.loop import Limits, work_on_shard
from judges.engine.plan import plan_following as plan_following_runs

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
    limits = Limits(seconds=settings.EVALPLATFORM_LOOP_SECONDS, should_stop=is_shutting_down)
    try:
        asyncio.run(work_on_shard(lease=lease, limits=limits))
    finally:
        release_shard(lease=lease)
    conclude_run(run_id=run_id)
    ring_if_due(run_id=run_id, number=number)


@shared_task(name="judges.jobs.plan_following")
def plan_following(project_id: int) -> None:
    """Let the project's runs that follow take up its new tasks."""
    plan_following_runs(project_id=project_id)
