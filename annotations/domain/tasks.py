"""Tasks: their identity, whether they can be dealt, and their rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any  # a task's context is JSON

from annotations.domain.bulk_rows import insert_rows
from annotations.models import OPEN_TO_ALL, Item, Project, Task, TaskGeneration, TaskKind, TaskState
from evalplatform.common.hashing import hash_content, seeded_integer

BATCH = 2_000
BAND = 54  # bits of the ranks that one raised priority spans
LARGEST_PRIORITY = 100
WHOLE = 0  # beside turns 1, 2, ... in what a generation answers


def task_identity(
    *,
    kind: str,
    item: str,
    systems: Iterable[str],
    turn: int | None,
    context: Mapping[str, Any],
    rubric: tuple[str, int],
) -> str:
    """Hash of what makes a task one and the same: `item` is its key, `rubric` key and version."""
    return hash_content([kind, item, sorted(systems), turn, dict(context), list(rubric)])


def task_rank(*, project: Project, identity: str, priority: int = 0) -> int:
    """The task's place in the project's queue: random among tasks of its priority, below 0 where that is raised."""
    if not priority:
        return seeded_integer(project.seed, identity)
    return seeded_integer(project.seed, identity, bits=BAND) - (priority << BAND)


def find_answered(text: str | None, turns: Sequence[str | None] | None, *, asked: int) -> frozenset[int]:
    """Turns (from 1) that a generation answers, with `WHOLE` where nothing of the conversation is missing.

    `asked` is the number of turns of the item; where an answer has no turns of its own, its text is the whole.
    """
    if turns is None:
        if text is None:
            return frozenset()
        return frozenset({WHOLE} if asked > 1 else {WHOLE, 1})
    answered = {number for number, turn in enumerate(turns, start=1) if turn is not None}
    complete = len(answered) == len(turns) >= asked
    return frozenset(answered | {WHOLE} if complete else answered)


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task as planned; `generations` are ids in canonical order, by code point of their systems' names."""

    kind: TaskKind
    item_id: int
    item: str
    rubric_id: int
    rubric: tuple[str, int]
    systems: tuple[str, ...]
    generations: tuple[int, ...]
    turn: int | None
    dealable: bool
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        return task_identity(
            kind=self.kind,
            item=self.item,
            systems=self.systems,
            turn=self.turn,
            context=self.context,
            rubric=self.rubric,
        )


def ensure_tasks(*, project: Project, drafts: Mapping[str, TaskDraft]) -> tuple[dict[str, int], int]:
    """Ids of the tasks by identity, and how many of them are new."""
    tasks = dict(
        Task.objects.filter(project=project, identity__in=list(drafts)).values_list("identity", "pk")
    )
    missing = {identity: draft for identity, draft in drafts.items() if identity not in tasks}
    items = {draft.item_id for draft in missing.values()}
    gates = dict(Item.objects.filter(pk__in=items).exclude(gate=OPEN_TO_ALL).values_list("pk", "gate"))
    created = Task.objects.bulk_create(
        [
            _build_task(project, identity, draft, gates.get(draft.item_id, OPEN_TO_ALL))
            for identity, draft in missing.items()
        ],
        batch_size=BATCH,
    )
    insert_rows(
        TaskGeneration,
        ("project", "task", "generation", "position"),
        (
            {"project": project.pk, "task": task.pk, "generation": generation, "position": position}
            for task in created
            for position, generation in enumerate(missing[task.identity].generations)
        ),
    )
    return tasks | {task.identity: task.pk for task in created}, len(created)


def _build_task(project: Project, identity: str, draft: TaskDraft, gate: int) -> Task:
    return Task(
        project=project,
        kind=draft.kind,
        item_id=draft.item_id,
        rubric_id=draft.rubric_id,
        turn=draft.turn,
        context=dict(draft.context),
        identity=identity,
        rank=task_rank(project=project, identity=identity),
        gate=gate,
        state=TaskState.OPEN if draft.dealable else TaskState.UNDEALABLE,
    )
