"""Versions of a project's rubrics, and how many tasks are asked by each."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotations.models import Criterion, Project, Rubric, Slot, SlotState, Task, TaskState

KEPT = 256  # rubrics whose criteria a process keeps


def criteria_of(rubric: Rubric) -> tuple[Criterion, ...]:
    """What the rubric asks, in order. A used rubric never changes: a process reads its criteria once."""
    if rubric.used_at is None:
        return tuple(rubric.criteria.all())
    return _keep_criteria(rubric.public_id, rubric.used_at, rubric.pk)


@lru_cache(maxsize=KEPT)
def _keep_criteria(public_id: UUID, used_at: datetime, pk: int) -> tuple[Criterion, ...]:
    """By the public id, which no other rubric ever gets; whoever is given them changes nothing about them.

    And by the moment of its first use: a transaction that is rolled back takes that with it, and the next first use
    has another. So what was read within it, and never came to be, is asked for by nobody.
    """
    return tuple(Criterion.objects.filter(rubric=pk).order_by("position"))


def list_versions(rubric: Rubric) -> list[Rubric]:
    """All versions of this rubric, the newest first."""
    return list(Rubric.objects.filter(project=rubric.project_id, key=rubric.key).order_by("-version"))


def list_rubric_versions(project: Project) -> QuerySet[Rubric]:
    """All versions of all rubrics by key, the newest first, each with `asked`: its tasks that are not withdrawn."""
    asked = Count("tasks", filter=~Q(tasks__state=TaskState.WITHDRAWN))
    rows = Rubric.objects.filter(project=project).select_related("project")
    return rows.annotate(asked=asked).order_by("key", "-version")


def count_begun(rubric: Rubric) -> int:
    """Open tasks of this rubric's earlier versions that people may still be dealt or judges asked."""
    earlier = Task.objects.filter(
        project=rubric.project_id, rubric__key=rubric.key, rubric__version__lt=rubric.version
    )
    closed = Slot.objects.filter(task=OuterRef("pk"))
    given_up = closed.filter(state=SlotState.WITHDRAWN)
    is_closed = Exists(given_up) & ~Exists(closed.exclude(state=SlotState.WITHDRAWN))
    return earlier.filter(~is_closed, state=TaskState.OPEN).count()
