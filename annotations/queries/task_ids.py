"""Tasks by the ids that people know them by."""

from collections.abc import Collection
from uuid import UUID

from annotations.models import Project, Task
from evalplatform.common.errors import Invalid

CHUNK = 500


def find_task_ids(*, project: Project, public_ids: Collection[UUID]) -> list[int]:
    """Rows' ids of these tasks of the project. Raises Invalid where one of them names none."""
    wanted = sorted(set(public_ids))
    found: list[int] = []
    for start in range(0, len(wanted), CHUNK):
        rows = Task.objects.filter(project=project, public_id__in=wanted[start : start + CHUNK])
        found += rows.values_list("pk", flat=True)
    if len(found) < len(wanted):
        raise Invalid.at("no such task in this project", field="tasks")
    return found
