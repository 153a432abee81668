"""Many people ask at once: no slot goes to two of them, nobody gets a task twice."""

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from annotations.domain.queue.ahead import claim_ahead
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Assignment, Phase, Project, Rater, Slot, SlotState
from evalplatform.common.errors import Exhausted
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = [pytest.mark.database(transaction=True)]
RATERS, TASKS, OVERLAP = 8, 5, 2


def run_together(*works: Callable[[], object]) -> list[BaseException]:
    """Run all at one barrier, each in a thread with a connection of its own; returns what went wrong."""
    barrier = threading.Barrier(len(works))
    failures: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            work()
        except Exception as error:  # noqa: BLE001 - handed to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=50)
    return failures


def make_queue() -> tuple[Project, list[Rater]]:
    project = make_project()
    rubric = make_pair_rubric(project)
    for _ in range(TASKS):
        make_pair_task(project, rubric, overlap=OVERLAP)
    return project, [make_person(project) for _ in range(RATERS)]


def claim_quietly(rater: Rater) -> Assignment | None:
    try:
        return claim_assignment(rater=rater)
    except Exhausted:
        return None


def test_nobody_shares_a_slot_and_nobody_meets_a_task_twice() -> None:
    _, raters = make_queue()
    assert run_together(*(partial(claim_quietly, rater) for rater in raters)) == []
    leases = Assignment.objects.all()
    assert len(leases) == RATERS
    assert Counter(lease.slot_id for lease in leases).most_common(1)[0][1] == 1
    assert Counter(lease.rater_id for lease in leases).most_common(1)[0][1] == 1
    assert Slot.objects.filter(state=SlotState.LEASED).count() == RATERS


def test_a_rater_with_four_tabs_holds_one_lease() -> None:
    _, raters = make_queue()
    assert run_together(*[partial(claim_quietly, raters[0])] * 4) == []
    assert Assignment.objects.count() == 1


def test_drained_by_many_every_task_has_exactly_what_was_wanted() -> None:
    _, raters = make_queue()

    def drain(rater: Rater) -> None:
        while lease := claim_quietly(rater):
            record_annotation(
                assignment=lease,
                ratings={"overall": "tie"},
                seconds=0,
                client_key=str(lease.public_id),
            )

    assert run_together(*(partial(drain, rater) for rater in raters)) == []
    for rater in raters:  # those who were told to come back while others worked
        drain(rater)
    per_task = Counter(Annotation.objects.values_list("task", flat=True))
    assert set(per_task.values()) == {OVERLAP}
    assert len(per_task) == TASKS
    assert set(Annotation.objects.values_list("phase", flat=True)) == {Phase.INDEPENDENT}


def test_drained_by_many_who_look_ahead_every_task_has_exactly_what_was_wanted() -> None:
    _, raters = make_queue()

    def drain(rater: Rater) -> None:
        while lease := claim_quietly(rater):
            claim_ahead(rater=rater, beside=lease.public_id)
            key = str(lease.public_id)
            record_annotation(assignment=lease, ratings={"overall": "tie"}, seconds=0, client_key=key)

    assert run_together(*(partial(drain, rater) for rater in raters)) == []
    for rater in raters:  # those who were told to come back while others worked
        drain(rater)
    per_task = Counter(Annotation.objects.values_list("task", flat=True))
    assert list(per_task.values()) == [OVERLAP] * TASKS
    assert set(Annotation.objects.values_list("phase", flat=True)) == {Phase.INDEPENDENT}


def test_a_rater_with_four_tabs_holds_one_lease_ahead() -> None:
    _, raters = make_queue()
    held = claim_assignment(rater=raters[0])
    assert held is not None
    assert run_together(*[partial(claim_ahead, rater=raters[0], beside=held.public_id)] * 4) == []
    assert Assignment.objects.count() == 2


def test_the_same_submission_sent_four_times_at_once_is_stored_once() -> None:
    _, raters = make_queue()
    lease = claim_assignment(rater=raters[0])
    assert lease is not None

    def submit() -> None:
        record_annotation(assignment=lease, ratings={"overall": "tie"}, seconds=1, client_key="one")

    assert run_together(*[submit] * 4) == []
    assert Annotation.objects.count() == 1
