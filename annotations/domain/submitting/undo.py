"""Answers of people taken back: undone, to be given anew, or retracted for good. Rows are marked, never deleted."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from annotations.domain.checking.cautions import refuse_told
from annotations.domain.queue.claim import lock_rater
from annotations.domain.queue.leases import end_lease, lease_end
from annotations.domain.reading.own_answers import hold_lease, lease_of, refuse_withdrawn
from annotations.domain.reviewing.asked_again import end_queries
from annotations.domain.reviewing.review_queue import measure_reviews
from annotations.models import Annotation, Assignment, AssignmentState, Phase, Rater, Slot, SlotState
from annotations.queries.gates import may_be_dealt
from annotations.queries.messages import was_asked_about
from annotations.queries.submissions import count_later_submissions
from annotations.queries.trials import is_in_ended_trial
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Missing

UNDO_DEPTH = 2  # an answer can be undone until two more have been given


@transaction.atomic
def undo_annotation(*, annotation: Annotation, now: datetime | None = None) -> Assignment:
    """Take back one of the rater's last answers and lease the same slot to them again.

    It takes the place of what was leased ahead: of all that the rater holds, the first stays theirs, the rest goes
    back to the queue. What they then submit counts as their first, independent answer. Raises Conflict when it is
    too late, and Denied for a rater who was deactivated.
    """
    now = now or database_now()
    rater = lock_rater(annotation.rater)
    others, assignment = _hold_leases(rater, lease_of(annotation))
    _refuse_late(annotation, assignment, rater)
    _retract(annotation, now)
    if assignment.state == AssignmentState.SUBMITTED:
        for lease in others[1:]:
            end_lease(lease, AssignmentState.EXPIRED, now)
        _reopen(assignment, now)
    return assignment


@transaction.atomic
def retract_annotation(*, annotation: Annotation, now: datetime | None = None) -> None:
    """Withdraw an answer for good; its place is dealt again.

    Raises Conflict where the rater was told of checks since.
    """
    now = now or database_now()
    assignment = hold_lease(lease_of(annotation))
    refuse_told(annotation=annotation)
    _retract(annotation, now)
    end_queries(annotation=annotation, now=now)
    if assignment.state == AssignmentState.SUBMITTED:
        end_lease(assignment, AssignmentState.RETURNED, now)


def _hold_leases(rater: Rater, answered: Assignment) -> tuple[list[Assignment], Assignment]:
    """What the rater holds, in the order in which it was dealt, and the lease that they answered."""
    wanted = Q(rater=rater, state=AssignmentState.LIVE) | Q(pk=answered.pk)
    held = {lease.pk: lease for lease in Assignment.objects.filter(wanted).order_by("pk").select_for_update()}
    if answered.pk not in held:
        raise Missing("No such assignment.")
    assignment = held.pop(answered.pk)
    return list(held.values()), assignment


def _refuse_late(annotation: Annotation, assignment: Assignment, rater: Rater) -> None:
    """Raises Conflict where the answer stays as it is."""
    refuse_withdrawn(assignment)
    if count_later_submissions(annotation=annotation) >= UNDO_DEPTH:
        raise Conflict(_("Only the last answers can be undone."))
    if annotation.phase == Phase.TRAINED or _was_tested(assignment):
        raise Conflict(_("Training and a test that has ended cannot be undone."))
    if rater.must_qualify and assignment.slot_id is not None:
        raise Conflict(_("Training and a test come first now: your earlier answers stay as they are."))
    if not may_be_dealt(rater=rater, task=assignment.task_id):
        raise Conflict(
            _("This task asks for something that you do not have any more: your answer stays as it is.")
        )
    if was_asked_about(annotation=annotation):
        raise Conflict(_("A reviewer has asked you about this answer: please answer there."))
    refuse_told(annotation=annotation)


def _was_tested(assignment: Assignment) -> bool:
    no_place = assignment.slot_id is None
    return no_place and is_in_ended_trial(rater_id=assignment.rater_id, assignment_id=assignment.pk)


def _retract(annotation: Annotation, now: datetime) -> None:
    current = Annotation.objects.filter(pk=annotation.pk, is_current=True)
    if not current.update(is_current=False, retracted_at=now):
        raise Conflict(_("This answer is not the current one any more."))
    # The reviewers' queue finds what is new by its id, and of this there is none.
    measure_reviews(project=annotation.project, tasks=[annotation.task_id])


def _reopen(assignment: Assignment, now: datetime) -> None:
    Slot.objects.filter(assignments=assignment, state=SlotState.DONE).update(state=SlotState.LEASED)
    assignment.state = AssignmentState.LIVE
    assignment.expires_at = lease_end(now)
    assignment.ended_at = None
    assignment.save(update_fields=["state", "expires_at", "ended_at"])
