"""What a judge is shown of a task: plain values for a template, and no system's name."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any  # templates are filled with any JSON values

from annotations.domain.showing.material import TaskMaterial
from annotations.models import Criterion, Project, Rubric
from evalplatform.common.hashing import seeded_integer
from judges.protocols.calls import AnyTask
from judges.protocols.order import read_order
from judges.protocols.scales import describe_scale, list_values
from judges.queries.judged_tasks import NOT_ASKED

NAMES = ("first", "second")  # three answers or more are numbered
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class RubricPart:
    """A rubric in one language, as judges are told it."""

    title: str
    instructions: str
    criteria: list[dict[str, Any]]


def list_asked(rubric: Rubric) -> list[Criterion]:
    """The criteria that a model can be asked for, in their order."""
    return [criterion for criterion in rubric.criteria.all() if criterion.level not in NOT_ASKED]


def describe_rubric(rubric: Rubric, criteria: list[Criterion], language: str) -> RubricPart:
    """The rubric's words in `language`, else in English, else in whatever there is."""
    return RubricPart(
        pick_words(rubric.labels, language),
        pick_words(rubric.instructions, language),
        [_describe_criterion(criterion, language) for criterion in criteria],
    )


def _describe_criterion(criterion: Criterion, language: str) -> dict[str, Any]:
    return {
        "key": criterion.key,
        "title": pick_words(criterion.labels, language) or criterion.name or criterion.key,
        "question": pick_words(criterion.question, language),
        "help": pick_words(criterion.help_text, language),
        "anchors": _list_anchors(criterion, language),
    }


def _list_anchors(criterion: Criterion, language: str) -> list[dict[str, Any]]:
    labelled = [entry for entry in criterion.values if isinstance(entry, dict) and entry.get("labels")]
    if labelled:
        return [{"value": e["value"], "label": pick_words(e["labels"], language)} for e in labelled]
    schema = describe_scale(criterion)
    if "enum" in schema:
        return [{"value": value, "label": ""} for value in schema["enum"]]
    if "minimum" in schema and "maximum" in schema:
        steps = "whole numbers" if schema["type"] == "integer" else "numbers"
        return [{"value": f"{steps} from {schema['minimum']} to {schema['maximum']}", "label": ""}]
    return [{"value": value, "label": ""} for value in list_values(criterion)]


def pick_words(by_language: dict[str, str], language: str) -> str:
    """The text in `language`, in English, or in the first language there is."""
    short = language.partition("-")[0]
    for choice in (language, short, FALLBACK_LANGUAGE, *sorted(by_language)):
        if by_language.get(choice):
            return by_language[choice]
    return ""


def draw_nonce(project: Project, task: AnyTask, shown_order: str, step: str = "") -> str:
    """The mark of this call's fences: unknown to whoever wrote the material, and the same on a second try.

    Each step of a case has its own, for the model that wrote what it is shown has seen those of the steps before.
    """
    parts = (project.seed, "fence", task.public_id, shown_order, *filter(None, (step,)))
    return f"{seeded_integer(*parts, bits=64):016x}"


def has_reference(reference: Any, turn: int | None) -> bool:
    """Whether an item's reference, a text or one a turn, has words for what is rated."""
    texts = reference if isinstance(reference, list) else [reference]
    rated = texts[turn - 1 : turn] if turn and isinstance(reference, list) else texts
    return any(isinstance(text, str) and text.strip() for text in rated)


def describe_task(material: TaskMaterial, *, turn: int | None, shown_order: str) -> dict[str, Any]:
    """The material, with answers in the order shown; `turn` is the rated one of several."""
    requests = material.requests
    shown = [material.replies[place].align(len(requests)) for place in read_order(shown_order)]
    turns = max(len(requests), *map(len, shown))
    names = list_names(len(shown))
    return {
        "context": material.context,
        "references": [text for text in material.references[:turns] if text],
        "several_turns": turns > 1,
        "last_turn_only": turns > 1 and turn is not None,
        "answers": [
            {"name": name, "exchanges": _pair_up(requests, replies)}
            for name, replies in zip(names, shown, strict=False)
        ],
    }


def list_names(count: int) -> Sequence[str]:
    """What `count` answers are called in their order."""
    return NAMES[:count] if count <= len(NAMES) else [str(number) for number in range(1, count + 1)]


def _pair_up(requests: Sequence[str], replies: Sequence[str]) -> list[dict[str, str]]:
    pairs = itertools.zip_longest(requests, replies, fillvalue="")
    return [{"request": request, "reply": reply} for request, reply in pairs]
