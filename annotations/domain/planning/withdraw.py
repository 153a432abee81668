"""Taking an item out of the work: nobody is asked about it any more, what was answered stays."""

from datetime import datetime

from django.db import transaction

from annotations.domain.locks.project_lock import lock_project
from annotations.domain.queue.leases import end_lease
from annotations.models import Assignment, AssignmentState, Item, Slot, SlotState, Task, TaskState
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict

OPEN = (SlotState.FREE, SlotState.LEASED, SlotState.WAITING)


@transaction.atomic
def withdraw_item(*, item: Item, actor: User, now: datetime | None = None) -> int:
    """Withdraw the item's tasks and their places; returns how many tasks. The same again changes nothing.

    What is submitted afterwards is kept as surplus. Raises Conflict for an item that has no tasks.
    """
    project = lock_project(item.project)
    tasks = Task.objects.filter(item=item)
    if not tasks.exists():
        raise Conflict("This item has no tasks that could be withdrawn.")
    now = now or database_now()
    is_new = Item.objects.filter(pk=item.pk, withdrawn_at=None).update(withdrawn_at=now)
    ids = list(tasks.exclude(state=TaskState.WITHDRAWN).order_by("pk").values_list("pk", flat=True))
    if not (ids or is_new):
        return 0
    Task.objects.filter(pk__in=ids).update(state=TaskState.WITHDRAWN)
    _close(ids, now)
    record_event(
        actor=actor,
        action="withdraw_item",
        target="item",
        target_id=item.public_id,
        project=project.public_id,
        details={"tasks": len(ids)},
    )
    return len(ids)


def _close(task_ids: list[int], now: datetime) -> None:
    """Leases before their places: that is the order in which a submission locks them."""
    slots = Slot.objects.filter(task__in=task_ids)
    slots.filter(state=SlotState.FREE).update(state=SlotState.WITHDRAWN)
    live = Assignment.objects.filter(task__in=task_ids, state=AssignmentState.LIVE)
    for assignment in live.select_for_update().order_by("pk"):
        end_lease(assignment, AssignmentState.EXPIRED, now)
    slots.filter(state__in=OPEN).update(state=SlotState.WITHDRAWN)
