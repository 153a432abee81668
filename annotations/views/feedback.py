"""What a rater is shown after each answer of their training."""

from collections.abc import Iterator
from dataclasses import dataclass

from annotations.domain.queue.qualify import Progress, find_standing
from annotations.models import Assignment
from annotations.queries.checked_answers import ComparedAnswer, compare_with_expected
from annotations.queries.compared import ROUNDING
from annotations.views.shown_task import ShownAnswer, ShownTask, show_answers, show_task


@dataclass(frozen=True, slots=True)
class Feedback:
    """The task as it was shown, what the rater said of it, and what was expected with its reason.

    `apart`: of each question of expected marks, its name, and in % how far the rater's lie from them and may lie, to
    so many digits, less than 0 where a whole number is written without any.
    """

    shown: ShownTask
    answers: tuple[ShownAnswer, ...]
    as_expected: bool
    apart: tuple[tuple[str, float, float, int], ...]
    progress: Progress | None


def describe_feedback(assignment: Assignment) -> Feedback:
    """Of an answered training task."""
    compared = compare_with_expected(assignment)
    shown = show_task(task=assignment.task, rater=assignment.rater, repeat=assignment.repeat)
    return Feedback(
        shown=shown,
        answers=show_answers(compared.answers, shown=shown),
        as_expected=compared.as_expected,
        apart=tuple(_describe_apart(compared, shown)),
        progress=find_standing(rater=assignment.rater),
    )


def _describe_apart(compared: ComparedAnswer, shown: ShownTask) -> Iterator[tuple[str, float, float, int]]:
    labels = {field.key: field.label for field in shown.fields}
    ratings = [rating for answer in compared.answers[-1:] for rating in answer.ratings.all()]
    for rating in ratings:
        if rating.criterion_id in compared.apart:
            far, allowed = compared.apart[rating.criterion_id]
            digits = 1
            while far > allowed + ROUNDING and round(100 * far, digits) <= round(100 * allowed, digits):
                digits += 1  # too far is not to read like far enough
            yield labels[rating.criterion.key], 100 * far, 100 * allowed, -digits
