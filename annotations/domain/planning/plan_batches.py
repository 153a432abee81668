"""Tasks and places of accepted batches, in short transactions: raters never wait for a large batch.

A batch notes how far it is in the transaction of each step, so that whoever comes next goes on from there.
"""

import time

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef

from annotations.domain.locks.project_lock import lock_project
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.queue.slots import open_slots
from annotations.models import Batch, BatchState, Generation, Item, Project, Slot, Task, TaskGeneration
from evalplatform.common.bulk_rows import refresh_statistics
from evalplatform.common.errors import PlatformError
from evalplatform.common.wakeups import ring

CHUNK = 50  # items a step
SECONDS = 10.0  # then somebody else has a turn: a request is answered, a sweep goes round
MANY = 1000  # lines of a batch that change how tables are best read
FILLED = (Item, Generation, Task, TaskGeneration, Slot)
PLANNED_TO = "planned_to"  # the last item whose tasks are there
FOLLOWING = "judges.jobs.plan_following"  # by name: annotations know nothing of judges

log = structlog.get_logger("annotations.batches")


def plan_waiting_batches(*, seconds: float = SECONDS) -> int:
    """Plan what requests left unplanned, oldest first, for so long; returns how many batches are done."""
    ends = time.monotonic() + seconds
    waiting = list(
        Batch.objects.filter(state=BatchState.ACCEPTED).order_by("pk").values_list("pk", flat=True)
    )
    return sum(plan_batch(batch_id=pk, seconds=max(ends - time.monotonic(), 0)) for pk in waiting)


def plan_batch(*, batch_id: int, seconds: float = SECONDS) -> bool:
    """Plan the rest of a batch; false where time, a lock or a fault stopped it: the sweep comes again."""
    ends = time.monotonic() + seconds
    try:
        while not (is_done := _plan_and_give_way(batch_id)):
            if time.monotonic() >= ends:
                break
    except (PlatformError, DatabaseError) as error:
        log.warning("a batch is not planned yet", batch=batch_id, reason=str(error))
        return False
    batch = Batch.objects.get(pk=batch_id)
    if is_done and batch.counts["items"] + batch.counts["generations"] >= MANY:
        refresh_statistics(*FILLED)
    ring(FOLLOWING, batch.project_id)
    return is_done


def _plan_and_give_way(batch_id: int) -> bool:
    """A step; on SQLite with a pause as long after it, since who waits for its one writer only looks now and then."""
    began = time.monotonic()
    is_done = _plan_step(batch_id)
    if connection.vendor == "sqlite" and not is_done:
        time.sleep(time.monotonic() - began)
    return is_done


@transaction.atomic
def _plan_step(batch_id: int) -> bool:
    """The next few items of the batch; true when none is left."""
    batch = Batch.objects.select_related("project").get(pk=batch_id)
    project = lock_project(batch.project)
    batch.refresh_from_db(fields=["state", "counts"])
    if batch.state == BatchState.PLANNED:
        return True
    items = _find_next_items(project, batch)
    if items:
        plan_tasks(project=project, items=items)
        open_slots(project=project, items=items)
        batch.counts[PLANNED_TO] = items[-1]
    if len(items) < CHUNK:
        batch.state = BatchState.PLANNED
        batch.counts.pop(PLANNED_TO, None)
    batch.save(update_fields=["state", "counts"])
    return batch.state == BatchState.PLANNED


def _find_next_items(project: Project, batch: Batch) -> list[int]:
    """Items that the batch answers, beyond those that are planned."""
    # By items, not by answers: those would all be sorted anew for every step.
    answered = Generation.objects.filter(item=OuterRef("pk"), batch=batch)
    items = Item.objects.filter(Exists(answered), project=project, pk__gt=batch.counts.get(PLANNED_TO, 0))
    return list(items.order_by("pk").values_list("pk", flat=True)[:CHUNK])
