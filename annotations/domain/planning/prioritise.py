"""Moving tasks forward in the queue. An order that somebody chose makes the project exploratory."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import F

from annotations.domain.locks.project_lock import lock_project
from annotations.domain.planning.tasks import LARGEST_PRIORITY, task_rank
from annotations.domain.planning.waves import end_waves
from annotations.models import Project, Routing, Slot, SlotState, Task
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Invalid

CHUNK = 500


@transaction.atomic
def prioritise_tasks(
    *, project: Project, task_ids: Collection[UUID], priority: int, actor: User | None
) -> int:
    """Deal these tasks before those of lower priority, from each rater's next claim on; returns how many they are.

    0 puts them back to where they were. Waves end with it, since what is chosen is not drawn. Raises Invalid for ids
    that name no task of the project.
    """
    if not 0 <= priority <= LARGEST_PRIORITY:
        raise Invalid.at(f"must lie between 0 and {LARGEST_PRIORITY}", field="priority")
    project = lock_project(project)
    end_waves(project=project)
    wanted = sorted(set(task_ids))
    for start in range(0, len(wanted), CHUNK):
        _rerank(project, wanted[start : start + CHUNK], priority)
    Project.objects.filter(pk=project.pk).update(queue_epoch=F("queue_epoch") + 1, routing=Routing.SORTED)
    record_event(
        actor=actor,
        action="prioritise_tasks",
        target="project",
        target_id=project.public_id,
        project=project.public_id,
        details={"priority": priority, "tasks": [str(public_id) for public_id in wanted]},
    )
    return len(wanted)


def _rerank(project: Project, public_ids: list[UUID], priority: int) -> None:
    tasks = list(Task.objects.filter(project=project, public_id__in=public_ids).order_by("pk"))
    if len(tasks) < len(public_ids):
        raise Invalid.at("no such task in this project", field="tasks")
    for task in tasks:
        task.priority = priority
        task.rank = task_rank(project=project, identity=task.identity, priority=priority)
        Slot.objects.filter(task=task, state__in=(SlotState.FREE, SlotState.LEASED)).update(rank=task.rank)
    Task.objects.bulk_update(tasks, ["priority", "rank"])
