"""What a rater is shown after each answer of their training."""

from dataclasses import dataclass

from annotations.domain.queue.qualify import Progress, find_standing
from annotations.models import Assignment
from annotations.queries.checked_answers import find_answer_and_expected
from annotations.views.shown_task import ShownAnswer, ShownTask, show_answers, show_task


@dataclass(frozen=True, slots=True)
class Feedback:
    """The task as it was shown, what the rater said of it, and what was expected with its reason."""

    shown: ShownTask
    answers: tuple[ShownAnswer, ...]
    as_expected: bool
    progress: Progress | None


def describe_feedback(assignment: Assignment) -> Feedback:
    """Of an answered training task."""
    answers, as_expected = find_answer_and_expected(assignment)
    shown = show_task(task=assignment.task, rater=assignment.rater, repeat=assignment.repeat)
    return Feedback(
        shown=shown,
        answers=show_answers(answers, shown=shown),
        as_expected=as_expected,
        progress=find_standing(rater=assignment.rater),
    )
