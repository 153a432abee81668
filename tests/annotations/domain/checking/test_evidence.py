"""Known answers that are corrected or taken back: what followed from them goes, and everybody is told."""

import pytest

from annotations.domain.checking.cautions import see_cautions
from annotations.domain.checking.gold import mark_gold, unmark_gold
from annotations.domain.queue.claim import claim_assignment
from annotations.models import Annotation, Caution, Rater, RuleEffect, Task, Trial
from annotations.queries.cautions import has_unseen_caution
from annotations.queries.check_results import read_check_results
from annotations.queries.checked_answers import list_missed
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Denied
from tests.annotations.domain.checking.test_cautions import make_rule, work_until_caution
from tests.annotations.domain.queue.test_qualify import claim, make_school, phases, work
from tests.factories.ledger import make_person, make_user

pytestmark = pytest.mark.database


def caution_of(rater: Rater) -> Caution:
    caution = work_until_caution(rater)
    assert caution is not None
    return caution


def take_back(task_id: int) -> None:
    unmark_gold(task=Task.objects.select_related("project").get(pk=task_id), actor=make_user())


def correct(task_id: int) -> None:
    task = Task.objects.select_related("project").get(pk=task_id)
    mark_gold(task=task, ratings={"overall": "second"}, actor=make_user())


def list_tested(rater: Rater) -> list[int]:
    given = Annotation.objects.filter(rater=rater, phase="check").order_by("pk")
    return list(given.values_list("task", flat=True))


def test_a_count_that_changes_is_told_with_what_it_was_before() -> None:
    rater = make_person(make_rule(RuleEffect.WARN, least=5))
    caution = caution_of(rater)
    see_cautions(rater=rater)
    assert not has_unseen_caution(rater)
    take_back(list_missed(caution)[0])
    caution.refresh_from_db()
    assert (caution.state, caution.hits, caution.n) == ("lifted", 0, 4)
    assert (caution.first_hits, caution.first_n) == (0, 5)
    assert caution.recounted_at is not None
    assert has_unseen_caution(rater)
    event = AuditEvent.objects.get(action="lift_caution")
    assert (event.details["hits"], event.details["n"]) == (0, 4)


def test_a_caution_that_still_holds_is_told_again_and_one_that_is_untouched_is_not() -> None:
    project = make_rule(RuleEffect.WARN, least=3)
    touched = caution_of(make_person(project))
    Caution.objects.filter(pk=touched.pk).update(floor=0.99)  # so high that fewer misses show as much
    other = make_person(project)
    untouched = caution_of(other)
    only = next(task for task in list_missed(touched) if task not in list_missed(untouched))
    for rater in (touched.rater, other):
        see_cautions(rater=rater)
    correct(only)
    touched.refresh_from_db()
    assert (touched.state, touched.hits, touched.n) == ("standing", 1, touched.first_n)
    assert AuditEvent.objects.get(action="recount_caution").details["hits"] == 1
    assert has_unseen_caution(touched.rater)
    assert not has_unseen_caution(other)


def test_a_pause_that_followed_from_a_warning_goes_with_the_warning() -> None:
    rater = make_person(make_rule(RuleEffect.ESCALATE))
    first, second = caution_of(rater), caution_of(rater)
    assert (first.effect, second.effect) == ("warn", "pause")
    take_back(list_missed(first)[0])
    first.refresh_from_db()
    second.refresh_from_db()
    rater.refresh_from_db()
    assert (first.state, second.state, second.effect) == ("lifted", "standing", "warn")
    assert rater.deactivated_at is None
    assert AuditEvent.objects.filter(action="soften_caution").count() == 1


def test_the_share_of_a_rater_is_told_by_the_known_answers_that_stand() -> None:
    rater = make_person(make_rule(RuleEffect.WARN))
    first, second, *_ = list_missed(caution_of(rater))
    take_back(first)
    correct(second)
    [line] = read_check_results(rater.project).raters
    assert (line.gold.hits, line.gold.n) == (1, 4)


def test_a_test_that_wrong_known_answers_failed_is_passed_once_they_are_corrected() -> None:
    rater = make_person(make_school(training=0, tries=1))
    work(rater, 3, right=False)
    with pytest.raises(Denied):
        claim(rater)
    first, second, _ = list_tested(rater)
    correct(first)
    with pytest.raises(Denied):
        claim(rater)
    correct(second)
    trial = Trial.objects.get()
    assert (trial.state, trial.hits, trial.n, trial.needed) == ("passed", 2, 3, 2)
    assert trial.recounted_at is not None
    assert claim(rater).slot_id is not None
    assert AuditEvent.objects.filter(action="recount_trial", after="passed").count() == 1


def test_a_test_of_which_nothing_stands_uses_up_no_try() -> None:
    rater = make_person(make_school(training=0, tries=1))
    work(rater, 3, right=False)
    with pytest.raises(Denied):
        claim(rater)
    for task in list_tested(rater):
        take_back(task)
    trial = Trial.objects.get()
    assert (trial.state, trial.hits, trial.n) == ("failed", 0, 0)
    work(rater, 4)
    assert phases(rater)[-1] == "independent"


def test_who_is_in_the_middle_of_another_try_begins_real_work_too() -> None:
    rater = make_person(make_school(training=0, tries=2))
    work(rater, 4, right=False)
    for task in list_tested(rater)[:2]:
        correct(task)
    assert list(Trial.objects.order_by("number").values_list("state", flat=True)) == ["passed", "waived"]
    assert claim(rater).slot_id is not None


def test_what_was_passed_stays_passed() -> None:
    rater = make_person(make_school(training=0, tries=1))
    work(rater, 4)
    for task in list_tested(rater):
        correct(task)
    assert Trial.objects.get().state == "passed"
    assert claim_assignment(rater=Rater.objects.select_related("project").get(pk=rater.pk)) is not None


def test_who_was_sent_back_to_training_by_a_wrong_known_answer_need_not_be_tested_again() -> None:
    project = make_rule(RuleEffect.WARN)
    project.test_size, project.rule_effect = 2, RuleEffect.TRAIN
    project.save()
    rater = make_person(project)
    Rater.objects.filter(pk=rater.pk).update(qualified_at="2026-01-01T00:00:00Z")
    caution = caution_of(rater)
    assert caution.effect == "train"
    take_back(list_missed(caution)[0])
    caution.refresh_from_db()
    rater.refresh_from_db()
    assert caution.state == "lifted"
    assert rater.qualified_at is not None
