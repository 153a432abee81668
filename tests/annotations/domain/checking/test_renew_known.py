"""Checks, training and the test while their rubric gets a new version."""

from collections.abc import Collection
from typing import Any

import pytest

from annotations.domain.checking.cautions import set_rule
from annotations.domain.checking.gold import mark_gold, unmark_gold
from annotations.domain.checking.objections import contest_check, decide_objection
from annotations.domain.checking.renew_known import approve_known
from annotations.domain.locks.rater_lock import hold_workers
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.planning.withdraw import withdraw_item
from annotations.domain.queue.qualify import find_progress
from annotations.domain.versions.rubric_versions import (
    NewVersion,
    describe_rubric,
    make_version,
    read_version,
)
from annotations.models import (
    Annotation,
    Assignment,
    Caution,
    Project,
    Rater,
    Rubric,
    RuleEffect,
    Task,
    Trial,
)
from annotations.queries.check_results import read_check_results
from annotations.queries.checked_answers import list_missed
from annotations.queries.checks import list_gold, list_gold_left, list_repeatable, list_unrenewed
from annotations.queries.trials import list_training, list_training_left
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Exhausted, Missing
from judges.queries.judged_tasks import list_fitting_tasks
from tests.annotations.domain.checking.test_cautions import work_until_caution
from tests.annotations.domain.queue.test_qualify import answer, claim, make_school, phases, work
from tests.factories.ledger import make_generation, make_pair_task, make_person, make_system, make_user

pytestmark = pytest.mark.database
OTHER: dict[str, Any] = {"en": "Which answer is more helpful?"}


def change(project: Project, *, question: dict[str, Any] | None = None, **changed: Any) -> NewVersion:
    """The next version: with other guidelines, or with another question under the same key."""
    newest = Rubric.objects.filter(project=project).latest("version")
    stated = {**describe_rubric(newest), "instructions": {"en": f"Version {newest.version + 1}."}, **changed}
    if question is not None:
        stated["criteria"] = [{**stated["criteria"][0], "question": question}]
    draft = read_version(rubric=newest, stated=stated)
    return make_version(rubric=newest, draft=draft, actor=make_user())


def reload(rater: Rater) -> Rater:
    return Rater.objects.select_related("project").get(pk=rater.pk)


def versions_of(rater: Rater) -> list[int]:
    given = Annotation.objects.filter(rater=rater).order_by("pk")
    return list(given.values_list("task__rubric__version", flat=True))


def test_what_says_the_same_word_for_word_is_asked_by_the_new_version() -> None:
    project = make_school(training=2, gold=8)
    made = change(project)
    assert (made.kept, made.waiting) == (10, 0)
    assert {task.rubric for task in list_gold(project)} == {made.rubric}
    assert (list_gold(project).count(), list_training(project).count()) == (8, 2)
    rater = make_person(project)
    work(rater, 6)
    assert phases(rater) == ["trained", "trained", "check", "check", "check", "independent"]
    assert set(versions_of(rater)) == {2}
    assert Trial.objects.get().hits == 3


def test_what_says_something_else_is_asked_of_nobody_until_it_is_approved() -> None:
    project = make_school(training=2, gold=8)
    made = change(project, question=OTHER)
    assert (made.kept, made.waiting) == (0, 10)
    rater = make_person(project)
    with pytest.raises(Exhausted, match="too few tasks for the test"):
        claim(rater)
    one = list_unrenewed(project)[0]
    ada = make_user()
    assert approve_known(project=project, tasks=[one.public_id], actor=ada) == 1
    assert AuditEvent.objects.get(action="approve_known").target_id == str(one.public_id)
    assert approve_known(project=project, actor=ada) == 9
    assert not list_unrenewed(project)
    with pytest.raises(Missing):
        approve_known(project=project, tasks=[one.public_id], actor=ada)
    work(rater, 6)
    assert set(versions_of(rater)) == {2}
    assert phases(rater)[-1] == "independent"


def test_nobody_is_asked_by_new_words_what_they_met_by_old_ones() -> None:
    project = make_school(training=2, gold=8)
    rater = make_person(project)
    work(rater, 4)
    change(project)
    change(project)
    assert len(list_gold_left(rater=reload(rater))) == 6
    assert list_training_left(rater=reload(rater), round_number=0) == []
    work(rater, 2)
    assert phases(rater) == ["trained", "trained", "check", "check", "check", "independent"]
    assert versions_of(rater) == [1, 1, 1, 1, 3, 3]
    trial = Trial.objects.get()
    assert (trial.state, trial.hits, trial.n) == ("passed", 3, 3)


def test_training_goes_on_where_it_was() -> None:
    project = make_school(training=2, gold=8)
    rater = make_person(project)
    work(rater, 1)
    change(project)
    progress = find_progress(rater=reload(rater))
    assert (progress.state, progress.done, progress.size) == ("training", 1, 2)
    work(rater, 2)
    assert phases(rater) == ["trained", "trained", "check"]


