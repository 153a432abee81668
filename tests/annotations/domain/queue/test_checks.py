"""Checks: how many, when, which, and that nobody loses a place by them or sees them."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from annotations.api.serializers import AnnotationSerializer
from annotations.domain.checking.gold import mark_gold
from annotations.domain.queue.checks import is_due, set_check_shares
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import expire_assignments, skip_assignment
from annotations.domain.queue.raters import note_met
from annotations.domain.submitting.annotate import record_annotation, revise_annotation
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import Annotation, Assignment, AssignmentState, Project, Rater, Slot, Task
from annotations.queries.checks import APART, count_met
from annotations.queries.open_slots import WorkLeft, count_work_left
from annotations.queries.rating_rows import explain_exclusion, read_ratings
from annotations.queries.submissions import (
    find_last_submission,
    has_given,
    list_revisable,
    list_submissions,
)
from annotations.views.answered import describe_last
from evalplatform.common.errors import Invalid
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user

pytestmark = pytest.mark.database


def make_work(
    project: Project, count: int, *, gold: int = 0, overlap: int = 1
) -> tuple[list[Task], set[int]]:
    """Tasks of the queue, and the ids of tasks of known answer."""
    rubric = make_pair_rubric(project)
    known = [make_pair_task(project, rubric) for _ in range(gold)]
    for task in known:
        mark_gold(task=task, ratings={"overall": "first"}, actor=make_user())
    return [make_pair_task(project, rubric, overlap=overlap) for _ in range(count)], {
        task.pk for task in known
    }


def claim(rater: Rater) -> Assignment:
    assignment = claim_assignment(rater=rater)
    assert assignment is not None
    return assignment


def answer(assignment: Assignment, key: str = "") -> Annotation:
    key = key or str(assignment.public_id)
    content: Any = {"ratings": {"overall": "first"}, "seconds": 1.0, "client_key": key}
    return record_annotation(assignment=assignment, **content).annotation


def work(rater: Rater, count: int) -> list[Assignment]:
    dealt = []
    for _ in range(count):
        dealt.append(claim(rater))
        answer(dealt[-1])
    return dealt


def find_check(rater: Rater) -> Assignment:
    """The rater's first check, held."""
    for _ in range(40):
        held = claim(rater)
        if held.slot_id is None:
            return held
        answer(held)
    raise AssertionError("no check")


def test_checks_are_never_more_than_their_share_at_any_moment() -> None:
    project = make_project(gold_share=0.1)
    make_work(project, 90, gold=20)
    dealt = work(make_person(project), 60)
    seen = 0
    for count, assignment in enumerate(dealt, start=1):
        seen += assignment.slot_id is None
        assert seen <= 0.1 * count
    assert seen == 5


def test_the_places_of_checks_are_each_raters_own_and_no_steady_step() -> None:
    project = make_project(gold_share=0.1)
    places = [
        tuple(met for met in range(200) if is_due(project=project, rater=rater, met=met))
        for rater in (make_person(project), make_person(project))
    ]
    assert places[0] != places[1]
    for held in places:
        assert len(held) == 19
        assert len({later - earlier for earlier, later in pairwise(held)}) > 5


def test_only_tasks_of_known_answer_are_asked_and_each_once() -> None:
    project = make_project(gold_share=0.1)
    _, known = make_work(project, 90, gold=2)
    dealt = work(make_person(project), 60)
    checks = [assignment.task_id for assignment in dealt if assignment.slot_id is None]
    assert sorted(checks) == sorted(known)
    assert not known & {assignment.task_id for assignment in dealt if assignment.slot_id is not None}


def test_a_repeat_comes_at_least_fifty_tasks_later_and_once() -> None:
    project = make_project(repeat_share=0.1)
    make_work(project, 130)
    dealt = work(make_person(project), 120)
    first = {assignment.task_id: place for place, assignment in enumerate(dealt) if not assignment.repeat}
    again = [(place, assignment) for place, assignment in enumerate(dealt) if assignment.repeat]
    assert len(again) > 3
    assert len({assignment.task_id for _, assignment in again}) == len(again)
    assert all(place - first[assignment.task_id] > APART for place, assignment in again)
    assert {(assignment.repeat, assignment.slot_id) for _, assignment in again} == {(1, None)}


def test_every_place_is_filled_exactly_although_checks_are_asked() -> None:
    project = make_project(gold_share=0.1)
    make_work(project, 70, gold=5, overlap=2)
    raters = [make_person(project) for _ in range(3)]
    for _ in range(90):
        for rater in raters:
            if held := claim_assignment(rater=rater):
                answer(held)
    assert Assignment.objects.filter(slot=None).count() >= 9
    assert Slot.objects.filter(task__state="open", state="done").count() == 140
    counted = Annotation.objects.filter(phase="independent", assignment__isnull=False)
    assert counted.count() == 140


def test_an_answer_to_a_check_stays_out_of_the_figures() -> None:
    project = make_project(gold_share=0.1)
    tasks, _ = make_work(project, 40, gold=5)
    rater = make_person(project)
    given = answer(find_check(rater))
    rows = read_ratings(project=project, criteria=[tasks[0].rubric.criteria.get().pk])
    reasons = {row.annotation: reason for row, reason in explain_exclusion(rows) if row.rater == rater.pk}
    assert reasons.pop(given.pk) == "check"
    assert set(reasons.values()) == {None}


