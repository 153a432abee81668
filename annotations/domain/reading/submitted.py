"""What a person sends for a task, as it is read and checked, and as the ledger keeps it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # ratings come as JSON

from annotations.domain.reading.answers import RatingDraft, read_answers
from annotations.domain.reading.legal import Illegal, clean_text
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.showing.presentation import count_shown, draw_order, spell_order
from annotations.models import Annotation, Assignment, Phase, Presentation, Rating
from annotations.queries.rubrics import criteria_of
from evalplatform.common.bulk_rows import insert_rows
from evalplatform.common.composed import insert_row
from evalplatform.common.errors import Invalid, Missing
from evalplatform.common.hashing import hash_content

LONGEST_SECONDS = 86_400
VALUES = ("number", "code", "text", "spans", "absent")  # one of them holds an answer
COLUMNS = ("project", "annotation", "criterion", *VALUES, "rationale", "confidence", "meta")


@dataclass(frozen=True, slots=True)
class Content:
    """A submission, read and checked."""

    drafts: list[RatingDraft]
    order: tuple[int, ...]
    texts: ShownTexts
    seconds: float | None
    client_key: str
    digest: str


def read_content(
    assignment: Assignment, ratings: Mapping[str, Any], seconds: float | None, client_key: str
) -> Content:
    """What was sent, in canonical terms. Raises Invalid, and Missing where the project is gone."""
    task = assignment.task
    try:
        client_key = clean_text(client_key, what="client_key", longest=64)
    except Illegal as error:
        raise Invalid.at(str(error), field="client_key") from None
    if not client_key:
        raise Invalid.at("a name of this submission is needed", field="client_key")
    if seconds is not None and not (math.isfinite(seconds) and 0 <= seconds <= LONGEST_SECONDS):
        raise Invalid.at(f"must lie between 0 and {LONGEST_SECONDS}", field="seconds")
    order = draw_order(task=task, rater=assignment.rater, size=count_shown(task), repeat=assignment.repeat)
    texts = ShownTexts(task)
    criteria = criteria_of(task.rubric)
    if not criteria:  # deleted with the project since the lease was read
        raise Missing("No such assignment.")
    drafts = read_answers(criteria=criteria, raw=ratings, order=order, texts=texts)
    digest = hash_content([str(assignment.public_id), [draft.describe() for draft in drafts]])
    return Content(drafts, order, texts, seconds, client_key, digest)


def store_content(
    assignment: Assignment, content: Content, phase: Phase, supersedes: Annotation | None
) -> Annotation:
    """A new current answer with a rating for each criterion; `supersedes` is the one whose place it takes."""
    annotation = Annotation(
        project_id=assignment.project_id,
        task_id=assignment.task_id,
        rater_id=assignment.rater_id,
        assignment=assignment,
        repeat=assignment.repeat,
        presentation=Presentation.SHOWN,
        shown_order=spell_order(content.order),
        phase=phase,
        supersedes=supersedes,
        seconds=content.seconds,
        client_key=content.client_key,
        content_hash=content.digest,
    )
    insert_row(annotation)
    insert_rows(Rating, COLUMNS, [_write_rating(annotation, draft) for draft in content.drafts])
    return annotation


def _write_rating(annotation: Annotation, draft: RatingDraft) -> dict[str, Any]:
    return {
        "project": annotation.project_id,
        "annotation": annotation.pk,
        "criterion": draft.criterion.pk,
        **dict.fromkeys(VALUES),
        draft.field: draft.value,
        "rationale": draft.rationale,
        "confidence": draft.confidence,
        "meta": draft.meta,
    }
