"""What one person has answered in a project: when, and how long each task stood before them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, Sum

from annotations.models import Annotation, Rater


@dataclass(frozen=True, slots=True)
class AnsweredTask:
    """A task whose answer stands, whatever it counts as.

    `answered_at` is the first answer, `seconds` the time on the screen of that, of what was undone, and of revisions.
    """

    task: UUID
    answered_at: datetime
    seconds: float


def list_answered_tasks(*, rater: Rater) -> list[AnsweredTask]:
    """Every task that the person answered here, once each, the oldest first."""
    given = Annotation.objects.filter(project=rater.project_id, rater=rater, assignment__isnull=False)
    tasks = given.values("task__public_id", "repeat").annotate(
        first=Min("created_at"), taken=Sum("seconds"), standing=Count("pk", filter=Q(is_current=True))
    )
    rows = tasks.filter(standing__gt=0).order_by("first", "task__public_id")
    return [
        AnsweredTask(task, first, taken or 0.0)
        for task, first, taken in rows.values_list("task__public_id", "first", "taken")
    ]