def test_a_check_is_told_like_any_other_answer() -> None:
    project = make_project(gold_share=0.1)
    make_work(project, 40, gold=5)
    given = answer(find_check(make_person(project)))
    assert given.phase == "check"
    told = AnnotationSerializer(given).data
    assert (told["phase"], told["counted"]) == ("independent", True)
    content: Any = {"ratings": {"overall": "second"}, "seconds": 1.0, "client_key": "r"}
    revised = revise_annotation(annotation=given, **content).annotation
    assert revised.phase == "check"
    assert AnnotationSerializer(revised).data["phase"] == "revised"


def test_a_changed_check_is_counted_listed_and_undone_like_any_other_changed_answer() -> None:
    project = make_project(gold_share=0.1)
    make_work(project, 40, gold=5)
    rater = make_person(project)
    check = answer(find_check(rater))
    began = timezone.now() - timedelta(hours=1)
    given = [has_given(rater=rater, count=count, since=began) for count in range(60)]
    before = Annotation.objects.filter(rater=rater, is_current=True, pk__lt=check.pk).latest("pk")
    content: Any = {"ratings": {"overall": "second"}, "seconds": 1.0, "client_key": "r"}
    revise_annotation(annotation=check, **content)
    assert [has_given(rater=rater, count=count, since=began) for count in range(60)] == given
    assert given.count(True) == 1 + Annotation.objects.filter(rater=rater, is_current=True).count()
    assert find_last_submission(rater=rater) == before
    assert describe_last(list_revisable(rater=rater)[:1])[0].is_revised


def test_what_is_left_is_told_in_tens_where_checks_are_mixed_in() -> None:
    project = make_project(gold_share=0.1)
    make_work(project, 24)
    rater = make_person(project)
    assert count_work_left(rater=rater) == WorkLeft(20, more=False)
    work(rater, 15)
    rater.refresh_from_db()
    assert count_work_left(rater=rater) is None


def test_a_check_is_undone_and_answered_again() -> None:
    project = make_project(gold_share=0.1)
    make_work(project, 40, gold=5)
    rater = make_person(project)
    held = find_check(rater)
    undone = undo_annotation(annotation=answer(held))
    assert claim(rater).pk == undone.pk == held.pk
    again = answer(undone, "again")
    assert (again.phase, AnnotationSerializer(again).data["phase"]) == ("check", "independent")


def test_a_check_that_ran_out_is_asked_again_and_a_skipped_one_is_not() -> None:
    project = make_project(gold_share=0.1)
    make_work(project, 40, gold=5)
    rater = make_person(project)
    held = find_check(rater)
    Assignment.objects.filter(pk=held.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    assert expire_assignments(now=timezone.now()) == 1
    again = claim(rater)
    assert (again.task_id, again.slot_id) == (held.task_id, None)
    assert again.pk != held.pk
    assert answer(held).assignment_id == again.pk
    skipped = find_check(rater)
    skip_assignment(assignment=skipped, reason="unclear")
    assert claim(rater).task_id != skipped.task_id
    assert Assignment.objects.get(pk=skipped.pk).state == AssignmentState.SKIPPED


@pytest.mark.parametrize(("gold", "repeats"), [(0.11, 0.0), (0.0, 0.2), (0.06, 0.05), (-0.1, 0.0)])
def test_more_than_a_tenth_is_refused(gold: float, repeats: float) -> None:
    project = make_project()
    with pytest.raises(Invalid):
        set_check_shares(project=project, gold_share=gold, repeat_share=repeats, actor=make_user())
    project.refresh_from_db()
    assert (project.gold_share, project.repeat_share) == (0, 0)


def test_a_tenth_is_kept() -> None:
    project = make_project()
    set_check_shares(project=project, gold_share=0.07, repeat_share=0.03, actor=make_user())
    project.refresh_from_db()
    assert (project.gold_share, project.repeat_share) == (0.07, 0.03)


def test_most_of_what_was_met_is_counted_once_and_checks_stand_where_they_stood() -> None:
    project = make_project(gold_share=0.1)
    make_work(project, 130, gold=20)
    rater = make_person(project)
    places = [place for place, dealt in enumerate(work(rater, 130)) if dealt.slot_id is None]
    assert places == [met for met in range(130) if is_due(project=project, rater=rater, met=met)]
    rater.refresh_from_db()
    assert (rater.met_count, rater.assignments.filter(pk__lte=rater.met_upto).count()) == (50, 50)
    given = list(list_submissions(rater=rater)[:2])
    for last in given:
        undo_annotation(annotation=last)
    assert count_met(rater=rater) == 128
    rater.assignments.filter(pk__gt=rater.met_upto).update(state=AssignmentState.EXPIRED)
    assert count_met(rater=rater) == 50


def test_a_live_lease_is_not_counted_before_it_ends() -> None:
    project = make_project(gold_share=0.1)
    make_work(project, 120, gold=20)
    rater = make_person(project)
    first, *_ = work(rater, 101)
    Assignment.objects.filter(pk=first.pk).update(state=AssignmentState.LIVE)
    note_met(rater=rater, met=101)
    assert rater.met_count == 0
