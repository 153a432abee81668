"""Tasks: their identity, whether they can be dealt, and their rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple  # a task's context is JSON
from uuid import uuid4

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Max, Q
from django.utils import timezone

from annotations.models import OPEN_TO_ALL, Item, Project, Task, TaskGeneration, TaskKind, TaskState
from evalplatform.common.among import Among, AmongTexts
from evalplatform.common.bulk_rows import insert_rows
from evalplatform.common.hashing import hash_content, seeded_integer

TASK_COLUMNS = (
    "public_id", "created_at", "project", "kind", "item", "rubric", "turn", "context", "identity", "rank", "priority",
    "gate", "state",
)  # fmt: skip
PLACE_COLUMNS = ("project", "task", "generation", "position")
BAND = 54  # bits of the ranks that one raised priority spans
LARGEST_PRIORITY = 100
HAS_TEXT = ExpressionWrapper(Q(text__isnull=False), BooleanField())  # of a generation: texts are long
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


def find_answered(turns: Sequence[str | None] | None, *, has_text: bool, asked: int) -> frozenset[int]:
    """Turns (from 1) that a generation answers, with `WHOLE` where nothing of the conversation is missing.

    `asked` is the number of turns of the item; where an answer has no turns of its own, its text is the whole.
    """
    if turns is None:
        if not has_text:
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


class EnsuredTasks(NamedTuple):
    """Ids of tasks by identity, and of how many of them are new, which identities."""

    ids: dict[str, int]
    new: Collection[str]


def ensure_tasks(*, project: Project, drafts: Mapping[str, TaskDraft], are_new: bool = False) -> EnsuredTasks:
    """The tasks of these identities; those that are not there yet are stored.

    `are_new` says that none is there, which saves looking for them.
    """
    known = {} if are_new else _find_tasks(project, drafts)
    missing = {identity: draft for identity, draft in drafts.items() if identity not in known}
    if not missing:
        return EnsuredTasks(known, ())
    items = {draft.item_id for draft in missing.values()}
    gated = Item.objects.filter(Among(F("id"), items)).exclude(gate=OPEN_TO_ALL)
    gates = dict(gated.values_list("pk", "gate"))
    ours = {
        "created_at": connection.ops.adapt_datetimefield_value(timezone.now()),
        "project": project.pk,
        "priority": 0,
    }
    rows = (
        ours | _describe_task(project, identity, draft) | {"gate": gates.get(draft.item_id, OPEN_TO_ALL)}
        for identity, draft in missing.items()
    )
    last = Task.objects.aggregate(last=Max("pk"))["last"] or 0
    insert_rows(Task, TASK_COLUMNS, rows)
    stored = _find_stored(project, missing, after=last)
    places = (
        {"project": project.pk, "task": stored[identity], "generation": generation, "position": position}
        for identity, draft in missing.items()
        for position, generation in enumerate(draft.generations)
    )
    insert_rows(TaskGeneration, PLACE_COLUMNS, places)
    return EnsuredTasks(known | stored, missing)


def _find_tasks(project: Project, identities: Collection[str]) -> dict[str, int]:
    found = Task.objects.filter(AmongTexts(F("identity"), identities), project=project)
    return dict(found.values_list("identity", "pk"))


def _find_stored(project: Project, identities: Collection[str], *, after: int) -> dict[str, int]:
    """Those of these tasks whose ids are higher.

    By ids alone, since few others are so new: to find five hundred names PostgreSQL may read the whole table.
    """
    newest = Task.objects.filter(pk__gt=after).values_list("identity", "pk", "project_id")
    return {identity: pk for identity, pk, owner in newest if owner == project.pk and identity in identities}


def _describe_task(project: Project, identity: str, draft: TaskDraft) -> dict[str, Any]:
    state = TaskState.OPEN if draft.dealable else TaskState.UNDEALABLE
    return {
        "public_id": uuid4().hex,
        "kind": draft.kind.value,
        "item": draft.item_id,
        "rubric": draft.rubric_id,
        "turn": draft.turn,
        "context": dict(draft.context),
        "identity": identity,
        "rank": task_rank(project=project, identity=identity),
        "state": state.value,
    }
