"""One line a generation; one line a call to a provider."""

from collections.abc import Iterator

from annotations.models import Generation, Project
from evalplatform.reports.export.table import Kind, Row, Table, columns, read_chunks
from judges.models import Attempt

CHUNK = 500

GENERATION_COLUMNS = columns(
    ("generation", Kind.TEXT, "Id of the generation."),
    ("item", Kind.TEXT, "Key of the item."),
    ("system", Kind.TEXT, "Name of the system."),
    ("family", Kind.TEXT, "Its vendor."),
    ("text", Kind.TEXT, "What was produced; empty: it is not to be had."),
    ("turns", Kind.JSON, "Answers, one a turn."),
    ("meta", Kind.JSON, "What was submitted beside it."),
    ("is_placeholder", Kind.FLAG, "Named by a rating, never submitted itself."),
    ("created_at", Kind.TIME, "When it was taken in."),
)
ATTEMPT_COLUMNS = columns(
    ("attempt", Kind.TEXT, "Id of the call."),
    ("run", Kind.TEXT, "Id of its run."),
    ("judge", Kind.TEXT, "Name of the judge."),
    ("item", Kind.TEXT, "Key of the item."),
    ("task", Kind.TEXT, "Id of the task."),
    ("shown_order", Kind.TEXT, "Canonical positions as shown: 0,1 or 1,0; empty for one answer."),
    ("repeat", Kind.WHOLE, "0 is the first time."),
    ("step", Kind.TEXT, "Which call of its case; empty: the first or only one."),
    ("number", Kind.WHOLE, "1 is the first try."),
    ("state", Kind.TEXT, "pending, leased, said, done, failed, lost, stale, quarantined, cancelled."),
    ("failure", Kind.TEXT, "Kind of failure."),
    ("returned_model", Kind.TEXT, "Model that answered, by its own word."),
    ("finish_reason", Kind.TEXT, "Why the reply ended."),
    ("tokens_in", Kind.WHOLE, "Tokens sent."),
    ("tokens_cached", Kind.WHOLE, "Of them cached."),
    ("tokens_cache_written", Kind.WHOLE, "Of them written to the provider's cache."),
    ("tokens_out", Kind.WHOLE, "Tokens received."),
    ("cost", Kind.NUMBER, "USD; empty: the price is not known."),
    ("latency_ms", Kind.WHOLE, "Time to the reply."),
    ("annotation", Kind.TEXT, "Id of the verdict that came of it."),
    ("started_at", Kind.TIME, "When the call was made."),
    ("ended_at", Kind.TIME, "When it ended."),
    ("created_at", Kind.TIME, "When it was planned."),
)


def read_generations(project: Project) -> Iterator[Row]:
    """Every generation, oldest first."""
    rows = Generation.objects.filter(project=project).select_related("item", "system")
    for chunk in read_chunks(rows, size=CHUNK):
        for row in chunk:
            yield (
                *(str(row.public_id), row.item.key, row.system.name, row.system.family),
                *(row.text, row.turns, row.meta, row.is_placeholder, row.created_at),
            )


def read_attempts(project: Project) -> Iterator[Row]:
    """Every call, oldest first: neither what was sent nor what came back."""
    related = ("run", "rater", "task__item", "annotation")
    rows = Attempt.objects.filter(project=project).select_related(*related)
    for chunk in read_chunks(rows, size=CHUNK):
        yield from map(_spell_attempt, chunk)


def _spell_attempt(row: Attempt) -> Row:
    return (
        *(
            str(row.public_id),
            str(row.run.public_id),
            row.rater.name,
            row.task.item.key,
            str(row.task.public_id),
        ),
        *(
            row.shown_order,
            row.repeat,
            row.step,
            row.number,
            row.state,
            row.failure,
            row.returned_model,
            row.finish_reason,
        ),
        *(row.tokens_in, row.tokens_cached, row.tokens_cache_written, row.tokens_out),
        None if row.cost is None else float(row.cost),
        *(row.latency_ms, str(row.annotation.public_id) if row.annotation else None),
        *(row.started_at, row.ended_at, row.created_at),
    )


GENERATIONS = Table("generations", GENERATION_COLUMNS, read_generations)
ATTEMPTS = Table("attempts", ATTEMPT_COLUMNS, read_attempts)
