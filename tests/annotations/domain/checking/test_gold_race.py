"""Known answers change while people work and rules are taken back: nobody waits in a circle."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotations.domain.checking.cautions import end_caution
from annotations.domain.checking.gold import mark_gold, unmark_gold
from annotations.domain.checking.known_answers import KnownAnswer, keep_known_answers
from annotations.domain.checking.objections import decide_objection
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.locks.rater_lock import hold_rater
from annotations.domain.people.leaving import erase_account
from annotations.domain.people.pausing import reactivate_rater
from annotations.domain.queue.ahead import claim_ahead
from annotations.domain.queue.claim import claim_assignment, renew_live
from annotations.domain.queue.qualify import set_qualification
from annotations.models import (
    Assignment,
    Caution,
    CautionEffect,
    CautionState,
    Ground,
    Objection,
    ObjectionState,
    Project,
    Rater,
    SlotState,
    Task,
    TaskState,
)
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user

pytestmark = pytest.mark.database(transaction=True)
MEANWHILE = 0.7  # seconds in which the other one takes what it can


def meet(first: Callable[[], object], then: Callable[[], object], other: Callable[[], object]) -> None:
    """`first` and, when `other` has begun beside it, `then` in one transaction; both come through."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            other()
        except Exception as error:  # noqa: BLE001 - told by the test
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(timeout=MEANWHILE)
        then()
    thread.join(timeout=50)
    assert failures == []


@pytest.fixture
def project() -> Project:
    project = make_project("sky")
    rubric = make_pair_rubric(project)
    for _ in range(6):
        make_pair_task(project, rubric)
    return project


def claim(rater: Rater) -> Assignment:
    held = claim_assignment(rater=Rater.objects.select_related("project").get(pk=rater.pk))
    assert held is not None
    return held


def caution(rater: Rater, effect: CautionEffect) -> Caution:
    """One that no answer supports: it is lifted by the next count."""
    return Caution.objects.create(
        project=rater.project, rater=rater, ground=Ground.GOLD, effect=effect, floor=0.7, error=0.05,
        hits=0, n=5, after=0, upto=0,
    )  # fmt: skip


def test_a_cautioned_rater_claims_while_the_answer_to_their_task_is_corrected(project: Project) -> None:
    known = Task.objects.earliest("pk")
    mark_gold(task=known, ratings={"overall": "first"}, actor=make_user())
    set_qualification(project=project, size=1, mark=0.5, tries=1, actor=make_user())
    rater = make_person(project)
    held = claim(rater)
    assert held.task == known
    standing = caution(rater, CautionEffect.TRAIN)
    meet(
        lambda: hold_rater(rater),
        lambda: renew_live(held, rater, timezone.now()),
        lambda: mark_gold(task=known, ratings={"overall": "second"}, actor=make_user()),
    )
    standing.refresh_from_db()
    assert standing.state == CautionState.LIFTED


def test_a_rater_claims_while_their_task_is_dealt_like_any_other_again(project: Project) -> None:
    rater = make_person(project)
    held = claim(rater)
    mark_gold(task=held.task, ratings={"overall": "first"}, actor=make_user())
    Rater.objects.update(drained_until=timezone.now())
    meet(
        lambda: hold_rater(rater),
        lambda: renew_live(held, rater, timezone.now()),
        lambda: unmark_gold(task=held.task, actor=make_user()),
    )
    rater.refresh_from_db()
    assert rater.drained_until is None


def test_whoever_ends_two_leases_of_a_rater_meets_known_answers_of_both_tasks(project: Project) -> None:
    rater = make_person(project)
    held = claim(rater)
    ahead = claim_ahead(rater=rater, beside=held.public_id)
    assert ahead is not None
    leases = Assignment.objects.select_for_update()
    answers = [
        KnownAnswer(item=lease.task.item.key, systems=frozenset(), values={"overall": "tie"})
        for lease in (ahead, held)
    ]
    meet(
        lambda: leases.get(pk=held.pk),
        lambda: leases.get(pk=ahead.pk),
        lambda: keep_known_answers(project=project, answers=answers, actor=make_user()),
    )
    assert Task.objects.filter(state=TaskState.GOLD).count() == 2


def test_a_pause_is_ended_by_two_researchers_at_once(project: Project) -> None:
    """One lets the rater work, the other answers the caution that paused them."""
    rater = make_person(project)
    standing = caution(rater, CautionEffect.PAUSE)
    Rater.objects.filter(pk=rater.pk).update(deactivated_at=timezone.now())
    meet(
        lambda: hold_rater(rater),
        lambda: Caution.objects.filter(rater=rater, seen_at=None).update(seen_at=timezone.now()),
        lambda: end_caution(caution=standing, reply="It was the task.", actor=make_user()),
    )
    rater.refresh_from_db()
    assert rater.deactivated_at is None
    reactivate_rater(rater=rater, actor=make_user())


def test_a_check_is_contested_anew_while_the_objection_is_decided(project: Project) -> None:
    rater, known = make_person(project), Task.objects.earliest("pk")
    mark_gold(task=known, ratings={"overall": "first"}, actor=make_user())
    standing = caution(rater, CautionEffect.WARN)
    objection = Objection.objects.create(
        project=project, caution=standing, task=known, rater=rater, text="It is not."
    )
    meet(
        lambda: Caution.objects.select_for_update().get(pk=standing.pk),
        lambda: Objection.objects.filter(pk=objection.pk).update(text="Look again."),
        lambda: decide_objection(objection=objection, withdraw=True, reply="True.", actor=make_user()),
    )
    objection.refresh_from_db()
    assert (objection.text, objection.state) == ("Look again.", ObjectionState.WITHDRAWN)


def test_somebody_leaves_while_their_project_is_planned(project: Project) -> None:
    rater = make_person(project)
    user = rater.user
    assert user is not None
    claim(rater)
    meet(
        lambda: lock_project(project),
        lambda: hold_rater(rater),
        lambda: erase_account(user=user, actor=None),
    )
    rater.refresh_from_db()
    assert rater.user is None
    assert not project.slots.filter(state=SlotState.LEASED).exists()
