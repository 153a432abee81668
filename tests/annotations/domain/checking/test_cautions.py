"""Rules on checks: who is warned or paused, by what, and how it is taken back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.domain.checking.cautions import answer_caution, end_caution, set_rule
from annotations.domain.checking.gold import mark_gold
from annotations.domain.checking.objections import contest_check, decide_objection
from annotations.domain.people.pausing import reactivate_rater
from annotations.domain.queue.ahead import claim_ahead
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.showing.presentation import draw_order
from annotations.domain.submitting.annotate import record_annotation
from annotations.domain.submitting.undo import retract_annotation, undo_annotation
from annotations.models import Annotation, Assignment, Caution, Project, Rater, RuleEffect, Task
from annotations.queries.checked_answers import list_missed
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Conflict, Denied, Invalid
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user

pytestmark = pytest.mark.database


def make_rule(effect: RuleEffect, *, least: int = 5, gold: int = 20, repeats: bool = False) -> Project:
    """A project with many checks of the answer `first`, of which three quarters are expected."""
    project = make_project("sky", gold_share=0.0 if repeats else 0.1, repeat_share=0.1 if repeats else 0.0)
    rubric = make_pair_rubric(project)
    for _ in range(0 if repeats else gold):
        mark_gold(task=make_pair_task(project, rubric), ratings={"overall": "first"}, actor=make_user())
    for _ in range(200):
        make_pair_task(project, rubric, overlap=2)
    floor = {"gold_floor": None if repeats else 0.75, "repeat_floor": 0.75 if repeats else None}
    set_rule(project=project, **floor, least_checks=least, effect=effect, actor=make_user())
    return project


def show_as(held: Assignment, wanted: str) -> str:
    order = draw_order(task=held.task, rater=held.rater, size=2, repeat=held.repeat)
    canonical = Annotation.objects.filter(task=held.task, rater__kind="reference").get().ratings.get().code
    place = {"first": 0, "second": 1}[str(canonical)]
    expected = ("first", "second")[order.index(place)]
    other = {"first": "second", "second": "first"}[expected]
    return expected if wanted == "first" else other


def work_until_caution(rater: Rater, *, right: bool = False, most: int = 200) -> Caution | None:
    """Answer every check wrongly (or rightly) until something follows."""
    before = Caution.objects.filter(rater=rater).count()
    for _ in range(most):
        held = claim_assignment(rater=Rater.objects.select_related("project").get(pk=rater.pk))
        if held is None:
            return None
        said = "first"
        if held.slot_id is None and not held.repeat:
            said = show_as(held, "first" if right else "second")
        elif held.repeat:
            said = turn_over(held)
        content: Any = {"ratings": {"overall": said}, "seconds": 1.0, "client_key": str(held.public_id)}
        claim_ahead(rater=held.rater, beside=held.public_id)
        record_annotation(assignment=held, **content)
        if Caution.objects.filter(rater=rater).count() > before:
            return Caution.objects.filter(rater=rater).latest("pk")
    return None


def turn_over(held: Assignment) -> str:
    """The opposite of what the rater said the first time."""
    first = Annotation.objects.get(task=held.task_id, rater=held.rater_id, repeat=0).ratings.get().code
    order = draw_order(task=held.task, rater=held.rater, size=2, repeat=held.repeat)
    place = {"first": 1, "second": 0}[str(first)]
    return ("first", "second")[order.index(place)]


def test_who_fails_every_check_is_warned_after_the_least_number_and_may_work_on() -> None:
    rater = make_person(make_rule(RuleEffect.WARN))
    caution = work_until_caution(rater)
    assert caution is not None
    assert (caution.ground, caution.effect, caution.state) == ("gold", "warn", "standing")
    assert (caution.hits, caution.n, caution.floor) == (0, 5, 0.75)
    assert claim_assignment(rater=rater) is not None
    assert AuditEvent.objects.filter(action="caution_rater", target_id=str(rater.public_id)).count() == 1


def test_who_answers_as_expected_is_left_alone() -> None:
    rater = make_person(make_rule(RuleEffect.PAUSE))
    assert work_until_caution(rater, right=True, most=120) is None
    assert Annotation.objects.filter(rater=rater, phase="check").count() >= 8


def test_a_pause_names_its_reason_and_removes_no_answer() -> None:
    rater = make_person(make_rule(RuleEffect.PAUSE))
    caution = work_until_caution(rater)
    assert caution is not None
    assert caution.effect == "pause"
    counted = Annotation.objects.filter(rater=rater, is_current=True).count()
    assert counted == Assignment.objects.filter(rater=rater, state="submitted").count()
    with pytest.raises(Denied, match="Your messages there say why"):
        claim_assignment(rater=rater)


def test_first_a_warning_then_a_pause_and_checks_are_counted_afresh() -> None:
    rater = make_person(make_rule(RuleEffect.ESCALATE))
    first = work_until_caution(rater)
    second = work_until_caution(rater)
    assert first is not None
    assert second is not None
    assert (first.effect, second.effect) == ("warn", "pause")
    assert (second.after, second.n) == (first.upto, 5)


def test_inconsistency_alone_is_a_ground() -> None:
    rater = make_person(make_rule(RuleEffect.WARN, repeats=True))
    caution = work_until_caution(rater)
    assert caution is not None
    assert (caution.ground, caution.hits, caution.n) == ("repeats", 0, 5)


def test_a_withdrawn_known_answer_is_counted_no_more_and_the_pause_is_lifted() -> None:
    rater = make_person(make_rule(RuleEffect.PAUSE))
    caution = work_until_caution(rater)
    assert caution is not None
    actor = make_user()
    task = Task.objects.get(pk=list_missed(caution)[0])
    objection = contest_check(caution=caution, task=task, text="Both are wrong.")
    decide_objection(objection=objection, withdraw=True, reply="You are right.", actor=actor)
    caution.refresh_from_db()
    rater.refresh_from_db()
    assert (caution.state, caution.hits, caution.n) == ("lifted", 0, 4)
    assert rater.deactivated_at is None
    assert Task.objects.get(pk=task.pk).state == "open"
    actions = AuditEvent.objects.filter(actor=actor).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["decide_objection", "unmark_gold", "lift_caution", "reactivate_rater"]


def test_a_known_answer_that_is_upheld_changes_nothing() -> None:
    rater = make_person(make_rule(RuleEffect.PAUSE))
    caution = work_until_caution(rater)
    assert caution is not None
    objection = contest_check(caution=caution, task=Task.objects.get(pk=list_missed(caution)[0]), text="No.")
    decide_objection(objection=objection, withdraw=False, reply="It stands.", actor=make_user())
    with pytest.raises(Conflict):
        decide_objection(objection=objection, withdraw=True, reply="It does not.", actor=make_user())
    objection.refresh_from_db()
    rater.refresh_from_db()
    assert (objection.state, objection.reply) == ("upheld", "It stands.")
    assert rater.deactivated_at is not None


def test_a_corrected_known_answer_is_counted_as_corrected() -> None:
    rater = make_person(make_rule(RuleEffect.PAUSE))
    caution = work_until_caution(rater)
    assert caution is not None
    for pk in list_missed(caution):
        task = Task.objects.get(pk=pk)
        mark_gold(task=task, ratings={"overall": "second"}, actor=make_user())
    caution.refresh_from_db()
    assert (caution.state, caution.n) == ("lifted", 5)


def test_only_missed_checks_of_a_standing_caution_can_be_contested_and_with_a_reason() -> None:
    rater = make_person(make_rule(RuleEffect.WARN))
    caution = work_until_caution(rater)
    assert caution is not None
    task = Task.objects.get(pk=list_missed(caution)[0])
    other = Task.objects.filter(state="open").earliest("pk")
    with pytest.raises(Invalid):
        contest_check(caution=caution, task=other, text="No.")
    with pytest.raises(Invalid):
        contest_check(caution=caution, task=task, text=" ")
    end_caution(caution=caution, reply="Please read the guidelines again.", actor=make_user())
    with pytest.raises(Conflict):
        contest_check(caution=caution, task=task, text="No.")
    with pytest.raises(Conflict):
        answer_caution(caution=caution, text="I did.")


def test_a_rater_who_is_let_go_on_starts_afresh() -> None:
    rater = make_person(make_rule(RuleEffect.PAUSE))
    caution = work_until_caution(rater)
    assert caution is not None
    answer_caution(caution=caution, text="I had mixed up the keys.")
    end_caution(caution=caution, reply="Go on.", actor=make_user())
    assert work_until_caution(rater, right=True, most=60) is None


def test_letting_a_rater_work_again_ends_the_pause_of_the_rule() -> None:
    rater = make_person(make_rule(RuleEffect.PAUSE))
    caution = work_until_caution(rater)
    assert caution is not None
    reactivate_rater(rater=rater, actor=make_user())
    caution.refresh_from_db()
    assert caution.state == "ended"
    assert claim_assignment(rater=rater) is not None


@pytest.mark.parametrize(
    ("gold", "repeats", "least"), [(0.0, None, 10), (1.0, None, 10), (None, 1.5, 10), (0.7, None, 0)]
)
def test_a_rule_that_nobody_or_everybody_would_fail_is_refused(
    gold: float | None, repeats: float | None, least: int
) -> None:
    with pytest.raises(Invalid):
        set_rule(
            project=make_project(), gold_floor=gold, repeat_floor=repeats, least_checks=least,
            effect=RuleEffect.WARN, actor=make_user(),
        )  # fmt: skip


def test_an_ordinary_answer_asks_the_database_nothing_more_under_a_rule() -> None:
    project = make_rule(RuleEffect.WARN)
    asked = []
    for rater in (make_person(project), make_person(project), make_person(project)):
        held = claim_assignment(rater=rater)
        assert held is not None
        with CaptureQueriesContext(connection) as queries:
            record_annotation(assignment=held, ratings={"overall": "first"}, seconds=1.0, client_key="k")
        asked.append(len(queries))
        if len(asked) > 1:  # the first answer reads what the rubric asks, once for all
            Project.objects.update(gold_floor=None)
    assert asked[1] == asked[2]


def test_what_was_told_of_is_neither_undone_nor_retracted() -> None:
    rater = make_person(make_rule(RuleEffect.WARN))
    caution = work_until_caution(rater)
    assert caution is not None
    last = Annotation.objects.get(pk=caution.upto)

    with pytest.raises(Conflict):
        undo_annotation(annotation=last)
    with pytest.raises(Conflict):
        retract_annotation(annotation=last)

    held = claim_assignment(rater=rater)
    assert held is not None
    content: Any = {"ratings": {"overall": "first"}, "seconds": 1.0, "client_key": "next"}
    later = record_annotation(assignment=held, **content).annotation
    assert undo_annotation(annotation=later).state == "live"


def test_who_is_sent_back_to_training_holds_no_real_task_any_more() -> None:
    project = make_rule(RuleEffect.WARN)
    Project.objects.update(test_size=1)
    project.refresh_from_db()
    set_rule(
        project=project, gold_floor=0.75, repeat_floor=None, least_checks=5, effect=RuleEffect.TRAIN,
        actor=make_user(),
    )  # fmt: skip
    rater = make_person(project)
    Rater.objects.filter(pk=rater.pk).update(qualified_at=timezone.now())

    caution = work_until_caution(rater)

    assert caution is not None
    assert caution.effect == "train"
    assert not Assignment.objects.filter(rater=rater, state="live").exists()
