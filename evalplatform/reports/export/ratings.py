"""One line a rating, with whether it counts and, if not, why."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple  # marked passages are JSON
from uuid import UUID

from annotations.models import Criterion, Project, Rater, Rating, Task, TaskGeneration
from annotations.queries.rating_rows import RatingRow, explain_exclusion
from evalplatform.reports.export.table import Kind, Row, Table, columns, read_chunks

TASKS = 200  # all answers to a task are read together: which of them counts depends on the others

COLUMNS = columns(
    ("item", Kind.TEXT, "Key of the item."),
    ("task", Kind.TEXT, "Id of the task."),
    ("kind", Kind.TEXT, "Of the task: single, pair, ranking."),
    ("turn", Kind.WHOLE, "Turn that was asked about; empty: the whole."),
    ("rubric", Kind.TEXT, "Key of the rubric."),
    ("rubric_version", Kind.WHOLE, "Its version."),
    ("systems", Kind.JSON, "Names in canonical order: first, second, …"),
    ("rater", Kind.TEXT, "Name, unique within the kind."),
    ("rater_kind", Kind.TEXT, "person, judge, panel, metric, reference."),
    ("rater_origin", Kind.TEXT, "live, imported, simulated."),
    ("rater_group", Kind.TEXT, "Expert, crowd, …"),
    ("criterion", Kind.TEXT, "Key of the criterion."),
    ("number", Kind.NUMBER, "The value, if it is a number."),
    (
        "code",
        Kind.TEXT,
        "The value, if it is a word; first and second, and the numbers of a ranking, are canonical.",
    ),
    ("text", Kind.TEXT, "The value, if it is free text."),
    ("spans", Kind.JSON, "The value, if it is marked passages."),
    ("absent", Kind.TEXT, "Why there is no value."),
    ("rationale", Kind.TEXT, "The rater's reason."),
    ("confidence", Kind.NUMBER, "From 0 to 1."),
    ("phase", Kind.TEXT, "independent, revised, trained, discussed, surplus, check."),
    ("presentation", Kind.TEXT, "Whether the order is known: shown, unknown, merged."),
    ("shown_order", Kind.TEXT, "Canonical positions as shown: 0,1 or 1,0 or 2,0,1."),
    ("repeat", Kind.WHOLE, "0 is the first time."),
    ("seconds", Kind.NUMBER, "Time taken."),
    ("annotation", Kind.TEXT, "Id of the answer that the rating is part of."),
    ("created_at", Kind.TIME, "When it was given."),
    ("retracted_at", Kind.TIME, "When it was taken back."),
    ("excluded", Kind.TEXT, "Why it does not count; empty where it counts."),
)


class _Rating(NamedTuple):
    """A rating and what its answer says, as a plain row: models would take as long again as all the rest."""

    pk: int
    criterion: int
    number: float | None
    code: str | None
    text: str | None
    spans: list[dict[str, Any]] | None
    absent: str | None
    rationale: str
    confidence: float | None
    annotation: int
    task: int
    rater: int
    public_id: UUID
    phase: str
    presentation: str
    shown_order: str
    repeat: int
    seconds: float | None
    created_at: datetime
    retracted_at: datetime | None
    is_current: bool
    supersedes: int | None


OWN = ("criterion", "number", "code", "text", "spans", "absent", "rationale", "confidence", "annotation")
OF_ANSWER = _Rating._fields[len(OWN) + 1 :]
OF_RATER = ("name", "kind", "origin", "group")
OF_TASK = ("item__key", "public_id", "kind", "turn", "rubric__key", "rubric__version")


def read_ratings(project: Project) -> Iterator[Row]:
    """Every rating, by task, then rating."""
    tasks = Task.objects.filter(project=project).values_list("pk", *OF_TASK, named=True)
    for chunk in read_chunks(tasks, size=TASKS):
        yield from _read_of({pk: task for pk, *task in chunk})


def _read_of(tasks: dict[int, list[Any]]) -> Iterator[Row]:
    systems: dict[int, list[str]] = {}
    places = TaskGeneration.objects.filter(task__in=tasks).order_by("task_id", "position")
    for task, system in places.values_list("task_id", "generation__system__name"):
        systems.setdefault(task, []).append(system)
    rows = Rating.objects.filter(annotation__task__in=tasks).order_by("annotation__task_id", "pk")
    read = rows.values_list("pk", *OWN, *(f"annotation__{name}" for name in OF_ANSWER))
    ratings = [_Rating(*row) for row in read]
    excluded = _explain(ratings)
    people = Rater.objects.filter(pk__in={rating.rater for rating in ratings})
    raters = {pk: rater for pk, *rater in people.values_list("pk", *OF_RATER)}
    criteria = Criterion.objects.filter(pk__in={rating.criterion for rating in ratings})
    keys = dict(criteria.values_list("pk", "key"))
    for rating in ratings:
        item, public_id, *of_task = tasks[rating.task]
        yield (
            *(item, str(public_id), *of_task, systems.get(rating.task, [])),
            *(*raters[rating.rater], keys[rating.criterion]),
            *_spell(rating),
            excluded[rating.pk],
        )


def _explain(ratings: list[_Rating]) -> dict[int, str | None]:
    """Why each rating does not count, judged criterion by criterion as reports do."""
    found: dict[int, str | None] = {}
    by_criterion: dict[int, dict[int, _Rating]] = {}
    for rating in ratings:
        by_criterion.setdefault(rating.criterion, {})[rating.annotation] = rating
    for held in by_criterion.values():
        for row, reason in explain_exclusion(map(_as_row, held.values())):
            found[held[row.annotation].pk] = reason
    return found


def _as_row(rating: _Rating) -> RatingRow:
    return RatingRow(
        annotation=rating.annotation,
        task=rating.task,
        rater=rating.rater,
        number=rating.number,
        code=rating.code,
        absent=rating.absent,
        presentation=rating.presentation,
        shown_order=rating.shown_order,
        repeat=rating.repeat,
        phase=rating.phase,
        is_current=rating.is_current,
        retracted=rating.retracted_at,
        supersedes=rating.supersedes,
    )


def _spell(rating: _Rating) -> Row:
    """What is said, and when and how, in the order of the columns."""
    return (
        *(rating.number, rating.code, rating.text, rating.spans, rating.absent),
        *(rating.rationale, rating.confidence, rating.phase, rating.presentation, rating.shown_order),
        *(rating.repeat, rating.seconds, str(rating.public_id), rating.created_at, rating.retracted_at),
    )


RATINGS = Table("ratings", COLUMNS, read_ratings)
