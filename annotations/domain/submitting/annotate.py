"""Submitting and revising answers of people. Rows are superseded, never deleted; `undo` takes them back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # ratings come as JSON

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.domain.asking.rubrics import mark_rubrics_used
from annotations.domain.checking.cautions import apply_rule
from annotations.domain.queue.leases import end_lease
from annotations.domain.reading.own_answers import hold_lease, lease_of, refuse_withdrawn
from annotations.domain.reading.shown_answers import build_conflict, says_same
from annotations.domain.reading.submitted import Content, read_content, store_content
from annotations.domain.reviewing.asked_again import end_queries
from annotations.models import (
    Annotation,
    Asking,
    Assignment,
    AssignmentState,
    Phase,
    Rater,
    Rubric,
    Slot,
    SlotState,
    Task,
    TaskState,
)
from annotations.queries.gates import may_be_dealt
from annotations.queries.messages import was_asked_about
from annotations.queries.submissions import find_undone
from evalplatform.common.clock import database_now
from evalplatform.common.composed import Change, composed, composed_update
from evalplatform.common.errors import Conflict


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a submission: a new annotation, or the one that the same submission made before."""

    annotation: Annotation
    created: bool

    @property
    def counted(self) -> bool:
        """Whether it fills one of the task's places."""
        return self.annotation.phase != Phase.SURPLUS


def record_annotation(
    *,
    assignment: Assignment,
    ratings: Mapping[str, Any],
    seconds: float | None,
    client_key: str,
    now: datetime | None = None,
) -> Submission:
    """Store an answer, given in terms of what was shown, and fill its slot.

    The same content is stored once, whatever its `client_key`. An answer that comes when its place has gone to
    somebody else, or its rater back to training, is kept as surplus; one to a check is held against the project's
    rule. Raises Invalid for illegal ratings, and Conflict, with both answers, where the rater has another one stored.
    """
    content = read_content(assignment, ratings, seconds, client_key)
    try:
        with transaction.atomic():
            submission = _record(assignment, content, now or database_now())
    except IntegrityError:
        return _answer_again(assignment, content)
    if submission.created and submission.annotation.phase == Phase.CHECK:
        apply_rule(
            rater=assignment.rater, now=now
        )  # after the lease is let go: claims lock rater, then lease
    return submission


def revise_annotation(
    *,
    annotation: Annotation,
    ratings: Mapping[str, Any],
    seconds: float | None,
    client_key: str,
    now: datetime | None = None,
) -> Submission:
    """Replace a current answer by a new row of phase `revised`; the old one stays in the ledger.

    It is `discussed` from a rater who was shown what the others said, and answers what a reviewer asked of it.
    The same answer again, of which nothing was asked, changes nothing.
    Raises Conflict, with both answers, where another one has become the current one; and of a withdrawn task.
    """
    assignment = lease_of(annotation)
    content = read_content(assignment, ratings, seconds, client_key)
    try:
        with transaction.atomic():
            hold_lease(assignment)
            if known := _find_same(assignment, content):
                return Submission(known, created=False)
            refuse_withdrawn(assignment)
            if annotation.content_hash == content.digest and not was_asked_about(annotation=annotation):
                return _answer_again(assignment, content)
            if not Annotation.objects.filter(pk=annotation.pk, is_current=True).update(is_current=False):
                return _answer_again(assignment, content)
            stored = store_content(assignment, content, _choose_phase(annotation), annotation)
            end_queries(annotation=annotation, now=now or database_now())
            return Submission(stored, created=True)
    except IntegrityError:
        return _answer_again(assignment, content)


def _choose_phase(annotation: Annotation) -> Phase:
    """What a revision of this answer counts as."""
    if annotation.phase in (Phase.SURPLUS, Phase.CHECK, Phase.TRAINED):
        return Phase(annotation.phase)
    has_seen_others = was_asked_about(annotation=annotation, kind=Asking.DISCUSSION)
    return Phase.DISCUSSED if has_seen_others else Phase.REVISED


def _answer_again(assignment: Assignment, content: Content) -> Submission:
    """What becomes of an answer to a task that is done with: the same once more changes nothing. Raises Conflict."""
    stored = _find_stored(assignment)
    if stored is None:
        raise Conflict(_("This task has been answered, skipped or given back already."))
    if says_same(stored, drafts=content.drafts, order=content.order, texts=content.texts):
        return Submission(stored, created=False)
    raise _conflict(stored, content)


def _conflict(stored: Annotation, content: Content) -> Conflict:
    detail = _("You have answered this task already, and differently.")
    return build_conflict(
        detail, stored=stored, drafts=content.drafts, order=content.order, texts=content.texts
    )


