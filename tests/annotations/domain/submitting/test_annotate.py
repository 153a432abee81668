from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import expire_assignments, skip_assignment
from annotations.domain.showing.presentation import draw_order
from annotations.domain.submitting.annotate import record_annotation, revise_annotation
from annotations.domain.submitting.undo import retract_annotation, undo_annotation
from annotations.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Phase,
    Presentation,
    Project,
    Rater,
    Rating,
    Slot,
    SlotState,
)
from evalplatform.common.errors import Conflict
from tests.factories.ledger import (
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    next_number,
)

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def rater(project: Project) -> Rater:
    return make_person(project)


def lease_pair(project: Project, rater: Rater, count: int = 1) -> Assignment:
    rubric = make_pair_rubric(project)
    for _ in range(count):
        make_pair_task(project, rubric)
    return claim(rater)


def claim(rater: Rater) -> Assignment:
    assignment = claim_assignment(rater=rater)
    assert assignment is not None
    return assignment


def submit(assignment: Assignment, value: Any = "first", client_key: str = "") -> Annotation:
    return record_annotation(
        assignment=assignment,
        ratings={"overall": value},
        seconds=3.5,
        client_key=client_key or f"key-{next_number()}",
    ).annotation


def slot_of(assignment: Assignment) -> SlotState:
    return SlotState(Slot.objects.get(task=assignment.task_id).state)


def test_a_preference_is_stored_against_the_canonical_order(project: Project) -> None:
    rubric = make_pair_rubric(project)
    task = make_pair_task(project, rubric, overlap=20)
    orders = set()
    for _ in range(20):
        rater = make_person(project)
        annotation = submit(claim(rater), "first")
        order = draw_order(task=task, rater=rater, size=2)
        orders.add(order)
        assert annotation.presentation == Presentation.SHOWN
        assert annotation.shown_order == ",".join(map(str, order))
        assert annotation.ratings.get().code == ("first" if order == (0, 1) else "second")
    assert orders == {(0, 1), (1, 0)}


