"""Training and a test before real work."""

from typing import Any

import pytest

from annotations.domain.checking.cautions import set_rule
from annotations.domain.checking.gold import mark_gold
from annotations.domain.people.pausing import reactivate_rater
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import skip_assignment
from annotations.domain.queue.qualify import find_progress, set_qualification, waive_test
from annotations.domain.submitting.annotate import record_annotation
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import Annotation, Assignment, Caution, Project, Rater, RuleEffect, Slot, Task, Trial
from annotations.queries.own_work import list_answered_tasks
from annotations.queries.rating_rows import explain_exclusion, read_ratings
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Conflict, Denied, Exhausted, Invalid
from tests.annotations.domain.checking.test_cautions import show_as
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user

pytestmark = pytest.mark.database


def make_school(
    *, training: int = 2, gold: int = 8, size: int = 3, tries: int = 2, mark: float = 0.6
) -> Project:
    """A project with training tasks, known answers and real tasks."""
    project = make_project("sky")
    rubric = make_pair_rubric(project, ("first", "second", "tie"))
    for number in range(training + gold):
        task = make_pair_task(project, rubric)
        ratings = {"overall": {"value": "first", "rationale": "It is longer."}}
        mark_gold(task=task, ratings=ratings, actor=make_user(), training=number < training)
    for _ in range(80):
        make_pair_task(project, rubric, overlap=2)
    set_qualification(project=project, size=size, mark=mark, tries=tries, actor=make_user())
    return project


def claim(rater: Rater) -> Assignment:
    held = claim_assignment(rater=Rater.objects.select_related("project").get(pk=rater.pk))
    assert held is not None
    return held


def answer(held: Assignment, *, right: bool = True, key: str = "") -> Annotation:
    said = show_as(held, "first" if right else "second") if held.slot_id is None else "first"
    content: Any = {"ratings": {"overall": said}, "seconds": 2.0, "client_key": key or str(held.public_id)}
    return record_annotation(assignment=held, **content).annotation


def work(rater: Rater, count: int, *, right: bool = True) -> list[Annotation]:
    return [answer(claim(rater), right=right) for _ in range(count)]


def phases(rater: Rater) -> list[str]:
    return list(Annotation.objects.filter(rater=rater).order_by("pk").values_list("phase", flat=True))


def test_training_then_the_test_then_real_work() -> None:
    rater = make_person(make_school())
    work(rater, 6)
    assert phases(rater) == ["trained", "trained", "check", "check", "check", "independent"]
    rater.refresh_from_db()
    assert rater.qualified_at is not None
    trial = Trial.objects.get()
    assert (trial.state, trial.hits, trial.n, trial.needed) == ("passed", 3, 3, 2)
    assert AuditEvent.objects.filter(action="end_trial", after="passed").count() == 1


def test_who_misses_the_mark_trains_again_and_is_asked_other_tasks() -> None:
    rater = make_person(make_school())
    work(rater, 2)
    work(rater, 3, right=False)
    work(rater, 6)
    assert phases(rater)[5:] == ["trained", "trained", "check", "check", "check", "independent"]
    asked = Annotation.objects.filter(rater=rater, phase="check").values_list("task", flat=True)
    assert len(set(asked)) == 6
    assert list(Trial.objects.order_by("number").values_list("state", flat=True)) == ["failed", "passed"]


def test_after_the_last_try_nothing_is_dealt_until_a_researcher_lets_the_rater_begin() -> None:
    rater = make_person(make_school(training=0))
    work(rater, 6, right=False)
    with pytest.raises(Denied, match="did not pass"):
        claim(rater)
    assert find_progress(rater=rater).state == "failed"
    waive_test(rater=rater, actor=make_user())
    assert claim(rater).slot_id is not None
    assert AuditEvent.objects.filter(action="waive_test").count() == 1


def test_where_the_rater_stands_is_told_at_each_step() -> None:
    rater = make_person(make_school())
    seen = []
    for _ in range(5):
        claim(rater)
        progress = find_progress(rater=rater)
        seen.append((progress.state, progress.done, progress.size, progress.tries_left))
        work(rater, 1, right=False)
    assert seen == [
        ("training", 0, 2, 2),
        ("training", 1, 2, 2),
        *(("test", done, 3, 2) for done in range(3)),
    ]
    claim(rater)
    progress = find_progress(rater=rater)
    assert (progress.state, progress.tries_left) == ("training", 1)
    assert progress.last is not None
    assert (progress.last.hits, progress.last.needed) == (0, 2)


