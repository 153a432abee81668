"""The answers to tasks that stand now, whoever gave them."""

from collections.abc import Collection
from typing import Any  # a passage is JSON

from django.db.models import Prefetch, QuerySet

from annotations.models import Annotation, Origin, Phase, RaterKind, Rating, Task

Marks = list[dict[str, Any]]  # marked passages
OF_RATERS = (Phase.INDEPENDENT, Phase.REVISED, Phase.DISCUSSED)


def list_standing_answers(task: Task) -> QuerySet[Annotation]:
    """Current answers to a task with their ratings, but for references and checks; in an order that tells nothing."""
    ratings = Prefetch("ratings", Rating.objects.select_related("criterion").order_by("criterion__position"))
    return (
        Annotation.objects.filter(task=task, is_current=True)
        .exclude(rater__kind=RaterKind.REFERENCE)
        .exclude(phase__in=(Phase.TRAINED, Phase.CHECK))
        .select_related("rater", "assignment")
        .prefetch_related(ratings)
        .order_by("public_id")
    )


def read_values_of_people(
    tasks: Collection[int],
) -> list[tuple[int, int, int, float | None, str | None, Marks | None]]:
    """Task, criterion, rater, number, code and marks of each standing value that people gave to these tasks (ids)."""
    rows = Rating.objects.filter(
        annotation__task__in=tasks,
        annotation__is_current=True,
        annotation__phase__in=OF_RATERS,
        annotation__rater__kind=RaterKind.PERSON,
        absent=None,
    ).exclude(annotation__rater__origin=Origin.SIMULATED)
    fields = ("annotation__task_id", "criterion_id", "annotation__rater_id", "number", "code", "spans")
    return list(rows.order_by("pk").values_list(*fields))
