"""Storing what a reference rater says: the decisions of reviewers, and the expected answers of checks."""

from collections.abc import Sequence

from annotations.domain.reading.answers import RatingDraft
from annotations.domain.showing.presentation import spell_order
from annotations.models import Annotation, Phase, Presentation, Rater, Rating, Task


def store_reference(
    *,
    task: Task,
    rater: Rater,
    drafts: Sequence[RatingDraft],
    order: tuple[int, ...],
    digest: str,
    supersedes: Annotation | None,
    phase: Phase = Phase.INDEPENDENT,
) -> Annotation:
    """Keep the ratings as shown in `order` (canonical positions); whoever calls has seen to the row they supersede."""
    annotation = Annotation.objects.create(
        project=task.project,
        task=task,
        rater=rater,
        presentation=Presentation.SHOWN,
        shown_order=spell_order(order),
        phase=phase,
        supersedes=supersedes,
        content_hash=digest,
    )
    Rating.objects.bulk_create(
        Rating(
            project=task.project,
            annotation=annotation,
            criterion=draft.criterion,
            rationale=draft.rationale,
            confidence=draft.confidence,
            meta=draft.meta,
            **{draft.field: draft.value},
        )
        for draft in drafts
    )
    return annotation
