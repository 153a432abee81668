"""The reviewers' queue as it is read."""

from uuid import UUID

from django.db.models import QuerySet

from annotations.models import Adjudication, Project, Query, Review, ReviewState, Task


def list_reviews(project: Project) -> QuerySet[Review]:
    """All tasks that ever entered the queue."""
    return Review.objects.filter(project=project).select_related("task")


def list_open_reviews(project: Project) -> QuerySet[Review]:
    """Those to be settled, the greatest disagreement first: an index holds them in this order."""
    held = list_reviews(project).filter(state=ReviewState.OPEN)
    return held.select_related("task__item", "task__rubric").order_by("-disagreement", "pk")


def find_next_review(project: Project, *, after: Task) -> UUID | None:
    """The task to be settled that stands highest in the queue, but for this one."""
    others = list_open_reviews(project).exclude(task=after)
    return others.values_list("task__public_id", flat=True).first()


def find_decision(task: Task) -> Adjudication | None:
    """The decision that stands."""
    held = Adjudication.objects.filter(task=task, annotation__is_current=True)
    return held.select_related("annotation", "reviewer").first()


def list_queries(task: Task) -> QuerySet[Query]:
    """What raters were asked about the task."""
    return Query.objects.filter(review__task=task).select_related("rater").order_by("pk")
