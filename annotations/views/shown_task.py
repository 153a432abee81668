"""A task with what was said of it, as reviewers and raters who are asked again see it: no system, no name."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from annotations.domain.reading.shown_answers import Shown, show_ratings
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.showing.blinding import blind_task
from annotations.domain.showing.material import TaskMaterial
from annotations.domain.showing.presentation import count_shown, draw_order
from annotations.models import Annotation, Assignment, Origin, Rater, RaterKind, Task
from annotations.views.fields import Field, describe_fields
from annotations.views.saying import SaidOf, say
from annotations.views.stage import Column, describe_column, holds_marks
from annotations.views.texts import ShownText, show_text


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A blinded task in the order drawn for one rater; `marks`: passages of its answer are marked."""

    kind: str
    language: str
    prompt: ShownText | None
    context: ShownText | None
    reference: ShownText | None
    columns: tuple[Column, ...]
    marks: bool
    fields: tuple[Field, ...]
    order: tuple[int, ...]
    texts: ShownTexts


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """Somebody's answer; `number` stands for their name, and one given here may be returned to them.

    `values` are in the terms of the task as it is shown here.
    """

    public_id: UUID
    number: int
    is_person: bool
    is_simulated: bool
    may_be_returned: bool
    phase: str
    rater: Rater
    values: Shown
    said: tuple[SaidOf, ...]


def show_task(
    *, task: Task, rater: Rater, repeat: int = 0, material: TaskMaterial | None = None
) -> ShownTask:
    """The task as this rater was shown it, or would be; `material` where it was read for many tasks at once."""
    held = Assignment(task=task, rater=rater, project=task.project, repeat=repeat)
    blind = blind_task(assignment=held, material=material)
    prompt = "" if len(blind.turns) > 1 else blind.turns[0] if blind.turns else blind.prompt
    marks = holds_marks(blind)
    return ShownTask(
        kind=blind.kind,
        language=blind.language,
        prompt=show_text(prompt),
        context=show_text(blind.context),
        reference=show_text(blind.reference),
        columns=tuple(describe_column(blind, generation, marks=marks) for generation in blind.generations),
        marks=marks,
        fields=describe_fields(
            sorted(blind.criteria, key=lambda criterion: criterion.position), answers=len(blind.generations)
        ),
        order=draw_order(task=task, rater=rater, size=count_shown(task), repeat=repeat),
        texts=ShownTexts(task),
    )


def show_answers(answers: Iterable[Annotation], *, shown: ShownTask) -> tuple[ShownAnswer, ...]:
    """Answers in the terms of a shown task: A is what stands first there, whatever each rater saw."""
    return tuple(_show_answer(answer, number, shown) for number, answer in enumerate(answers, start=1))


def read_answer(answer: Annotation, *, shown: ShownTask) -> Shown:
    """The values of one answer in the terms of a shown task."""
    return show_ratings(answer.ratings.select_related("criterion"), order=shown.order, texts=shown.texts)


def _show_answer(answer: Annotation, number: int, shown: ShownTask) -> ShownAnswer:
    values = show_ratings(answer.ratings.all(), order=shown.order, texts=shown.texts)
    is_person = answer.rater.kind == RaterKind.PERSON
    return ShownAnswer(
        public_id=answer.public_id,
        number=number,
        is_person=is_person,
        is_simulated=answer.rater.origin == Origin.SIMULATED,
        may_be_returned=is_person
        and answer.assignment_id is not None
        and answer.rater.deactivated_at is None,
        phase=answer.phase,
        rater=answer.rater,
        values=values,
        said=say(shown.fields, values, texts=shown.texts),
    )