def test_an_answer_fills_its_slot_and_marks_the_rubric_used(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    annotation = submit(lease)
    lease.refresh_from_db()
    lease.task.rubric.refresh_from_db()
    assert annotation.phase == Phase.INDEPENDENT
    assert annotation.seconds == 3.5
    assert lease.state == AssignmentState.SUBMITTED
    assert slot_of(lease) == SlotState.DONE
    assert lease.task.rubric.used_at is not None


def test_the_same_submission_twice_is_one_annotation(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    first = record_annotation(assignment=lease, ratings={"overall": "tie"}, seconds=1, client_key="k")
    again = record_annotation(
        assignment=lease, ratings={"overall": {"value": "tie"}}, seconds=9, client_key="k"
    )
    assert (first.created, again.created) == (True, False)
    assert first.annotation == again.annotation
    assert Rating.objects.count() == 1


def test_another_answer_under_the_same_key_is_a_conflict(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    stored = submit(lease, "first", "k")
    with pytest.raises(Conflict) as refused:
        submit(lease, "second", "k")
    assert read_both(refused.value) == (str(stored.public_id), "first", "second")


def read_both(conflict: Conflict) -> tuple[str, str, str]:
    """Id and value of the stored answer, value of the other: as shown, whichever side was which system."""
    stored, sent = conflict.extra["stored"], conflict.extra["sent"]
    return stored["id"], stored["ratings"]["overall"]["value"], sent["ratings"]["overall"]["value"]


def test_row_17_the_same_answer_from_another_tab_changes_nothing(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    stored = submit(lease, {"value": "second", "rationale": "clear"})
    again = record_annotation(
        assignment=lease,
        ratings={"overall": {"value": "second", "rationale": "clear"}},
        seconds=9,
        client_key="other tab",
    )
    assert (again.annotation, again.created) == (stored, False)
    assert Rating.objects.count() == 1


def test_a_key_that_was_undone_is_named_while_the_lease_lives(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    undo_annotation(annotation=submit(lease, "first", "k"))
    with pytest.raises(Conflict, match="client_key has been used") as refused:
        submit(lease, "second", "k")
    assert refused.value.extra == {}


def test_row_17_a_key_of_another_task_tells_nothing_of_it(project: Project, rater: Rater) -> None:
    submit(lease_pair(project, rater, count=2), "first", "k")
    with pytest.raises(Conflict) as refused:
        submit(claim(rater), "second", "k")
    assert refused.value.extra == {}


def test_a_second_answer_without_revision_is_a_conflict(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    stored = submit(lease, "second")
    with pytest.raises(Conflict) as refused:
        submit(lease, {"value": "tie", "rationale": "on reflection", "confidence": 0.5})
    assert read_both(refused.value) == (str(stored.public_id), "second", "tie")
    assert refused.value.extra["stored"]["created_at"] == stored.created_at.isoformat()
    assert refused.value.extra["sent"] == {
        "ratings": {"overall": {"value": "tie", "rationale": "on reflection", "confidence": 0.5}}
    }
    assert Annotation.objects.count() == 1


def test_row_17_an_answer_that_was_revised_elsewhere_is_not_revised_again(
    project: Project, rater: Rater
) -> None:
    lease = lease_pair(project, rater)
    old = submit(lease, "first")
    new = revise(old, "second", "r1")
    with pytest.raises(Conflict) as refused:
        revise(old, "tie", "r2")
    assert read_both(refused.value) == (str(new.public_id), "second", "tie")
    assert [a.is_current for a in Annotation.objects.order_by("pk")] == [False, True]


def revise(annotation: Annotation, value: str, client_key: str) -> Annotation:
    return revise_annotation(
        annotation=annotation, ratings={"overall": value}, seconds=1, client_key=client_key
    ).annotation


def test_row_17_two_answers_at_once_leave_one(project: Project, rater: Rater) -> None:
    """Both looked for an earlier answer before either was stored: the database decides."""
    lease = lease_pair(project, rater)
    stored = submit(lease, "first")
    Assignment.objects.update(state=AssignmentState.LIVE)
    Slot.objects.update(state=SlotState.LEASED)
    with pytest.raises(Conflict) as refused:
        submit(lease, "second")
    assert read_both(refused.value) == (str(stored.public_id), "first", "second")
    assert Annotation.objects.count() == 1


def test_a_late_answer_is_surplus_when_its_place_is_taken(project: Project, rater: Rater) -> None:
    late = lease_pair(project, rater)
    expire_assignments(now=late.expires_at)
    other = make_person(project)
    submit(claim(other))
    result = record_annotation(assignment=late, ratings={"overall": "tie"}, seconds=1, client_key="late")
    assert (result.annotation.phase, result.counted, result.created) == (Phase.SURPLUS, False, True)
    assert Annotation.objects.filter(phase=Phase.INDEPENDENT).count() == 1


def test_a_late_answer_takes_a_place_that_is_still_free(project: Project, rater: Rater) -> None:
    late = lease_pair(project, rater)
    expire_assignments(now=late.expires_at)
    assert submit(late).phase == Phase.INDEPENDENT
    assert slot_of(late) == SlotState.DONE


def test_a_late_answer_counts_under_the_newer_lease_of_the_same_rater(project: Project, rater: Rater) -> None:
    late = lease_pair(project, rater)
    expire_assignments(now=late.expires_at)
    newer = claim(rater)
    annotation = submit(late)
    assert (annotation.assignment, annotation.phase) == (newer, Phase.INDEPENDENT)
    assert claim_assignment(rater=rater) is None


def test_an_answer_to_a_withdrawn_task_is_surplus(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    Slot.objects.update(state=SlotState.WITHDRAWN)
    assert submit(lease).phase == Phase.SURPLUS
    assert slot_of(lease) == SlotState.WITHDRAWN


def test_a_skipped_task_cannot_be_answered(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    skip_assignment(assignment=lease, reason="broken text")
    with pytest.raises(Conflict) as refused:
        submit(lease)
    assert refused.value.extra == {}


def test_undo_gives_the_same_task_back_before_the_next_one(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater, count=3)
    annotation = submit(lease)
    following = claim(rater)
    reopened = undo_annotation(annotation=annotation)
    assert reopened == lease
    assert claim(rater) == lease
    annotation.refresh_from_db()
    assert annotation.is_current is False
    assert annotation.retracted_at is not None
    redone = submit(lease, "second")
    assert (redone.phase, redone.supersedes) == (Phase.INDEPENDENT, annotation)
    assert claim(rater) == following


def test_the_last_two_answers_can_be_undone_and_no_more(project: Project, rater: Rater) -> None:
    lease_pair(project, rater, count=4)
    first, second, third = (submit(claim(rater)) for _ in range(3))
    with pytest.raises(Conflict):
        undo_annotation(annotation=first)
    undo_annotation(annotation=third)
    undo_annotation(annotation=second)
    with pytest.raises(Conflict):
        undo_annotation(annotation=first)
    with pytest.raises(Conflict):
        undo_annotation(annotation=third)


def test_a_key_that_was_undone_cannot_be_sent_again(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    undo_annotation(annotation=submit(lease, "first", "k"))
    with pytest.raises(Conflict):
        submit(lease, "first", "k")


def test_retracting_puts_the_place_back_into_the_queue(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    retract_annotation(annotation=submit(lease))
    assert slot_of(lease) == SlotState.FREE
    assert claim(make_person(project)).task == lease.task


def test_a_revision_is_a_new_row(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    old = submit(lease, "first")
    new = revise_annotation(annotation=old, ratings={"overall": "tie"}, seconds=2, client_key="r").annotation
    old.refresh_from_db()
    assert (new.phase, new.supersedes, new.is_current, old.is_current) == (Phase.REVISED, old, True, False)
    assert old.retracted_at is None
    with pytest.raises(Conflict):
        revise_annotation(annotation=old, ratings={"overall": "second"}, seconds=2, client_key="s")


def test_a_lease_of_an_hour_ago_still_counts_while_nobody_swept_it(project: Project, rater: Rater) -> None:
    lease = lease_pair(project, rater)
    Assignment.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert submit(lease).phase == Phase.INDEPENDENT