def test_a_check_that_is_held_is_finished_by_the_words_it_was_begun_with_and_counts() -> None:
    project = make_school(training=0, gold=8)
    rater = make_person(project)
    held = claim(rater)
    change(project, question=OTHER)
    answer(held)
    [line] = read_check_results(project).raters
    assert (line.gold.hits, line.gold.n) == (1, 1)
    assert [task.is_asked for task in read_check_results(project).tasks] == [False] * 8


def test_what_was_answered_by_old_words_counts_and_nobody_is_measured_by_questions_they_never_saw() -> None:
    project = make_school(training=0, gold=8)
    rater = make_person(project)
    work(rater, 3)
    newest = Rubric.objects.get()
    second = {**describe_rubric(newest)["criteria"][0], "key": "second", "question": {"en": "And now?"}}
    made = change(project, criteria=[*describe_rubric(newest)["criteria"], second])
    assert (made.kept, made.waiting) == (8, 0)
    [line] = read_check_results(project).raters
    assert (line.gold.hits, line.gold.n) == (3, 3)


def test_a_known_answer_of_questions_that_are_gone_cannot_be_approved() -> None:
    project = make_school(training=0, gold=2, size=0)
    criterion = {**describe_rubric(Rubric.objects.get())["criteria"][0], "key": "other"}
    made = change(project, criteria=[criterion])
    assert (made.kept, made.waiting) == (0, 2)
    assert approve_known(project=project, actor=make_user()) == 0
    with pytest.raises(Conflict, match="None of its questions"):
        approve_known(project=project, tasks=[list_unrenewed(project)[0].public_id], actor=make_user())


def test_copies_are_in_no_figure_and_no_run_of_a_judge() -> None:
    project = make_school(training=0, gold=3, size=1)
    before = {task.pk for task in list_fitting_tasks(project.pk, "pair")}
    change(project)
    assert {task.pk for task in list_fitting_tasks(project.pk, "pair")} == before
    copies = Task.objects.filter(renewed_from__isnull=False)
    assert set(Annotation.objects.filter(task__in=copies).values_list("phase", flat=True)) == {"check"}


def test_repeats_are_not_asked_by_words_that_were_replaced() -> None:
    project = make_school(training=0, gold=0, size=0)
    rater = make_person(project)
    work(rater, 55)
    assert list_repeatable(rater=rater)
    change(project)
    assert list_repeatable(rater=rater) == []


def test_one_known_answer_is_corrected_in_all_versions_that_ask_the_same() -> None:
    project = make_school(training=0, gold=8)
    set_rule(
        project=project, gold_floor=0.75, repeat_floor=None, least_checks=3, effect=RuleEffect.WARN,
        actor=make_user(),
    )  # fmt: skip
    rater = make_person(project)
    work(rater, 3, right=False)
    change(project)
    tested = Annotation.objects.filter(rater=rater, phase="check").values_list("task", flat=True)
    for copy in Task.objects.filter(renewed_from__in=list(tested)).select_related("project", "rubric"):
        mark_gold(task=copy, ratings={"overall": "second"}, actor=make_user())
        both = Annotation.objects.filter(task__in=(copy.pk, copy.renewed_from_id), rater__kind="reference")
        assert len(set(both.filter(is_current=True).values_list("ratings__code", flat=True))) == 1
    [line] = read_check_results(project).raters
    assert line.gold.n == 3


def test_another_answer_to_other_words_leaves_the_old_one_as_it_was() -> None:
    project = make_school(training=0, gold=1, size=0)
    old = Task.objects.get(state="gold")
    change(project, question=OTHER)
    approve_known(project=project, actor=make_user())
    new = Task.objects.select_related("project", "rubric").get(renewed_from=old)
    before = Annotation.objects.get(task=old, is_current=True)
    mark_gold(task=new, ratings={"overall": "tie"}, actor=make_user())
    assert Annotation.objects.get(task=old, is_current=True) == before
    unmark_gold(task=new, actor=make_user())
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("gold", "withdrawn")


def test_what_is_taken_back_is_dealt_once_and_by_the_words_that_people_have_met() -> None:
    project = make_school(training=0, gold=4, size=1, tries=1)
    rater = make_person(project)
    met = claim(rater).task
    answer(claim(rater))
    change(project)
    for task in Task.objects.filter(renewed_from__isnull=False).select_related("project", "rubric"):
        first = Task.objects.get(renewals=task)
        unmark_gold(task=task, actor=make_user())
        first.refresh_from_db()
        task.refresh_from_db()
        wanted = ("open", "withdrawn") if first.pk == met.pk else ("withdrawn", "open")
        assert (first.state, task.state) == wanted
        assert not Annotation.objects.filter(
            task__in=(first, task), rater__name="known answers", is_current=True
        ).exists()


