"""Answers of simulated raters: in the same ledger, under an origin that no figure about people takes in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from annotations.domain.asking.rubrics import mark_rubrics_used
from annotations.domain.showing.presentation import draw_order, spell_order
from annotations.models import (
    Annotation,
    Criterion,
    Origin,
    Presentation,
    Project,
    Rater,
    RaterKind,
    Rating,
    Rubric,
    Task,
)

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class SimulatedAnnotation:
    """Values by criterion key, preferences against the canonical order."""

    task: Task
    values: Mapping[str, str | float]
    seconds: float


@transaction.atomic
def record_simulated_annotations(
    *, project: Project, name: str, reliability: Mapping[str, float], simulated: Iterable[SimulatedAnnotation]
) -> int:
    """Record the answers of one simulated rater; tasks that the rater has answered before are left alone.

    Returns how many answers are new.
    """
    rater, _ = Rater.objects.get_or_create(
        project=project,
        kind=RaterKind.PERSON,
        name=name,
        defaults={"origin": Origin.SIMULATED, "group": "simulated", "attributes": dict(reliability)},
    )
    known = set(rater.annotations.values_list("task_id", flat=True))
    fresh = [answer for answer in simulated if answer.task.pk not in known]
    annotations = Annotation.objects.bulk_create(
        [_build_annotation(rater, answer) for answer in fresh], BATCH
    )
    used = Rubric.objects.filter(tasks__in=[answer.task.pk for answer in fresh])
    mark_rubrics_used(rubrics=used, now=timezone.now())
    criteria = {(c.rubric_id, c.key): c for c in Criterion.objects.filter(project=project)}
    Rating.objects.bulk_create(
        [
            _build_rating(annotation, criteria[answer.task.rubric_id, key], value)
            for annotation, answer in zip(annotations, fresh, strict=True)
            for key, value in answer.values.items()
        ],
        BATCH,
    )
    return len(fresh)


def _build_annotation(rater: Rater, answer: SimulatedAnnotation) -> Annotation:
    order = draw_order(task=answer.task, rater=rater, size=len(answer.task.positions.all()))
    return Annotation(
        project=rater.project,
        task=answer.task,
        rater=rater,
        presentation=Presentation.SHOWN,
        shown_order=spell_order(order),
        seconds=answer.seconds,
    )


def _build_rating(annotation: Annotation, criterion: Criterion, value: str | float) -> Rating:
    rating = Rating(project=annotation.project, annotation=annotation, criterion=criterion)
    if isinstance(value, str):
        rating.code = value
    else:
        rating.number = value
    return rating
