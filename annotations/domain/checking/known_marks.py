"""Marks of a known answer: how far answers may lie apart from them, and reading them from outside."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any  # a passage is JSON

from django.utils.translation import gettext as _

from annotations.domain.formats.marks import check_marks
from annotations.domain.reading.answers import RatingDraft
from annotations.domain.reading.spans import ShownTexts, show_spans
from annotations.models import Annotation
from annotations.queries.compared import MARKS_APART
from annotations.queries.mark_places import is_placed, read_turn
from evalplatform.common.errors import Invalid
from evalplatform.common.strict_json import parse_strict

MOST_APART = 0.5  # of the marks of a known answer, unless it says otherwise


class Unsaid(Enum):
    """How far marks may lie apart is not said: as far as the answer that stands says, else `MOST_APART`."""

    UNSAID = "unsaid"


UNSAID = Unsaid.UNSAID
Share = float | Unsaid | None  # 0 to 1; None: marks are not compared


def keep_marks_apart(drafts: Sequence[RatingDraft], *, standing: Annotation | None) -> list[RatingDraft]:
    """Expected ratings whose marks may lie as far apart as those of the answer that stands, where it has any.

    As far as usual where it has none, or nothing would be compared. Raises Invalid where nothing can be.
    """
    said = {} if standing is None else {
        rating.criterion_id: (rating.meta or {}).get(MARKS_APART)
        for rating in standing.ratings.all()
        if rating.spans is not None
    }  # fmt: skip
    kept = [
        replace(draft, marks_apart=said.get(draft.criterion.pk, MOST_APART))
        if draft.field == "spans"
        else draft
        for draft in drafts
    ]
    return kept if can_compare(kept) else set_marks_apart(drafts, share=MOST_APART)


def set_marks_apart(drafts: Iterable[RatingDraft], *, share: float | None) -> list[RatingDraft]:
    """Expected ratings whose marks are met by answers that lie at most this share apart; None: they are not compared.

    Raises Invalid for a share outside 0 to 1, and where nothing of the answer can be compared.
    """
    if share is not None and not 0 <= share <= 1:
        raise Invalid.at(_("Marks may lie apart by 0 to 100 %."), field="marks_apart")
    expected = [replace(draft, marks_apart=share) if draft.field == "spans" else draft for draft in drafts]
    if not can_compare(expected):
        raise Invalid.at(_("must have a value that answers can be compared with"), field="ratings")
    return expected


def can_compare(drafts: Sequence[RatingDraft]) -> bool:
    """Whether any of these expected ratings is one that answers are held against: texts never are."""
    return any(
        draft.field != "text" and (draft.field != "spans" or draft.marks_apart is not None)
        for draft in drafts
    )


def read_stored_marks(value: Any, *, field: str, texts: ShownTexts) -> Any:
    """Passages of a file, counted in the stored text, as a list or its JSON; in the terms of what is shown.

    Passages without a place have it where their words stand once. Raises Invalid with the field where one does not
    stand in the text, or other words stand there.
    """
    if isinstance(value, str):
        try:
            value = parse_strict(value)
        except (ValueError, Invalid):
            raise Invalid.at(_("a list of marked passages as JSON is wanted"), field=field) from None
    try:
        marks = check_marks(value, None)
    except Invalid as error:
        raise Invalid.at(error.faults[0].message, field=field) from None
    placed = [_find_place(mark, texts) for mark in marks]
    for mark, found in zip(marks, placed, strict=True):
        if found is None:
            words = _("this passage does not stand in the text: %(mark)s")
            raise Invalid.at(words % {"mark": json.dumps(mark, ensure_ascii=False)[:200]}, field=field)
    return show_spans([mark for mark in placed if mark is not None], texts=texts)


def _find_place(mark: dict[str, Any], texts: ShownTexts) -> dict[str, Any] | None:
    """The mark with its place in the stored text, None where it has none: whoever wrote it knows of no masks."""
    text = texts.by_turn.get(read_turn(mark))
    words = mark.get("text")
    if text is None:
        return None
    if not is_placed(mark):
        if not isinstance(words, str) or not words or text.source.count(words) != 1:
            return None
        start = text.source.index(words)
        return {**mark, "start": start, "end": start + len(words)}
    stored = text.source[mark["start"] : mark["end"]]
    return mark if mark["end"] <= len(text.source) and words in (None, stored) else None
