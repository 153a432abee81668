"""Answers in terms of what their rater was shown, as they were sent: `first` is A, whichever system that was."""

from collections.abc import Iterable
from typing import Any  # values are JSON

from annotations.domain.answers import RatingDraft
from annotations.domain.presentation import turn_preference
from annotations.models import Annotation, Criterion, Level, Rating
from evalplatform.common.errors import Conflict

Shown = dict[str, dict[str, Any]]  # by criterion: value or absent, and what was said beside it


def show_ratings(ratings: Iterable[Rating], *, order: tuple[int, ...]) -> Shown:
    """What was stored."""
    return {
        rating.criterion.key: _show(
            rating.criterion, _read_value(rating), rating.absent, rating.rationale, rating.confidence, order
        )
        for rating in ratings
    }


def show_drafts(drafts: Iterable[RatingDraft], *, order: tuple[int, ...]) -> Shown:
    """What was sent, once it has been read."""
    return {
        draft.criterion.key: _show(
            draft.criterion,
            None if draft.field == "absent" else draft.value,
            draft.value if draft.field == "absent" else None,
            draft.rationale,
            draft.confidence,
            order,
        )
        for draft in drafts
    }


def says_same(stored: Annotation, *, drafts: Iterable[RatingDraft], order: tuple[int, ...]) -> bool:
    """Whether both say the same of every criterion."""
    ratings = stored.ratings.select_related("criterion")
    return show_ratings(ratings, order=order) == show_drafts(drafts, order=order)


def build_conflict(
    detail: str, *, stored: Annotation, drafts: Iterable[RatingDraft], order: tuple[int, ...]
) -> Conflict:
    """A conflict that carries both answers; a revision that names the stored one settles it."""
    ratings = stored.ratings.select_related("criterion").order_by("criterion__position")
    return Conflict(
        detail,
        extra={
            "stored": {
                "id": str(stored.public_id),
                "created_at": stored.created_at.isoformat(),
                "ratings": show_ratings(ratings, order=order),
            },
            "sent": {"ratings": show_drafts(drafts, order=order)},
        },
    )


def _read_value(rating: Rating) -> Any:
    if rating.absent:
        return None
    values = (rating.number, rating.code, rating.text, rating.spans)
    return next((value for value in values if value is not None), "")


def _show(
    criterion: Criterion,
    value: Any,
    absent: str | None,
    rationale: str | None,
    confidence: float | None,
    order: tuple[int, ...],
) -> dict[str, Any]:
    if isinstance(value, str) and criterion.level == Level.PREFERENCE:
        value = turn_preference(value, order)
    parts = {"value": value, "absent": absent, "rationale": rationale, "confidence": confidence}
    return {name: part for name, part in parts.items() if part is not None}