def test_a_begun_task_that_becomes_a_known_answer_is_asked_by_the_newest_words() -> None:
    project = make_school(training=0, gold=0, size=0)
    begun = claim(make_person(project)).task
    change(project)
    mark_gold(task=begun, ratings={"overall": "first"}, actor=make_user())
    [task] = list_gold(project)
    assert (task.renewed_from_id, task.rubric.version) == (begun.pk, 2)


def fail_checks(project: Project) -> Caution:
    """What follows for a rater who answers every check wrongly."""
    Project.objects.filter(pk=project.pk).update(gold_share=0.1)
    set_rule(
        project=project, gold_floor=0.75, repeat_floor=None, least_checks=2, effect=RuleEffect.WARN,
        actor=make_user(),
    )  # fmt: skip
    rater = make_person(project)
    for _ in range(40):
        make_pair_task(project, Rubric.objects.get(), overlap=2)
    caution = work_until_caution(reload(rater))
    assert caution is not None
    return caution


def test_cautions_outlive_a_new_version() -> None:
    project = make_school(training=0, gold=20, size=0)
    caution = fail_checks(project)
    change(project, question=OTHER)
    caution.refresh_from_db()
    assert (caution.state, caution.n) == ("standing", caution.first_n)


def test_a_known_answer_given_again_is_asked_by_the_newest_words_and_counts_once() -> None:
    project = make_school(training=0, gold=3, size=1, tries=1)
    rater = make_person(project)
    met = claim(rater).task.item_id
    answer(claim(rater))
    change(project)
    items = {task.item_id for task in list_gold(project)}
    for task in list_gold(project):
        unmark_gold(task=task, actor=make_user())
    dealt = Task.objects.filter(state="open", item__in=items).select_related("project", "rubric")
    assert {task.rubric.version for task in dealt if task.item_id == met} == {1}
    for task in dealt:
        mark_gold(task=task, ratings={"overall": "tie"}, actor=make_user())
    assert {task.item_id for task in list_gold(project)} == items
    expected = Annotation.objects.filter(rater__name="known answers", is_current=True)
    counted = list(expected.filter(phase="independent").values_list("task__item", flat=True))
    assert sorted(counted) == sorted(items)
    judged = list_fitting_tasks(project.pk, "pair").filter(state="gold").values_list("item", flat=True)
    assert sorted(judged) == sorted(items)
    assert met not in {Task.objects.get(pk=pk).item_id for pk in list_gold_left(rater=reload(rater))}


def test_answers_that_come_to_an_item_whose_known_answer_was_taken_back_get_their_tasks() -> None:
    project = make_school(training=0, gold=1, size=0)
    item = Task.objects.get(state="gold").item
    change(project)
    unmark_gold(task=list_gold(project)[0], actor=make_user())
    make_generation(item, make_system(project))
    assert plan_tasks(project=project, items=[item.pk]) == 2
    withdraw_item(item=item, actor=make_user())
    make_generation(item, make_system(project))
    assert plan_tasks(project=project, items=[item.pk]) == 0


def test_an_item_none_of_whose_tasks_is_asked_any_more_was_not_withdrawn_by_that() -> None:
    """Two people have met one version each, so that neither task is dealt again: new answers get their tasks."""
    project = make_school(training=0, gold=1, size=0)
    old = Task.objects.get(state="gold")
    for task in (old, None):
        if task is None:
            change(project)
            task = list_gold(project)[0]
        rater = make_person(project)
        Assignment.objects.create(
            project=project, task=task, rater=rater, state="submitted", expires_at=database_now()
        )
    unmark_gold(task=list_gold(project)[0], actor=make_user())
    assert set(Task.objects.filter(item=old.item).values_list("state", flat=True)) == {"withdrawn"}
    make_generation(old.item, make_system(project))
    assert plan_tasks(project=project, items=[old.item_id]) == 2
    withdraw_item(item=old.item, actor=make_user())
    make_generation(old.item, make_system(project))
    assert plan_tasks(project=project, items=[old.item_id]) == 0


def test_who_withdraws_a_contested_answer_of_several_versions_holds_all_their_workers_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Raters, then leases: whoever comes back for the workers of another version asks for them in the wrong order."""
    project = make_school(training=0, gold=20, size=0)
    caution = fail_checks(project)
    change(project)
    task = Task.objects.get(pk=list_missed(caution)[0])
    family = {task.pk, task.renewals.get().pk}
    objection = contest_check(caution=caution, task=task, text="Both are wrong.")
    held: list[set[int]] = []

    def hold(*, project: Project, tasks: Collection[int]) -> None:
        held.append(set(tasks))
        hold_workers(project=project, tasks=tasks)

    for place in ("objections", "gold"):
        monkeypatch.setattr(f"annotations.domain.checking.{place}.hold_workers", hold)
    decide_objection(objection=objection, withdraw=True, reply="You are right.", actor=make_user())
    assert held == [family]
    assert not Task.objects.filter(pk__in=family, state="gold").exists()