def _find_stored(assignment: Assignment) -> Annotation | None:
    """The rater's answer to the task that stands, under whichever of their leases it was given."""
    return Annotation.objects.filter(
        task=assignment.task_id, rater=assignment.rater_id, repeat=assignment.repeat, is_current=True
    ).first()


def _record(assignment: Assignment, content: Content, now: datetime) -> Submission:
    current = hold_lease(assignment)
    if known := _find_same(current, content):
        return Submission(known, created=False)
    if current.state not in (AssignmentState.LIVE, AssignmentState.EXPIRED):
        return _answer_again(current, content)
    held, phase = _settle(current, now)
    undone = find_undone(assignment=held)
    if assignment.task.rubric.used_at is None:
        mark_rubrics_used(rubrics=Rubric.objects.filter(pk=assignment.task.rubric_id), now=now)
    return Submission(store_content(held, content, phase, undone), created=True)


def _find_same(assignment: Assignment, content: Content) -> Annotation | None:
    """What this rater has stored under the same client key. Raises Conflict where the content differs."""
    known = _find_named.find(rater=assignment.rater_id, client_key=content.client_key)
    if known is None:
        return None
    if known.content_hash != content.digest:
        if known.task_id == assignment.task_id and (stored := _find_stored(assignment)):
            raise _conflict(stored, content)
        raise Conflict("This client_key has been used for another answer.")
    if known.retracted_at is not None:
        raise Conflict("This submission has been taken back; a new one needs a new client_key.")
    return known


@composed
def _find_named(rater: int, client_key: str) -> QuerySet[Annotation]:
    named = Annotation.objects.exclude(client_key="")  # as the index that finds it
    return named.filter(rater=rater, client_key=client_key)


def _settle(assignment: Assignment, now: datetime) -> tuple[Assignment, Phase]:
    """Fill the slot, if one is still to be had; returns the assignment that holds it and what the answer counts as."""
    if assignment.state == AssignmentState.EXPIRED:
        assignment = _find_successor(assignment) or assignment
    if assignment.slot_id is None:
        is_training = Task.objects.filter(pk=assignment.task_id, state=TaskState.TRAINING).exists()
        return _submit(assignment, now), Phase.TRAINED if is_training else Phase.CHECK
    if assignment.state == AssignmentState.LIVE:
        if _fill(assignment, assignment.slot_id, SlotState.LEASED, now):
            return assignment, Phase.INDEPENDENT
        end_lease(assignment, AssignmentState.EXPIRED, now)  # the task was withdrawn meanwhile
    if not _may_work(assignment):
        return assignment, Phase.SURPLUS
    free = Slot.objects.filter(task=assignment.task_id, state=SlotState.FREE)
    slot = free.select_for_update(skip_locked=True).order_by("number").first()
    if slot is not None and _fill(assignment, slot.pk, SlotState.FREE, now):
        return assignment, Phase.INDEPENDENT
    return assignment, Phase.SURPLUS


def _may_work(assignment: Assignment) -> bool:
    """Whether the task could still be dealt to the rater: no test has come first since, and no skill was taken."""
    rater = Rater.objects.select_related("project").get(pk=assignment.rater_id)
    return not rater.must_qualify and may_be_dealt(rater=rater, task=assignment.task_id)


def _find_successor(assignment: Assignment) -> Assignment | None:
    """A live lease that the same rater got on the same task after this one ran out."""
    same = Assignment.objects.filter(
        task=assignment.task_id, rater=assignment.rater_id, repeat=assignment.repeat
    )
    return same.select_for_update().filter(state=AssignmentState.LIVE).first()


def _fill(assignment: Assignment, slot_id: int, expected: SlotState, now: datetime) -> bool:
    if not _fill_slot(pk=slot_id, expected=expected):
        return False
    assignment.slot_id = slot_id
    _submit(assignment, now)
    return True


@composed_update
def _fill_slot(pk: int, expected: SlotState) -> Change[Slot]:
    return Change(Slot.objects.filter(pk=pk, state=expected), {"state": SlotState.DONE})


def _submit(assignment: Assignment, now: datetime) -> Assignment:
    assignment.state = AssignmentState.SUBMITTED
    assignment.ended_at = now
    _end_answered(pk=assignment.pk, slot=assignment.slot_id, at=now)
    return assignment


@composed_update
def _end_answered(pk: int, slot: int | None, at: datetime) -> Change[Assignment]:
    ended = {"slot": slot, "state": AssignmentState.SUBMITTED, "ended_at": at}
    return Change(Assignment.objects.filter(pk=pk), ended)
