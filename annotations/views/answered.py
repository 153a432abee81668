"""What a rater has answered, as they saw it: a line of the list, and the values that the form opens with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from annotations.domain.reading.shown_answers import Shown, show_ratings
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.showing.blinding import BlindTask, blind_task
from annotations.domain.showing.presentation import count_shown, draw_order
from annotations.models import Annotation, Assignment, Phase
from annotations.queries.submissions import phase_as_told
from annotations.views.fields import DIGITS, describe_fields
from annotations.views.saying import SaidOf, say

LAST_SHOWN = len(DIGITS)  # each opens by a digit
LONGEST_EXCERPT = 140


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """One answer in the list: `key` opens it, `asked` is how its task begins."""

    public_id: UUID
    key: str
    asked: str
    language: str
    said: tuple[SaidOf, ...]
    stored_at: datetime
    is_revised: bool


def describe_last(answers: Iterable[Annotation]) -> tuple[LastAnswer, ...]:
    """The rater's own answers as a list; as many of them as there are digits."""
    return tuple(_describe(answer, key) for answer, key in zip(answers, DIGITS, strict=False))


def show_own_answer(answer: Annotation, assignment: Assignment, *, texts: ShownTexts | None = None) -> Shown:
    """The values of an answer as its rater was shown the task; `texts` where they are read for more than this."""
    task = assignment.task
    order = draw_order(task=task, rater=assignment.rater, size=count_shown(task), repeat=assignment.repeat)
    return show_ratings(answer.ratings.all(), order=order, texts=texts or ShownTexts(task))


def own_assignment(answer: Annotation) -> Assignment:
    """The lease under which a live person gave the answer, with its project set on its task and rater."""
    assignment = answer.assignment
    if assignment is None:
        raise ValueError("an imported answer has no lease")
    assignment.task.project = assignment.rater.project = assignment.project  # the same row, read once
    return assignment


def _describe(answer: Annotation, key: str) -> LastAnswer:
    assignment = own_assignment(answer)
    blind, texts = blind_task(assignment=assignment), ShownTexts(assignment.task)
    fields = describe_fields(
        sorted(blind.criteria, key=lambda criterion: criterion.position), answers=len(blind.generations)
    )
    return LastAnswer(
        public_id=answer.public_id,
        key=key,
        asked=_begin(blind),
        language=blind.language,
        said=say(fields, show_own_answer(answer, assignment, texts=texts), texts=texts),
        stored_at=answer.created_at,
        is_revised=phase_as_told(answer) in (Phase.REVISED, Phase.DISCUSSED),
    )


def _begin(blind: BlindTask) -> str:
    """How the task begins: its prompt, or its first answer where nothing was asked."""
    asked = blind.turns[0] if blind.turns else blind.prompt
    text = " ".join((asked or blind.generations[0].text).split())
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}…"
