"""Calls of a project, narrowed down, newest first, a page at a time."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from annotations.models import Project, Rating
from judges.models import Attempt, Judge, RawReply, Run
from judges.queries.given_up import FRUITLESS
from judges.queries.nouns import list_attempts


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is looked for; empty means everything."""

    run: Run | None = None
    judge: Judge | None = None
    state: str = ""
    failure: str = ""
    absent: str = ""


def narrow_attempts(project: Project, wanted: Narrowing) -> QuerySet[Attempt]:
    """The calls that are looked for, newest first."""
    found = list_attempts(project).select_related("run__judge__rater").order_by("-pk")
    if wanted.run:
        found = found.filter(run=wanted.run)
    if wanted.judge:
        found = found.filter(rater=wanted.judge.rater_id)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.failure:
        found = found.filter(state__in=FRUITLESS, ended_at__isnull=False, failure=wanted.failure)
    if wanted.absent:
        lacking = Rating.objects.filter(annotation=OuterRef("annotation"), absent=wanted.absent)
        found = found.filter(Exists(lacking))
    return found


def list_tries_of(attempt: Attempt) -> list[Attempt]:
    """Every call for the same case, in any run, the first one first."""
    return list(
        Attempt.objects.filter(
            task=attempt.task_id,
            rater=attempt.rater_id,
            shown_order=attempt.shown_order,
            repeat=attempt.repeat,
        ).order_by("number", "pk")
    )


def find_raw_reply(attempt: Attempt) -> RawReply | None:
    """What was sent and what came back; None where it was not kept, or its days are over."""
    return RawReply.objects.filter(attempt=attempt).first()


def list_calls_before(found: QuerySet[Attempt], last: Attempt) -> QuerySet[Attempt]:
    """The calls that stand behind `last`, newest first."""
    return found.filter(pk__lt=last.pk)


def find_attempt(project: Project, public_id: UUID) -> Attempt | None:
    return Attempt.objects.filter(project=project, public_id=public_id).first()


def find_run(project: Project, public_id: UUID) -> Run | None:
    return Run.objects.filter(project=project, public_id=public_id).first()


def find_judge_by_id(project: Project, public_id: UUID) -> Judge | None:
    return Judge.objects.filter(project=project, public_id=public_id).first()


def list_runs_of(judge: Judge, count: int) -> list[Run]:
    """The judge's latest runs, newest first."""
    return list(Run.objects.filter(judge=judge).order_by("-pk")[:count])


def list_ratings_of(attempt: Attempt) -> list[Rating]:
    """What was read out of the reply, in the order of the criteria."""
    held = Rating.objects.filter(annotation=attempt.annotation_id).select_related("criterion")
    return list(held.order_by("criterion__position", "pk"))
