"""What a rater may see of a task. These records have no place for a system, so that none can slip through."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from annotations.domain.showing.material import TaskMaterial, mask_task
from annotations.domain.showing.presentation import draw_order
from annotations.models import Assignment, Criterion, TaskKind
from annotations.queries.rubrics import criteria_of

LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class BlindGeneration:
    """One answer under the letter of its place; `turns` where the conversation has several."""

    label: str
    text: str
    turns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlindTask:
    """A task as its rater sees it: generations in the order drawn for them, names masked."""

    public_id: UUID
    kind: TaskKind
    turn: int | None
    prompt: str
    turns: tuple[str, ...]
    context: str
    reference: str
    language: str
    generations: tuple[BlindGeneration, ...]
    criteria: tuple[Criterion, ...]


def blind_task(*, assignment: Assignment, material: TaskMaterial | None = None) -> BlindTask:
    """The task of an assignment without anything that tells who wrote what; equal for all raters but for the order.

    `material` is what `mask_tasks` says of it, where that was read for many tasks at once.
    """
    task = assignment.task
    criteria = criteria_of(task.rubric)
    material = material or mask_task(task=task)
    return BlindTask(
        public_id=task.public_id,
        kind=TaskKind(task.kind),
        turn=task.turn,
        prompt=material.prompt,
        turns=material.turns,
        context=material.context,
        reference=material.reference if _shows_reference(criteria) else "",
        language=material.language,
        generations=_order_replies(assignment, material),
        criteria=criteria,
    )


def _order_replies(assignment: Assignment, material: TaskMaterial) -> tuple[BlindGeneration, ...]:
    replies = material.replies
    order = draw_order(
        task=assignment.task, rater=assignment.rater, size=len(replies), repeat=assignment.repeat
    )
    shown = [replies[position] for position in order]
    return tuple(
        BlindGeneration(label, reply.text, reply.turns) for label, reply in zip(LABELS, shown, strict=False)
    )


def _shows_reference(criteria: Sequence[Criterion]) -> bool:
    return any(criterion.options.get("show_reference") for criterion in criteria)
