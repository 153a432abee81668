"""A page says as it closes what it held, often too late: whatever has become of it, the reply is a clear one."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from annotations.domain.people.leaving import erase_account
from annotations.domain.people.pausing import deactivate_rater, end_membership
from annotations.domain.planning.archiving import archive_project
from annotations.domain.queue.ahead import claim_ahead
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import sweep_assignments
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Assignment, AssignmentState, Membership, Project, Rater, Slot, SlotState
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user

pytestmark = pytest.mark.database


def submit(held: Assignment) -> None:
    record_annotation(assignment=held, ratings={"overall": "first"}, seconds=1, client_key="k")


def expire(held: Assignment) -> None:
    Assignment.objects.update(expires_at=timezone.now())
    sweep_assignments()


def end_role(held: Assignment) -> None:
    end_membership(membership=Membership.objects.get(user=held.rater.user), actor=make_user())


def erase(held: Assignment) -> None:
    assert held.rater.user is not None
    erase_account(user=held.rater.user, actor=None)


# What happened before the page closed, the reply, and how many leases live on.
LATE: dict[str, tuple[Callable[[Assignment], object], int, int]] = {
    "nothing": (lambda held: None, 204, 1),
    "answered": (submit, 204, 1),
    "expired": (expire, 204, 0),
    "project paused": (lambda held: Project.objects.update(paused_at=timezone.now()), 204, 1),
    "rater paused": (lambda held: deactivate_rater(rater=held.rater, actor=make_user()), 403, 0),
    "project archived": (lambda held: archive_project(project=held.project, actor=make_user()), 404, 0),
    "project gone": (lambda held: held.project.delete(), 404, 0),
    "role ended": (end_role, 302, 0),
    "account erased": (erase, 302, 0),
}


@pytest.mark.parametrize(("happen", "status", "live"), LATE.values(), ids=LATE)
def test_a_late_word_is_answered_and_no_place_is_lost(
    happen: Callable[[Assignment], object], status: int, live: int
) -> None:
    project = make_project("sky")
    rubric = make_pair_rubric(project)
    for _ in range(3):
        make_pair_task(project, rubric)
    rater: Rater = make_person(project)
    held = claim_assignment(rater=rater)
    assert held is not None
    assert rater.user is not None
    ahead = claim_ahead(rater=rater, beside=held.public_id)
    assert ahead is not None
    client = Client(raise_request_exception=False)
    client.force_login(rater.user)
    happen(held)
    reply = client.post(f"/p/sky/rate/{held.public_id}/leave/", {"lease": str(ahead.token)})
    assert reply.status_code == status
    assert Assignment.objects.filter(state=AssignmentState.LIVE).count() == live
    assert Slot.objects.filter(state=SlotState.LEASED).count() == live
