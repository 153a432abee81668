"""How a run's calls are made: at once by a loop, or handed over in batches."""

import asyncio
import time

from judges.engine.batches.lane import fill_batches
from judges.engine.ledger.leases import ShardLease
from judges.engine.running.limits import Limits
from judges.engine.running.shard import work_on_shard
from judges.models import Lane, Run


def work_in_lane(*, lease: ShardLease, limits: Limits) -> None:
    """Work on the shard in the lane of its run until nothing is due, the time is up, or a stop is asked for."""
    if Run.objects.values_list("lane", flat=True).get(pk=lease.run_id) == Lane.LIVE:
        asyncio.run(work_on_shard(lease=lease, limits=limits))
        return
    end = time.monotonic() + limits.seconds
    fill_batches(lease=lease, should_stop=lambda: limits.should_stop() or time.monotonic() > end)