def test_training_and_test_take_no_place_enter_no_figure_and_are_paid() -> None:
    project = make_school()
    rater = make_person(project)
    work(rater, 5)
    assert Slot.objects.filter(project=project, state="done").count() == 0
    criterion = Task.objects.filter(state="open").earliest("pk").rubric.criteria.get()
    rows = read_ratings(project=project, criteria=[criterion.pk])
    reasons = [reason for row, reason in explain_exclusion(rows) if row.rater == rater.pk]
    assert sorted(reasons, key=str) == ["check", "check", "check", "trained", "trained"]
    assert len(list_answered_tasks(rater=rater)) == 5


def test_a_skipped_test_task_is_no_hit_and_the_test_ends() -> None:
    rater = make_person(make_school(training=0))
    work(rater, 1)
    for _ in range(2):
        skip_assignment(assignment=claim(rater), reason="unclear")
    claim(rater)
    trial = Trial.objects.get(number=0)
    assert (trial.state, trial.hits, trial.n) == ("failed", 1, 3)


def test_a_running_test_can_be_undone_and_an_ended_one_or_training_cannot() -> None:
    rater = make_person(make_school(training=1))
    [trained] = work(rater, 1)
    with pytest.raises(Conflict, match="cannot be undone"):
        undo_annotation(annotation=trained)
    [first] = work(rater, 1, right=False)
    answer(undo_annotation(annotation=first), key="again")
    *_, last = work(rater, 2)
    assert claim(rater).slot_id is not None
    assert Trial.objects.get().hits == 3
    with pytest.raises(Conflict, match="cannot be undone"):
        undo_annotation(annotation=last)


def test_the_same_lease_comes_again_until_it_is_answered() -> None:
    rater = make_person(make_school())
    assert claim(rater).pk == claim(rater).pk
    work(rater, 2)
    assert claim(rater).pk == claim(rater).pk
    assert Trial.objects.count() == 1


def test_too_few_known_answers_for_all_tries_are_refused() -> None:
    project = make_school(gold=6)
    with pytest.raises(Invalid, match="as many checks"):
        set_qualification(project=project, size=4, mark=0.5, tries=2, actor=make_user())
    project.refresh_from_db()
    assert project.test_size == 3


def test_a_test_that_runs_out_of_tasks_says_so() -> None:
    rater = make_person(make_school(training=0))
    work(rater, 1)
    Task.objects.filter(state="gold").update(state="withdrawn")
    with pytest.raises(Exhausted, match="too few tasks"):
        claim(rater)
    assert find_progress(rater=rater).state == "empty"


def test_real_work_of_others_and_of_those_who_passed_costs_no_test() -> None:
    project = make_school(training=0)
    set_qualification(project=project, size=0, mark=0.8, tries=1, actor=make_user())
    assert claim(make_person(project)).slot_id is not None


def test_a_rule_sends_back_to_training_and_passing_ends_it() -> None:
    project = make_school(gold=25)
    Project.objects.update(gold_share=0.1)
    project.refresh_from_db()
    set_rule(
        project=project, gold_floor=0.75, repeat_floor=None, least_checks=4, effect=RuleEffect.TRAIN,
        actor=make_user(),
    )  # fmt: skip
    rater = make_person(project)
    work(rater, 6)
    while not Caution.objects.exists():
        work(rater, 1, right=False)
    caution = Caution.objects.get()
    assert (caution.effect, caution.hits, caution.n) == ("train", 0, 4)
    work(rater, 5)
    assert phases(rater)[-5:] == ["trained", "trained", "check", "check", "check"]
    claim(rater)
    rater.refresh_from_db()
    assert rater.qualified_at is not None
    caution.refresh_from_db()
    assert caution.state == "ended"
    assert list(Trial.objects.order_by("number").values_list("state", flat=True)) == ["passed", "passed"]


def test_a_rule_cannot_send_back_where_there_is_no_test() -> None:
    with pytest.raises(Invalid, match="no test"):
        set_rule(
            project=make_project(), gold_floor=0.7, repeat_floor=None, least_checks=5, effect=RuleEffect.TRAIN,
            actor=make_user(),
        )  # fmt: skip


def test_letting_somebody_work_again_after_a_pause_asks_no_test_of_them() -> None:
    rater = make_person(make_school(training=0))
    work(rater, 4)
    Rater.objects.filter(pk=rater.pk).update(deactivated_at="2026-01-01T00:00:00Z")
    reactivate_rater(rater=rater, actor=make_user())
    assert claim(rater).slot_id is not None
