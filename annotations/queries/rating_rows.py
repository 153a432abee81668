"""Every rating of a criterion as plain rows, each with the reason that keeps it out of the statistics, if any."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from annotations.models import Phase, Project, Rating, Task, TaskGeneration

INDEPENDENT = (Phase.INDEPENDENT.value,)


class RatingRow(NamedTuple):
    """A rating as the ledger holds it."""

    annotation: int
    task: int
    rater: int
    number: float | None
    code: str | None
    absent: str | None
    presentation: str
    shown_order: str
    repeat: int
    phase: str
    is_current: bool
    retracted: object
    supersedes: int | None
    confidence: float | None = None
    spans: list[dict[str, object]] | None = None
    meta: dict[str, object] | None = None

    @property
    def value(self) -> float | str | None:
        return self.number if self.code is None else self.code


class TaskRow(NamedTuple):
    """What a rating's task says of it, in the same words in every database."""

    item: str
    kind: str
    turn: int | None
    rubric: str
    version: int
    context: dict[str, object]
    language: str
    attributes: dict[str, object]
    systems: tuple[str, ...]
    texts: tuple[str, ...] = ()  # hash of each system's answer

    @property
    def unit(self) -> str:
        """Name of the task by its content: ids differ between databases."""
        context = json.dumps(self.context, sort_keys=True) if self.context else ""
        parts = (self.item, self.kind, self.turn, self.rubric, self.version, context, *self.systems)
        return "\x1f".join("" if part is None else str(part) for part in parts)


def read_ratings(*, project: Project, criteria: Collection[int], with_meta: bool = False) -> list[RatingRow]:
    """All ratings under these criteria (ids), in one query; `with_meta` reads what was kept beside the values too."""
    rows = Rating.objects.filter(project=project, criterion__in=criteria).values_list(
        "annotation_id",
        "annotation__task_id",
        "annotation__rater_id",
        "number",
        "code",
        "absent",
        "annotation__presentation",
        "annotation__shown_order",
        "annotation__repeat",
        "annotation__phase",
        "annotation__is_current",
        "annotation__retracted_at",
        "annotation__supersedes_id",
        "confidence",
        "spans",
        *(("meta",) if with_meta else ()),
    )
    return [RatingRow(*row) for row in rows.iterator(chunk_size=10_000)]


def read_tasks(*, project: Project) -> dict[int, TaskRow]:
    """The project's tasks by id, each with its systems in canonical order."""
    answers: dict[int, list[tuple[str, str]]] = {}
    places = TaskGeneration.objects.filter(project=project).order_by("task_id", "position")
    fields = ("task_id", "generation__system__name", "generation__content_hash")
    for task, system, text in places.values_list(*fields).iterator(10_000):
        answers.setdefault(task, []).append((system, text))
    rows = Task.objects.filter(project=project).values_list(
        "pk",
        "item__key",
        "kind",
        "turn",
        "rubric__key",
        "rubric__version",
        "context",
        "item__language",
        "item__attributes",
    )
    held: dict[int, TaskRow] = {}
    for pk, *described in rows.iterator(10_000):
        systems, texts = (tuple(answer[place] for answer in answers.get(pk, ())) for place in (0, 1))
        held[pk] = TaskRow._make((*described, systems, texts))
    return held


def explain_exclusion(
    rows: Iterable[RatingRow], *, phases: Collection[str] = INDEPENDENT
) -> Iterator[tuple[RatingRow, str | None]]:
    """Each row with the reason why it does not count: retracted, superseded, another phase, or absent.

    A first answer goes on counting when only a later phase revised it; what was withdrawn counts in no version.
    """
    held = sorted(rows, key=lambda row: row.annotation, reverse=True)
    replaced: set[int | None] = set()
    withdrawn: set[int | None] = set()
    revised: set[int | None] = set()
    for row in held:
        if row.retracted is not None or row.annotation in withdrawn:
            withdrawn.add(row.supersedes)
            yield row, "retracted"
            continue
        if row.annotation in replaced or (not row.is_current and row.annotation not in revised):
            yield row, "superseded"
        else:
            yield row, _reason(row, phases)
        revised.add(row.supersedes)
        if row.phase in phases or row.annotation in replaced:
            replaced.add(row.supersedes)


def _reason(row: RatingRow, phases: Collection[str]) -> str | None:
    if row.phase not in phases:
        return row.phase
    if row.absent is not None:
        return row.absent
    return "not_comparable" if row.value is None and row.spans is None else None
