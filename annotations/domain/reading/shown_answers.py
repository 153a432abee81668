"""Answers in terms of what their rater was shown, as they were sent: `first` is A, whichever system that was."""

from collections.abc import Iterable
from typing import Any  # values are JSON

from annotations.domain.reading.answers import RatingDraft
from annotations.domain.reading.spans import ShownTexts, show_spans
from annotations.domain.showing.presentation import count_shown, draw_order, show_code
from annotations.models import Annotation, Criterion, Level, Rating
from annotations.queries.checks import find_expected
from evalplatform.common.errors import Conflict

Shown = dict[str, dict[str, Any]]  # by criterion: value or absent, and what was said beside it


def show_ratings(ratings: Iterable[Rating], *, order: tuple[int, ...], texts: ShownTexts) -> Shown:
    """What was stored."""
    return {
        rating.criterion.key: _turn(rating.criterion, order, texts, value=_read_value(rating))
        | _without_nulls(
            absent=rating.absent,
            rationale=rating.rationale,
            confidence=rating.confidence,
            strength=(rating.meta or {}).get("strength"),
        )
        for rating in ratings
    }


def show_drafts(drafts: Iterable[RatingDraft], *, order: tuple[int, ...], texts: ShownTexts) -> Shown:
    """What was sent, once it has been read."""
    return {
        draft.criterion.key: _turn(
            draft.criterion, order, texts, value=None if draft.field == "absent" else draft.value
        )
        | _without_nulls(
            absent=draft.value if draft.field == "absent" else None,
            rationale=draft.rationale,
            confidence=draft.confidence,
            strength=draft.strength,
        )
        for draft in drafts
    }


def show_expected(annotation: Annotation) -> Shown | None:
    """What was expected where the answer's task has a known answer, as the answer's rater was shown it."""
    task = annotation.task
    expected = find_expected(task)
    if expected is None:
        return None
    order = draw_order(task=task, rater=annotation.rater, size=count_shown(task), repeat=annotation.repeat)
    return show_ratings(expected.ratings.all(), order=order, texts=ShownTexts(task))


def says_same(
    stored: Annotation, *, drafts: Iterable[RatingDraft], order: tuple[int, ...], texts: ShownTexts
) -> bool:
    """Whether both say the same of every criterion."""
    ratings = stored.ratings.select_related("criterion")
    shown = show_ratings(ratings, order=order, texts=texts)
    return shown == show_drafts(drafts, order=order, texts=texts)


def build_conflict(
    detail: str,
    *,
    stored: Annotation,
    drafts: Iterable[RatingDraft],
    order: tuple[int, ...],
    texts: ShownTexts,
) -> Conflict:
    """A conflict that carries both answers; a revision that names the stored one settles it."""
    ratings = stored.ratings.select_related("criterion").order_by("criterion__position")
    return Conflict(
        detail,
        extra={
            "stored": {
                "id": str(stored.public_id),
                "created_at": stored.created_at.isoformat(),
                "ratings": show_ratings(ratings, order=order, texts=texts),
            },
            "sent": {"ratings": show_drafts(drafts, order=order, texts=texts)},
        },
    )


def _read_value(rating: Rating) -> Any:
    if rating.absent:
        return None
    values = (rating.number, rating.code, rating.text, rating.spans)
    return next((value for value in values if value is not None), "")


def _turn(criterion: Criterion, order: tuple[int, ...], texts: ShownTexts, *, value: Any) -> dict[str, Any]:
    """The value as it was shown, if there is one."""
    if isinstance(value, str) and criterion.level == Level.PREFERENCE:
        value = show_code(criterion, value, order)
    elif isinstance(value, list):
        value = show_spans(value, texts=texts)
    return _without_nulls(value=value)


def _without_nulls(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part is not None}
