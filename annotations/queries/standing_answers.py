"""The answers to tasks that stand now, whoever gave them."""

from collections.abc import Collection
from typing import Any  # a passage is JSON

from django.db.models import FilteredRelation, Prefetch, Q, QuerySet

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
) -> list[tuple[int, int, int, int | None, float | None, str | None, Marks | None]]:
    """Task, answer, rater, criterion, number, code and marks of each standing value that people gave to these tasks.

    All are ids but the last three. An answer without any value has a row too, without a criterion.
    """
    given = FilteredRelation("ratings", condition=Q(ratings__absent=None))
    fields = (
        "task_id",
        "pk",
        "rater_id",
        "given__criterion_id",
        "given__number",
        "given__code",
        "given__spans",
    )
    rows = _answers_of_people(tasks).annotate(given=given)
    return list(rows.order_by("given__pk").values_list(*fields))


def read_answers_of_people(tasks: Collection[int]) -> list[tuple[int, int]]:
    """Task and answer (ids) of the standing answers of people to these tasks: their values never change."""
    return list(_answers_of_people(tasks).values_list("task_id", "pk"))


def _answers_of_people(tasks: Collection[int]) -> QuerySet[Annotation]:
    standing = Annotation.objects.filter(
        task__in=tasks, is_current=True, phase__in=OF_RATERS, rater__kind=RaterKind.PERSON
    )
    return standing.exclude(rater__origin=Origin.SIMULATED)
