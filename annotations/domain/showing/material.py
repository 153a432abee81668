"""What all raters of a task see of it, people and judges alike: the same texts, names masked.

Generations stand in canonical order; these records have no place for a system, so that none can slip through.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple  # references and turns are JSON

from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects

from annotations.domain.showing.masking import mask_names, trace_names
from annotations.models import Generation, Project, System, Task, TaskGeneration, TaskKind
from evalplatform.common.among import Among
from evalplatform.common.composed import composed
from evalplatform.common.traced import Traced

Names = tuple[list[str], list[str]]
Text = tuple[str | None, list[str] | None]  # of a generation: the whole and its turns


@dataclass(frozen=True, slots=True)
class MaskedReply:
    """One answer; `text` is what is rated, `turns` the conversation up to it where there are several."""

    text: str
    turns: tuple[str, ...] = ()

    def align(self, requests: int) -> tuple[str, ...]:
        """One answer a request: a text without turns of its own answers the last one."""
        return self.turns or ("",) * (requests - 1) + (self.text,)


@dataclass(frozen=True, slots=True)
class TaskMaterial:
    """The texts of a task up to the rated turn, in one order for all who rate it.

    `references` go with the requests, turn by turn; `reference` is the part for what is rated.
    """

    prompt: str
    turns: tuple[str, ...]
    context: str
    references: tuple[str, ...]
    reference: str
    language: str
    replies: tuple[MaskedReply, ...]

    @property
    def requests(self) -> tuple[str, ...]:
        """What was asked, one text a turn."""
        return self.turns or (self.prompt,)


class _Stored(NamedTuple):
    """What is stored of a task and its item."""

    turn: int | None
    prompt: str | None
    turns: list[str] | None
    context: str
    reference: Any
    language: str


ITEM_FIELDS = tuple(f"item__{name}" for name in _Stored._fields[1:])


def mask_tasks(*, tasks: Sequence[Task]) -> list[TaskMaterial]:
    """The material of each task, in the order given; the number of queries does not grow with the tasks."""
    places = TaskGeneration.objects.select_related("generation")
    prefetch_related_objects(tasks, "item", "project", Prefetch("positions", queryset=places))
    names = {project_id: _read_names(project_id) for project_id in {task.project_id for task in tasks}}
    return [
        _describe(
            _stored_of(task),
            [(place.generation.text, place.generation.turns) for place in task.positions.all()],
            task.project.language,
            names[task.project_id],
        )
        for task in tasks
    ]


def mask_task(*, task: Task) -> TaskMaterial:
    """The material of one task whose item and project are at hand."""
    names = _read_names(task.project_id)
    return _describe(_stored_of(task), _list_texts(task=task.pk), task.project.language, names)


@composed
def _list_texts(task: int) -> QuerySet[TaskGeneration, Text]:
    shown = TaskGeneration.objects.filter(task=task).order_by("position")
    return shown.values_list("generation__text", "generation__turns")


def _stored_of(task: Task) -> _Stored:
    return _Stored(task.turn, *(getattr(task.item, name) for name in _Stored._fields[1:]))


def read_materials(*, tasks: Collection[int], project_id: int) -> dict[int, TaskMaterial]:
    """The same by the keys of tasks of one project, in three queries and without a model instance on the way."""
    names, language = _read_names(project_id), _read_language(project_id)
    places: dict[int, list[Text]] = {}
    shown = TaskGeneration.objects.filter(Among(F("task_id"), tasks)).order_by("task", "position")
    for task_id, text, turns in shown.values_list("task_id", "generation__text", "generation__turns"):
        places.setdefault(task_id, []).append((text, turns))
    rows = Task.objects.filter(Among(F("id"), tasks)).values_list("id", "turn", *ITEM_FIELDS)
    return {
        pk: _describe(_Stored(turn, *item), places.get(pk, ()), language, names) for pk, turn, *item in rows
    }


def _read_language(project_id: int) -> str:
    return Project.objects.values_list("language", flat=True).get(pk=project_id)


def trace_reply(task: Task) -> dict[int | None, Traced]:
    """What raters see of the one answer of a `single` task, with its way back to the stored text: by turn.

    Where nothing was asked but once, the only text stands under None. Tasks of other kinds have none.
    """
    if task.kind != TaskKind.SINGLE:
        return {}
    generation = task.positions.select_related("generation").get().generation
    names, families = _read_names(task.project_id)
    return {
        turn: trace_names(text or "", names=names, families=families)
        for turn, text in _list_rated(task, generation).items()
    }


def _list_rated(task: Task, generation: Generation) -> dict[int | None, str | None]:
    """The stored texts that are rated, as `_mask_reply` chooses them."""
    asked = len((task.item.turns or ())[: task.turn])
    turns = list((generation.turns or ())[: task.turn])
    is_rated_alone = task.turn is not None and len(turns) == task.turn
    text = turns[-1] if is_rated_alone else generation.text
    if asked <= 1:
        return {None: text}
    answers = turns or [None] * (asked - 1) + [text]
    return {
        turn: answer for turn, answer in enumerate(answers[:asked], 1) if task.turn is None or turn == asked
    }


def _read_names(project_id: int) -> Names:
    systems = _list_names(project=project_id)
    return [name for name, _ in systems], [family for _, family in systems]


@composed
def _list_names(project: int) -> QuerySet[System, tuple[str, str]]:
    return System.objects.filter(project=project).values_list("name", "family")


def _describe(task: _Stored, places: Sequence[Text], language: str, names: Names) -> TaskMaterial:
    references = _list_references(task.reference)
    rated = references
    if task.turn and isinstance(task.reference, list):
        rated = references[task.turn - 1 : task.turn]
    return TaskMaterial(
        prompt=task.prompt or "",
        turns=tuple((task.turns or ())[: task.turn]),
        context=task.context,
        references=tuple(references[: task.turn]),
        reference="\n\n".join(filter(None, rated)),
        language=task.language or language,
        replies=tuple(_mask_reply(place, task.turn, names) for place in places),
    )


def _list_references(reference: Any) -> list[str]:
    """One text a turn, or the only one there is."""
    if isinstance(reference, list):
        return [str(text or "") for text in reference]
    return [str(reference)] if reference else []


def _mask_reply(place: Text, turn: int | None, names: Names) -> MaskedReply:
    def mask(text: str | None) -> str:
        return mask_names(text or "", names=names[0], families=names[1])

    whole, answers = place
    turns = tuple(map(mask, (answers or ())[:turn]))
    is_rated_alone = turn is not None and len(turns) == turn
    return MaskedReply(turns[-1] if is_rated_alone else mask(whole), turns)
