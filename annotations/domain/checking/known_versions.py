"""A known answer over the versions of its rubric: which tasks are one, and which is dealt when it is taken back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any  # options are JSON

from django.db.models import Q

from annotations.domain.reading.answers import RatingDraft
from annotations.domain.reading.reference_answers import store_reference
from annotations.models import KNOWN, Annotation, Assignment, Criterion, Phase, Task, TaskState
from annotations.queries.checks import find_expected

WORDS = ("level", "labels", "question", "help_text", "minimum", "maximum", "fractions")
TOLD_ELSEWHERE = frozenset({"task", "level"})  # options that say by which words a criterion was stated


def find_first(task: Task) -> int:
    """The task (id) that the known answer was given of first."""
    return task.renewed_from_id or task.pk


def list_family(task: Task) -> list[Task]:
    """All tasks of this known answer, one for each version of the rubric that it was asked by, the oldest first."""
    first = find_first(task)
    family = Task.objects.filter(Q(pk=first) | Q(renewed_from=first)).select_related("rubric", "project")
    return list(family.order_by("rubric__version", "pk"))


def is_same_question(one: Criterion, other: Criterion) -> bool:
    """Whether both say the same word for word, and are answered alike."""
    return _read_words(one) == _read_words(other)


def _read_words(criterion: Criterion) -> list[Any]:
    """All that raters are told of it and may answer; whether they must does not change what is right."""
    values = [(entry["value"], entry.get("labels") or {}) for entry in criterion.values]
    told = {name: option for name, option in criterion.options.items() if name not in TOLD_ELSEWHERE}
    return [*(getattr(criterion, name) for name in WORDS), values, told]


def list_same(task: Task) -> list[Task]:
    """Other versions' tasks whose expected answer is about the same questions, word for word: it is one with this."""
    expected = find_expected(task)
    if expected is None:
        return []
    asked = {rating.criterion.key: rating.criterion for rating in expected.ratings.all()}
    return [
        other
        for other in list_family(task)
        if other.pk != task.pk and other.state in KNOWN and _asks_the_same(other, asked)
    ]


def _asks_the_same(task: Task, asked: dict[str, Criterion]) -> bool:
    expected = find_expected(task)
    if expected is None:
        return False
    theirs = {rating.criterion.key: rating.criterion for rating in expected.ratings.all()}
    shared = asked.keys() & theirs.keys()
    return bool(shared) and all(is_same_question(asked[key], theirs[key]) for key in shared)


def correct_same(*, tasks: Sequence[Task], drafts: Sequence[RatingDraft], order: tuple[int, ...]) -> None:
    """Put the corrected answer in the place of theirs, as far as it is about questions that they were asked."""
    by_key = {draft.criterion.key: draft for draft in drafts}
    for task in tasks:
        standing = find_expected(task)
        if standing is None:
            continue
        asked = {rating.criterion.key: rating.criterion for rating in standing.ratings.all()}
        theirs = [replace(by_key[key], criterion=asked[key]) for key in asked if key in by_key]
        Annotation.objects.filter(pk=standing.pk).update(is_current=False)
        store_reference(
            task=task,
            rater=standing.rater,
            drafts=theirs,
            order=order,
            digest="",
            supersedes=standing,
            phase=Phase(standing.phase),
        )


def part_family(task: Task) -> None:
    """Each task stands for itself from now on: what is dealt again may become a known answer of its own."""
    first = find_first(task)
    Task.objects.filter(renewed_from=first).update(renewed_from=None)


def choose_dealt(task: Task, taken_back: Sequence[Task]) -> Task | None:
    """Which of these tasks is dealt like any other once the known answer is taken back.

    The one that people have met, so that nobody is asked the same twice; the newest where nobody has met any. None
    where people have met several, where another version's known answer stands, and for a worsened copy.
    """
    if task.state == TaskState.TWIN:
        return None
    family, ids = list_family(task), {each.pk for each in taken_back}
    if any(each.state in KNOWN and each.pk not in ids for each in family):
        return None
    met = set(Assignment.objects.filter(task__in=family).values_list("task", flat=True))
    if len(met) > 1:
        return None
    if met:
        return next((each for each in taken_back if each.pk in met), None)
    return max(taken_back, key=lambda each: each.rubric.version)
