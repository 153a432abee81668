"""What a rater may see of a task. These records have no place for a system, so that none can slip through."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from annotations.domain.presentation import draw_order
from annotations.models import Assignment, Criterion, Generation, Item, System, Task, TaskKind

HIDDEN = "[name hidden]"
SHORTEST_NAME = 3  # "A" or "T5"-like names are words of the text as often as names
SHORTEST_FAMILY = 4
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


def blind_task(*, assignment: Assignment) -> BlindTask:
    """The task of an assignment without anything that tells who wrote what; equal for all raters but for the order."""
    task = assignment.task
    criteria = tuple(task.rubric.criteria.all())
    return BlindTask(
        public_id=task.public_id,
        kind=TaskKind(task.kind),
        turn=task.turn,
        prompt=task.item.prompt or "",
        turns=tuple((task.item.turns or ())[: task.turn]),
        context=task.item.context,
        reference=_choose_reference(task.item, task.turn) if _shows_reference(criteria) else "",
        language=task.item.language or task.project.language,
        generations=_blind_generations(assignment),
        criteria=criteria,
    )


def mask_names(text: str, *, names: Iterable[str], families: Iterable[str] = ()) -> str:
    """Replace the names of systems and vendors, however spaced or hyphenated, by words that say so."""
    pattern = _compile(tuple(sorted(set(names))), tuple(sorted(set(families))))
    return pattern.sub(HIDDEN, text) if pattern else text


def _blind_generations(assignment: Assignment) -> tuple[BlindGeneration, ...]:
    task = assignment.task
    places = [place.generation for place in task.places.select_related("generation").order_by("position")]
    systems = list(System.objects.filter(project=task.project_id).values_list("name", "family"))
    names, families = [name for name, _ in systems], [family for _, family in systems]

    def blind(label: str, generation: Generation) -> BlindGeneration:
        turns = tuple(
            mask_names(turn or "", names=names, families=families)
            for turn in (generation.turns or ())[: task.turn]
        )
        return BlindGeneration(
            label, mask_names(_choose_text(generation, task), names=names, families=families), turns
        )

    order = draw_order(task=task, rater=assignment.rater, size=len(places), repeat=assignment.repeat)
    return tuple(blind(LABELS[place], places[position]) for place, position in enumerate(order))


def _choose_text(generation: Generation, task: Task) -> str:
    """The answer itself: the rated turn's, where there are several."""
    if generation.turns and task.turn and task.turn <= len(generation.turns):
        return generation.turns[task.turn - 1] or ""
    return generation.text or ""


def _choose_reference(item: Item, turn: int | None) -> str:
    if isinstance(item.reference, list):
        chosen = item.reference[turn - 1 : turn] if turn else item.reference
        return "\n\n".join(str(part) for part in chosen if part)
    return str(item.reference or "")


def _shows_reference(criteria: Sequence[Criterion]) -> bool:
    return any(criterion.options.get("show_reference") for criterion in criteria)


@lru_cache(maxsize=256)
def _compile(names: tuple[str, ...], families: tuple[str, ...]) -> re.Pattern[str] | None:
    words = [name for name in names if len(name) >= SHORTEST_NAME]
    words += [family for family in families if len(family) >= SHORTEST_FAMILY]
    spelled = sorted({_spell(word) for word in words}, key=len, reverse=True)
    return re.compile("|".join(spelled), re.IGNORECASE) if spelled else None


def _spell(word: str) -> str:
    """`gpt-4` as `GPT 4`, `gpt_4` and `gpt\\_4` too, wherever it stands; a plain word only as a whole word."""
    if word.isalpha():
        return rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
    parts = [re.escape(part) for part in re.split(r"[\W_]+", word) if part]
    loose = r"[\s\-_.:/\\]{0,3}".join(parts)
    return rf"(?:{re.escape(word)}|{loose})" if loose else re.escape(word)
