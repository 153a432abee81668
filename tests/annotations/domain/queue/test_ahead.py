"""The task leased beside the one on the screen: nobody gets more than they would, and what is not used goes back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from annotations.domain.checking.gold import mark_gold
from annotations.domain.people.pausing import deactivate_rater
from annotations.domain.queue.ahead import claim_ahead, release_ahead
from annotations.domain.queue.checks import is_due
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import expire_assignments, renew_ahead
from annotations.domain.queue.qualify import set_qualification
from annotations.domain.submitting.annotate import record_annotation
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import Annotation, Assignment, AssignmentState, Phase, Project, Rater, Slot, Task
from evalplatform.common.errors import Denied, Exhausted, Missing
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user

pytestmark = pytest.mark.database
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


def make_tasks(project: Project, count: int) -> list[Task]:
    rubric = make_pair_rubric(project)
    return [make_pair_task(project, rubric, overlap=1) for _ in range(count)]


def claim(rater: Rater) -> Assignment:
    held = claim_assignment(rater=rater)
    assert held is not None
    return held


def fetch_ahead(rater: Rater, beside: Assignment) -> Assignment:
    ahead = claim_ahead(rater=rater, beside=beside.public_id)
    assert ahead is not None
    return ahead


def answer(held: Assignment) -> Annotation:
    key = uuid4().hex
    return record_annotation(
        assignment=held, ratings={"overall": "first"}, seconds=1, client_key=key
    ).annotation


def count_free() -> int:
    return Slot.objects.filter(state="free").count()


def test_one_more_is_leased_and_comes_next() -> None:
    project = make_project()
    tasks = make_tasks(project, 3)
    rater = make_person(project)
    held = claim(rater)
    ahead = fetch_ahead(rater, held)
    assert fetch_ahead(rater, held) == ahead
    assert [held.task, ahead.task] == tasks[:2]
    assert claim(rater) == held
    answer(held)
    assert claim(rater) == ahead
    assert fetch_ahead(rater, ahead).task == tasks[2]


def test_nothing_is_leased_beside_a_lease_that_has_ended_nor_at_the_end_of_the_queue() -> None:
    project = make_project()
    make_tasks(project, 2)
    rater = make_person(project)
    held = claim(rater)
    answer(held)
    last = claim(rater)
    assert claim_ahead(rater=rater, beside=held.public_id) is None
    assert claim_ahead(rater=rater, beside=last.public_id) is None


def test_an_undone_task_is_followed_by_what_was_on_the_screen() -> None:
    project = make_project()
    tasks = make_tasks(project, 4)
    rater = make_person(project)
    first = claim(rater)
    second = fetch_ahead(rater, first)
    given = answer(first)
    third = fetch_ahead(rater, second)
    assert undo_annotation(annotation=given) == first
    assert fetch_ahead(rater, first) == second
    third.refresh_from_db()
    assert third.state == AssignmentState.EXPIRED
    answer(first := claim(rater))
    assert fetch_ahead(rater, second).task == tasks[3]


def test_no_chain_of_requests_leases_more_than_one_ahead() -> None:
    project = make_project()
    make_tasks(project, 6)
    rater = make_person(project)
    held = claim(rater)
    ahead = fetch_ahead(rater, held)
    for beside in (ahead, held, ahead):
        claim_ahead(rater=rater, beside=beside.public_id)
    assert Assignment.objects.filter(state=AssignmentState.LIVE).count() == 2
    assert claim_ahead(rater=rater, beside=ahead.public_id) is None
    answer(held)
    fetch_ahead(rater, ahead)


def test_a_tab_that_shows_the_task_ahead_gives_nothing_back_as_it_closes() -> None:
    project = make_project()
    make_tasks(project, 4)
    rater = make_person(project)
    held = claim(rater)
    ahead = fetch_ahead(rater, held)
    assert release_ahead(assignment=ahead, token=ahead.token) == 0
    assert release_ahead(assignment=ahead, token=held.token) == 0
    assert release_ahead(assignment=held, token=held.token) == 0
    assert count_free() == 2


def test_a_late_word_that_a_page_closes_is_heard_without_harm() -> None:
    project = make_project()
    make_tasks(project, 3)
    rater = make_person(project)
    held = claim(rater)
    ahead = fetch_ahead(rater, held)
    expire_assignments(now=ahead.expires_at)
    assert release_ahead(assignment=held, token=ahead.token) == 0
    deactivate_rater(rater=rater, actor=make_user())
    assert release_ahead(assignment=held, token=ahead.token) == 0
    project.delete()
    with pytest.raises(Missing):
        release_ahead(assignment=held, token=ahead.token)
    with pytest.raises(Missing):
        claim_ahead(rater=rater, beside=held.public_id)
    with pytest.raises(Missing):
        answer(held)


def test_a_task_ahead_that_went_back_while_its_page_was_shown_is_answered_all_the_same() -> None:
    project = make_project()
    tasks = make_tasks(project, 2)
    rater, other = make_person(project), make_person(project)
    held = claim(rater)
    ahead = fetch_ahead(rater, held)
    expire_assignments(now=ahead.expires_at)
    assert answer(held).phase == Phase.INDEPENDENT
    assert claim_ahead(rater=rater, beside=ahead.public_id) is None
    answer(claim(other))
    assert answer(ahead).phase == Phase.SURPLUS
    assert claim_assignment(rater=rater) is None
    assert list(Slot.objects.order_by("task").values_list("task", "state")) == [
        (task.pk, "done") for task in tasks
    ]


def test_a_test_that_is_asked_for_meanwhile_comes_after_what_is_held() -> None:
    project = make_project()
    rubric = make_pair_rubric(project)
    for _ in range(2):
        mark_gold(task=make_pair_task(project, rubric), ratings={"overall": "first"}, actor=make_user())
    for _ in range(4):
        make_pair_task(project, rubric)
    rater = make_person(project)
    held = claim(rater)
    ahead = fetch_ahead(rater, held)
    set_qualification(project=project, size=1, mark=1.0, tries=2, actor=make_user())
    rater = Rater.objects.select_related("project").get(pk=rater.pk)
    assert claim_ahead(rater=rater, beside=held.public_id) is None
    answer(held)
    assert claim(rater) == ahead
    answer(ahead)
    assert claim(rater).slot_id is None
    assert claim_ahead(rater=rater, beside=claim(rater).public_id) is None


@pytest.mark.parametrize("answered", [0, 1])
def test_what_is_held_counts_towards_the_day(answered: int) -> None:
    project = make_project(daily_cap=2)
    make_tasks(project, 6)
    rater = make_person(project)
    for _ in range(answered):
        answer(claim(rater))
    Annotation.objects.update(created_at=NOON)
    held = claim_assignment(rater=rater, now=NOON)
    assert held is not None
    ahead = claim_ahead(rater=rater, beside=held.public_id, now=NOON)
    assert (ahead is None) == (answered == 1)


def test_no_more_than_the_cap_is_answered_with_tasks_leased_ahead() -> None:
    project = make_project(daily_cap=3)
    make_tasks(project, 6)
    rater = make_person(project)
    held: Assignment | None = claim_assignment(rater=rater, now=NOON)
    given = 0
    while held is not None:
        ahead = claim_ahead(rater=rater, beside=held.public_id, now=NOON)
        answer(held)
        Annotation.objects.update(created_at=NOON)
        held, given = ahead, given + 1
    assert given == 3
    with pytest.raises(Exhausted, match="enough for today"):
        claim_assignment(rater=rater, now=NOON)


def test_checks_stand_where_they_would_without_it() -> None:
    project = make_project(gold_share=0.1)
    rubric = make_pair_rubric(project)
    for _ in range(8):
        mark_gold(task=make_pair_task(project, rubric), ratings={"overall": "first"}, actor=make_user())
    for _ in range(40):
        make_pair_task(project, rubric, overlap=1)
    rater = make_person(project)
    held, places = claim(rater), []
    for place in range(35):
        places += [place] if held.slot_id is None else []
        ahead = fetch_ahead(rater, held)
        answer(held)
        held = ahead
    assert places == [met for met in range(35) if is_due(project=project, rater=rater, met=met)]
    assert len(places) >= 2


def test_whoever_leaves_keeps_what_is_on_the_screen_only() -> None:
    project = make_project()
    tasks = make_tasks(project, 3)
    rater = make_person(project)
    held = claim(rater)
    ahead = fetch_ahead(rater, held)
    assert count_free() == 1
    assert release_ahead(assignment=held, token=ahead.token) == 1
    assert count_free() == 2
    ahead.refresh_from_db()
    assert (ahead.state, ahead.slot.rank if ahead.slot else None) == (
        AssignmentState.EXPIRED,
        1 + max(task.rank for task in tasks),
    )
    assert claim(rater) == held
    dealt = []
    while assignment := claim_assignment(rater=rater):
        dealt.append(assignment.task)
        answer(assignment)
    assert dealt == [tasks[0], tasks[2], tasks[1]]


def test_a_tab_that_fell_behind_gives_nothing_back() -> None:
    project = make_project()
    make_tasks(project, 3)
    rater = make_person(project)
    held = claim(rater)
    ahead = fetch_ahead(rater, held)
    answer(held)
    assert release_ahead(assignment=held, token=ahead.token) == 0


def test_a_page_that_closes_gives_nothing_back_that_another_page_has_asked_for_since() -> None:
    project = make_project()
    make_tasks(project, 3)
    rater = make_person(project)
    held = claim(rater)
    before = fetch_ahead(rater, held).token
    after = fetch_ahead(rater, held).token
    assert release_ahead(assignment=held, token=before) == 0
    assert release_ahead(assignment=held, token=after) == 1


def test_a_lease_ahead_lasts_as_long_as_the_task_that_is_looked_at() -> None:
    project = make_project()
    make_tasks(project, 2)
    rater = make_person(project)
    held = claim(rater)
    ahead = fetch_ahead(rater, held)
    later = ahead.expires_at + timedelta(minutes=5)
    renew_ahead(assignment=held, now=later)
    ahead.refresh_from_db()
    assert ahead.expires_at > later


def test_neither_a_paused_project_nor_a_paused_rater_gets_anything() -> None:
    project = make_project()
    make_tasks(project, 3)
    rater = make_person(project)
    held = claim(rater)
    project.paused_at = timezone.now()
    project.save()
    rater = Rater.objects.select_related("project").get(pk=rater.pk)
    assert claim_ahead(rater=rater, beside=held.public_id) is None
    project.paused_at = None
    project.save()
    rater = Rater.objects.select_related("project").get(pk=rater.pk)
    deactivate_rater(rater=rater, actor=make_user())
    with pytest.raises(Denied):
        claim_ahead(rater=rater, beside=held.public_id)
