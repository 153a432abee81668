"""What a reviewer does with a task that people disagree on: decide it, send an answer back, or have it discussed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any  # ratings come as JSON
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.asking.rubrics import mark_rubrics_used
from annotations.domain.reading.answers import read_answers
from annotations.domain.reading.legal import Illegal, clean_text
from annotations.domain.reading.reference_answers import store_reference
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.reviewing.review_queue import ensure_review
from annotations.domain.showing.presentation import count_shown, draw_order
from annotations.models import (
    Adjudication,
    Annotation,
    Asking,
    Project,
    Query,
    Rater,
    RaterKind,
    Review,
    ReviewState,
    Rubric,
    Task,
)
from annotations.queries.standing_answers import list_standing_answers
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import hash_content

ADJUDICATION = "adjudication"
LONGEST_NOTE = 2_000


def find_adjudicator(*, project: Project) -> Rater:
    """The reference rater under whose name decisions stand; before the first one it is not stored."""
    named: dict[str, Any] = {"project": project, "kind": RaterKind.REFERENCE, "name": ADJUDICATION}
    return Rater.objects.filter(**named).first() or Rater(**named, public_id=_adjudicator_id(project))


def _ensure_adjudicator(project: Project) -> Rater:
    rater, _created = Rater.objects.get_or_create(
        project=project,
        kind=RaterKind.REFERENCE,
        name=ADJUDICATION,
        defaults={"public_id": _adjudicator_id(project)},
    )
    return rater


def _adjudicator_id(project: Project) -> UUID:
    """Known before the row is there: the order of answers that a reviewer is shown depends on it."""
    return uuid5(project.public_id, ADJUDICATION)


@transaction.atomic
def decide_task(
    *,
    task: Task,
    ratings: Mapping[str, Any],
    note: str,
    reviewer: User,
    now: datetime | None = None,
) -> Adjudication:
    """Store the decision, given in terms of what the reviewer was shown, as an answer of the reference rater.

    What raters said stays as it is. A later decision takes the place of the one before; the same again changes
    nothing. Raises Invalid for illegal ratings.
    """
    now = now or database_now()
    note = _read_note(note, is_needed=False)
    review = ensure_review(task=task)
    rater = _ensure_adjudicator(task.project)
    order = draw_order(task=task, rater=rater, size=count_shown(task))
    drafts = read_answers(
        criteria=task.rubric.criteria.all(), raw=ratings, order=order, texts=ShownTexts(task)
    )
    digest = hash_content([[draft.describe() for draft in drafts], note])
    standing = Annotation.objects.filter(task=task, rater=rater, is_current=True).first()
    if standing is not None and standing.content_hash == digest:
        return standing.adjudication
    Annotation.objects.filter(task=task, rater=rater, is_current=True).update(is_current=False)
    annotation = store_reference(
        task=task, rater=rater, drafts=drafts, order=order, digest=digest, supersedes=standing
    )
    mark_rubrics_used(rubrics=Rubric.objects.filter(pk=task.rubric_id), now=now)
    _close(review, now)
    _record(review, reviewer, "decide_task")
    return Adjudication.objects.create(
        project=task.project, task=task, annotation=annotation, reviewer=reviewer, note=note
    )


@transaction.atomic
def send_back(*, annotation: Annotation, note: str, reviewer: User) -> Query:
    """Ask the person who gave this answer to look at it again, by themselves.

    Raises Conflict where the answer is none that its rater could change, or they have been asked already.
    """
    note = _read_note(note, is_needed=True)
    task = annotation.task
    review = ensure_review(task=task)
    if annotation.pk not in {answer.pk for answer in _list_answerable(task)}:
        raise Conflict(_("This answer cannot be sent back: its rater does not work here, or has changed it."))
    if Query.objects.filter(review=review, rater=annotation.rater, answered_at=None).exists():
        raise Conflict(_("This rater has been asked already."))
    query = _build_query(review, annotation, Asking.RETURN, note, reviewer)
    query.save()
    _mark_asked(review)
    _record(review, reviewer, "send_back_answer")
    return query


@transaction.atomic
def open_discussion(*, task: Task, note: str, reviewer: User) -> list[Query]:
    """Show everybody who answered the task what the others said, and ask them again.

    What they answer from then on counts as discussed. Raises Conflict where fewer than two people can take part, or
    some have not yet answered what they were asked before.
    """
    note = _read_note(note, is_needed=True)
    review = ensure_review(task=task)
    if Query.objects.filter(review=review, answered_at=None).exists():
        raise Conflict(_("Raters have been asked about this task, and not all have answered."))
    answers = _list_answerable(task)
    if len({answer.rater_id for answer in answers}) < 2:
        raise Conflict(_("A discussion needs two people who answered this task here."))
    queries = Query.objects.bulk_create(
        _build_query(review, answer, Asking.DISCUSSION, note, reviewer) for answer in answers
    )
    _mark_asked(review)
    _record(review, reviewer, "open_discussion")
    return queries


def _list_answerable(task: Task) -> list[Annotation]:
    """One standing answer of each person who gave it here and still works here."""
    answers = list_standing_answers(task).filter(
        rater__kind=RaterKind.PERSON,
        rater__deactivated_at=None,
        assignment__isnull=False,
        repeat=0,
        rater__user__memberships__project=task.project_id,
        rater__user__memberships__ended_at=None,
    )
    return list(answers)


def _build_query(review: Review, annotation: Annotation, kind: Asking, note: str, reviewer: User) -> Query:
    return Query(
        project_id=review.project_id,
        review=review,
        rater=annotation.rater,
        annotation=annotation,
        kind=kind,
        note=note,
        asked_by=reviewer,
    )


def _mark_asked(review: Review) -> None:
    review.state = ReviewState.ASKED
    review.save(update_fields=["state"])


def _close(review: Review, now: datetime) -> None:
    """Nobody needs to answer any more."""
    Query.objects.filter(review=review, answered_at=None).update(answered_at=now)
    review.state = ReviewState.DECIDED
    review.save(update_fields=["state"])


def _read_note(note: str, *, is_needed: bool) -> str:
    try:
        text = clean_text(note, what="the note", longest=LONGEST_NOTE)
    except Illegal as error:
        raise Invalid.at(str(error), field="note") from None
    if is_needed and not text:
        raise Invalid.at(_("a note is needed: raters must know what they are asked"), field="note")
    return text


def _record(review: Review, reviewer: User, action: str) -> None:
    record_event(
        actor=reviewer,
        action=action,
        target="task",
        target_id=review.task.public_id,
        project=review.project.public_id,
    )
