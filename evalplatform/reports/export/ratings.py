"""One line a rating, with whether it counts and, if not, why."""

from collections.abc import Iterator

from annotations.models import Project, Rating, Task, TaskGeneration
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


def read_ratings(project: Project) -> Iterator[Row]:
    """Every rating, by task, then rating."""
    read = ("public_id", "kind", "turn", "item__key", "rubric__key", "rubric__version")
    tasks = Task.objects.filter(project=project).select_related("item", "rubric").only(*read)
    for chunk in read_chunks(tasks, size=TASKS):
        yield from _read_of({task.pk: task for task in chunk})


def _read_of(tasks: dict[int, Task]) -> Iterator[Row]:
    systems: dict[int, list[str]] = {}
    places = TaskGeneration.objects.filter(task__in=tasks).order_by("task_id", "position")
    for task_id, system in places.values_list("task_id", "generation__system__name"):
        systems.setdefault(task_id, []).append(system)
    ratings = list(
        Rating.objects.filter(annotation__task__in=tasks)
        .select_related("annotation")
        .defer("meta", "annotation__source")
        .prefetch_related("annotation__rater", "criterion")  # few, and long: read once, not with every rating
        .order_by("annotation__task_id", "pk")
    )
    excluded = _explain(ratings)
    for rating in ratings:
        task = tasks[rating.annotation.task_id]
        yield _spell(rating, task, systems.get(task.pk, []), excluded[rating.pk])


def _explain(ratings: list[Rating]) -> dict[int, str | None]:
    """Why each rating does not count, judged criterion by criterion as reports do."""
    found: dict[int, str | None] = {}
    by_criterion: dict[int, dict[int, Rating]] = {}
    for rating in ratings:
        by_criterion.setdefault(rating.criterion_id, {})[rating.annotation_id] = rating
    for held in by_criterion.values():
        for row, reason in explain_exclusion(map(_as_row, held.values())):
            found[held[row.annotation].pk] = reason
    return found


def _as_row(rating: Rating) -> RatingRow:
    answer = rating.annotation
    return RatingRow(
        annotation=answer.pk,
        task=answer.task_id,
        rater=answer.rater_id,
        number=rating.number,
        code=rating.code,
        absent=rating.absent,
        presentation=answer.presentation,
        shown_order=answer.shown_order,
        repeat=answer.repeat,
        phase=answer.phase,
        is_current=answer.is_current,
        retracted=answer.retracted_at,
        supersedes=answer.supersedes_id,
    )


def _spell(rating: Rating, task: Task, systems: list[str], excluded: str | None) -> Row:
    answer = rating.annotation
    rater = answer.rater
    return (
        *(
            task.item.key,
            str(task.public_id),
            task.kind,
            task.turn,
            task.rubric.key,
            task.rubric.version,
            systems,
        ),
        *(rater.name, rater.kind, rater.origin, rater.group, rating.criterion.key),
        *(rating.number, rating.code, rating.text, rating.spans, rating.absent),
        *(rating.rationale, rating.confidence, answer.phase, answer.presentation, answer.shown_order),
        *(
            answer.repeat,
            answer.seconds,
            str(answer.public_id),
            answer.created_at,
            answer.retracted_at,
            excluded,
        ),
    )


RATINGS = Table("ratings", COLUMNS, read_ratings)
