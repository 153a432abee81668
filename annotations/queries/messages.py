"""What goes between a rater and the reviewers: queries about answers, remarks on tasks, replies."""

from django.db.models import QuerySet

from annotations.models import Annotation, Asking, Project, Query, Rater, RaterKind, Remark
from annotations.queries.standing_answers import list_standing_answers

SHOWN = 100  # messages on a page, the newest


def was_asked_about(*, annotation: Annotation, kind: str | None = None) -> bool:
    """Whether a reviewer asked the rater about this task, in any way or in this one."""
    asked = Query.objects.filter(review__task=annotation.task_id, rater=annotation.rater_id)
    return (asked if kind is None else asked.filter(kind=kind)).exists()


def list_open_queries(rater: Rater) -> QuerySet[Query]:
    """What the rater has not answered yet, the oldest first."""
    asked = Query.objects.filter(rater=rater, answered_at=None)
    return asked.select_related("review", "annotation__assignment").order_by("pk")


def list_remarks_of(rater: Rater) -> QuerySet[Remark]:
    """What the rater remarked, the newest first."""
    return Remark.objects.filter(rater=rater).order_by("-pk")


def list_remarks(project: Project) -> QuerySet[Remark]:
    """Everybody's remarks in the project, the newest first."""
    return Remark.objects.filter(project=project).select_related("task", "rater").order_by("-pk")


def count_unanswered(project: Project) -> int:
    """Remarks that nobody has replied to."""
    return Remark.objects.filter(project=project, replied_at=None).count()


def list_others(query: Query) -> list[Annotation]:
    """What other people said of the task, where the query is a discussion; nothing where it is not."""
    if query.kind != Asking.DISCUSSION:
        return []
    people = list_standing_answers(query.review.task).filter(rater__kind=RaterKind.PERSON)
    return list(people.exclude(rater=query.rater))
