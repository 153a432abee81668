"""Ratings in the ledger for tests of what is read from it."""

from datetime import datetime
from typing import Any  # JSON columns hold any JSON value

from annotations.models import (
    Annotation,
    Criterion,
    Origin,
    Phase,
    Presentation,
    Project,
    Rater,
    RaterKind,
    Rating,
    Task,
)


def make_rater(
    project: Project,
    name: str,
    kind: RaterKind = RaterKind.PERSON,
    *,
    origin: Origin = Origin.IMPORTED,
    group: str = "",
    **fields: Any,
) -> Rater:
    return Rater.objects.create(project=project, name=name, kind=kind, origin=origin, group=group, **fields)


def rate(
    task: Task,
    rater: Rater,
    value: float | str | None,
    *,
    criterion: Criterion | None = None,
    absent: str | None = None,
    order: str = "",
    presentation: Presentation = Presentation.UNKNOWN,
    phase: Phase = Phase.INDEPENDENT,
    supersedes: Annotation | None = None,
    retracted_at: datetime | None = None,
    repeat: int = 0,
) -> Annotation:
    """One rating of the task's only criterion (or the one named); what it supersedes is no longer current."""
    if supersedes is not None:
        Annotation.objects.filter(pk=supersedes.pk).update(is_current=False)
    annotation = Annotation.objects.create(
        project=task.project,
        task=task,
        rater=rater,
        presentation=presentation,
        shown_order=order,
        phase=phase,
        supersedes=supersedes,
        retracted_at=retracted_at,
        is_current=retracted_at is None,
        repeat=repeat,
    )
    held = {"code": value} if isinstance(value, str) else {"number": value}
    Rating.objects.create(
        project=task.project,
        annotation=annotation,
        criterion=criterion or task.rubric.criteria.get(),
        absent=absent,
        **held,
    )
    return annotation
