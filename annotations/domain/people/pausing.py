"""Raters who are paused, and members who leave: what they hold goes back to the queue at once."""

from datetime import datetime

from django.db import transaction

from annotations.domain.projects.members import refuse_last_researcher
from annotations.domain.queue.leases import end_lease
from annotations.models import (
    Assignment,
    AssignmentState,
    Caution,
    CautionEffect,
    CautionState,
    Membership,
    Rater,
    RaterKind,
)
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.accounts.passwords import end_sessions
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict


@transaction.atomic
def deactivate_rater(*, rater: Rater, actor: User | None, now: datetime | None = None) -> Rater:
    """Refuse the person's next action in the project. Answers stay; the same again changes nothing.

    Without an actor it is the project's rule that does it.
    """
    now = now or database_now()
    rater = _lock_person(rater)
    if rater.deactivated_at is None:
        rater.deactivated_at = now
        rater.save(update_fields=["deactivated_at"])
        end_leases(rater, now)
        _record(rater, actor, "deactivate_rater")
    return rater


@transaction.atomic
def reactivate_rater(*, rater: Rater, actor: User) -> Rater:
    """Let the person work again; a pause by the project's rule ends. The same again changes nothing."""
    rater = _lock_person(rater)
    if rater.deactivated_at is not None:
        rater.deactivated_at = None
        rater.save(update_fields=["deactivated_at"])
        pauses = Caution.objects.filter(rater=rater, effect=CautionEffect.PAUSE, state=CautionState.STANDING)
        pauses.update(state=CautionState.ENDED, ended_at=database_now(), ended_by=actor)
        _record(rater, actor, "reactivate_rater")
    return rater


@transaction.atomic
def end_membership(*, membership: Membership, actor: User | None, now: datetime | None = None) -> None:
    """Close the project to the user, whose answers stay, and end their sessions. The same again changes nothing.

    Raises Conflict where nobody would be left to steer the project.
    """
    now = now or database_now()
    if membership.ended_at is None:
        refuse_last_researcher(membership=membership)
    if not Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=now):
        return
    people = Rater.objects.filter(
        project=membership.project_id, user=membership.user_id, kind=RaterKind.PERSON
    )
    for rater in people.select_for_update(no_key=True):
        end_leases(rater, now)
    end_sessions(user=membership.user)
    record_event(
        actor=actor,
        action="end_membership",
        target="user",
        target_id=membership.user.public_id,
        project=membership.project.public_id,
    )


def _lock_person(rater: Rater) -> Rater:
    """Claims of the rater wait. Raises Conflict for a judge or metric: their runs are what is paused."""
    locked = Rater.objects.select_related("project").select_for_update(no_key=True, of=("self",))
    rater = locked.get(pk=rater.pk)
    if rater.kind != RaterKind.PERSON:
        raise Conflict("Only people are paused like this; a judge stops with its run.")
    return rater


def end_leases(rater: Rater, now: datetime) -> None:
    """What the person holds goes back to the queue."""
    live = Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE)
    for assignment in live.select_for_update().order_by("pk"):
        end_lease(assignment, AssignmentState.EXPIRED, now)


def _record(rater: Rater, actor: User | None, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        target="rater",
        target_id=rater.public_id,
        project=rater.project.public_id,
    )
