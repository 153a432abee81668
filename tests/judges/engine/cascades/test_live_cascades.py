"""A cascade at work: who is called for what, in which order, and what is left to people."""

from decimal import Decimal

import pytest

from annotations.models import Annotation, RaterKind, Rating, Slot
from annotations.queries.rating_rows import read_tasks
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Conflict, Invalid
from judges.engine.cascades import Terms, is_calibration
from judges.engine.cascades.budgeting import set_cascade_budget
from judges.engine.cascades.starting import start_cascade
from judges.engine.cascades.steering import cancel_cascade, pause_cascade, resume_cascade
from judges.engine.cascades.stepping import step_cascade
from judges.engine.ledger.cascade_bell import ring_for_idle_cascades
from judges.engine.ledger.control import cancel_run, pause_run
from judges.models import Attempt, Cascade, CascadeRun, Run, RunState, Stage
from tests.factories.cascading import (
    COST,
    Cast,
    answer_run,
    label,
    make_cast,
    make_terms,
    sure_but_of_fifths,
    sure_where_even,
)
from tests.factories.ratings import make_rater

pytestmark = [pytest.mark.database, pytest.mark.timeout(180)]
TERMS = make_terms()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def few() -> Cast:
    """Too few tasks for a threshold."""
    return make_cast(tasks=12)


def step(run: CascadeRun) -> tuple[str, str]:
    step_cascade(run_id=run.pk)
    run.refresh_from_db()
    return run.state, run.stage


def find_run(run: CascadeRun, stage: Stage) -> Run:
    return Run.objects.select_related("judge").get(stage__cascade_run=run, stage__stage=stage)


def list_tasks(run: CascadeRun, stage: Stage) -> set[int]:
    return set(find_run(run, stage).attempts.values_list("task", flat=True))


def split(cast: Cast, terms: Terms = TERMS) -> tuple[set[int], set[int]]:
    """Tasks on calibration items, and all others."""
    rows = read_tasks(project=cast.project)
    calibration = {pk for pk, row in rows.items() if is_calibration(row, terms)}
    return calibration, set(rows) - calibration


def work_through(cast: Cast, run: CascadeRun) -> None:
    """Answer whatever is asked until the cascade asks no more."""
    for _ in range(6):
        step(run)
        for going in Run.objects.filter(stage__cascade_run=run, state=RunState.RUNNING).select_related(
            "judge"
        ):
            answer_run(
                cast, going, sure_where_even if going.judge_id == cast.cheap.pk else sure_but_of_fifths
            )


def test_each_judge_is_asked_for_no_more_than_its_part(cast: Cast) -> None:
    calibration, held_out = split(cast)
    run = start_cascade(project=cast.project, name="both", terms=TERMS, places=2)
    assert step(run) == (RunState.RUNNING, Stage.CHEAP_CALIBRATION)
    assert list_tasks(run, Stage.CHEAP_CALIBRATION) == calibration
    answer_run(cast, find_run(run, Stage.CHEAP_CALIBRATION), sure_where_even)
    assert step(run) == (RunState.RUNNING, Stage.DEAR_CALIBRATION)
    assert list_tasks(run, Stage.DEAR_CALIBRATION) == calibration
    answer_run(cast, find_run(run, Stage.DEAR_CALIBRATION), sure_but_of_fifths)
    assert step(run) == (RunState.RUNNING, Stage.CHEAP)
    cascade = Cascade.objects.get(pk=run.cascade_id)
    assert cascade.thresholds is not None
    first, second = cascade.thresholds
    assert 0.6 < first <= 1
    assert 0.5 < second <= 1
    assert list_tasks(run, Stage.CHEAP) == held_out
    answer_run(cast, find_run(run, Stage.CHEAP), sure_where_even)
    assert step(run) == (RunState.RUNNING, Stage.DEAR)
    unsure = {pk for pk in held_out if cast.number(pk) % 2}
    assert list_tasks(run, Stage.DEAR) == unsure
    answer_run(cast, find_run(run, Stage.DEAR), sure_but_of_fifths)
    assert step(run) == (RunState.FINISHED, Stage.PEOPLE)
    left = {pk for pk in unsure if cast.number(pk) % 5 == 0}
    kept = [len(held_out) - len(unsure), len(unsure) - len(left)]
    assert run.outcome == {
        "calibration": len(calibration),
        "held_out": len(held_out),
        "kept": kept,
        "labelled": kept,
        "disagreements": [0, 0],
        "left": len(left),
        "opened": 2 * len(left),
    }
    said = Rating.objects.filter(annotation__rater=cascade.rater).values_list("annotation__task", "absent")
    assert dict(said) == {pk: "abstained" if pk in left else None for pk in held_out}
    assert set(Slot.objects.values_list("task", flat=True)) == calibration | left
    assert Slot.objects.count() == 2 * len(calibration | left)


def test_a_step_taken_again_changes_nothing(cast: Cast) -> None:
    run = start_cascade(project=cast.project, name="both", terms=TERMS)
    for _ in range(3):
        step(run)
    assert Run.objects.count() == 1
    assert start_cascade(project=cast.project, name="both", terms=TERMS) == run
    work_through(cast, run)
    assert run.state == RunState.FINISHED
    said = Annotation.objects.count()
    step(run)
    assert (Annotation.objects.count(), Run.objects.count(), Cascade.objects.count()) == (said, 4, 1)


def test_later_it_takes_up_what_is_new_by_the_thresholds_that_it_has(cast: Cast) -> None:
    first = start_cascade(project=cast.project, name="both", terms=TERMS)
    work_through(cast, first)
    thresholds = Cascade.objects.get().thresholds
    gone = min(split(cast)[1])
    for said in (Attempt, Annotation):
        said.objects.filter(task=gone, rater=cast.cheap.rater).delete()
    second = start_cascade(project=cast.project, name="both", terms=TERMS)
    assert second != first
    assert step(second) == (RunState.RUNNING, Stage.CHEAP)
    assert list_tasks(second, Stage.CHEAP) == {gone}
    work_through(cast, second)
    assert (second.state, Cascade.objects.get().thresholds) == (RunState.FINISHED, thresholds)


def test_where_no_threshold_keeps_the_promise_nobody_else_is_paid_and_people_have_all(cast: Cast) -> None:
    terms = make_terms(bound=0.02)
    run = start_cascade(project=cast.project, name="both", terms=terms)
    work_through(cast, run)
    held_out = split(cast, terms)[1]
    assert (run.state, run.outcome["left"], run.outcome["kept"]) == (RunState.FINISHED, len(held_out), [0, 0])
    assert Cascade.objects.get().thresholds == [None, None]
    assert Run.objects.count() == 2


def test_without_labels_it_waits_for_people_and_goes_on_when_told() -> None:
    cast = make_cast(labelled=False)
    run = start_cascade(project=cast.project, name="both", terms=TERMS, places=1)
    work_through(cast, run)
    assert (run.state, run.stage) == (RunState.PAUSED, Stage.THRESHOLDS)
    assert "people" in run.pause_reason
    assert set(Slot.objects.values_list("task", flat=True)) == split(cast)[0]
    label(cast.tasks)
    resume_cascade(run=run)
    work_through(cast, run)
    assert run.state == RunState.FINISHED
    assert run.pause_reason == ""


def test_a_cheap_judge_that_is_never_sure_costs_no_dear_one(few: Cast) -> None:
    run = start_cascade(project=few.project, name="both", terms=TERMS)
    step(run)
    answer_run(few, find_run(run, Stage.CHEAP_CALIBRATION), lambda number: ("first", None))
    step(run)
    assert run.state == RunState.PAUSED
    assert "how sure" in run.pause_reason
    assert Run.objects.count() == 1


def test_each_stage_may_spend_what_is_left_of_the_budget(cast: Cast) -> None:
    calibration = len(split(cast)[0])
    spent = 2 * calibration * COST  # both orders
    run = start_cascade(project=cast.project, name="both", terms=TERMS, budget=spent + Decimal("0.5"))
    step(run)
    answer_run(cast, find_run(run, Stage.CHEAP_CALIBRATION), sure_where_even)
    step(run)
    assert find_run(run, Stage.DEAR_CALIBRATION).budget == Decimal("0.5")
    answer_run(cast, find_run(run, Stage.DEAR_CALIBRATION), sure_but_of_fifths)
    step(run)
    assert (run.state, run.stage, run.pause_reason) == (
        RunState.PAUSED,
        Stage.CHEAP,
        "The budget of this cascade is spent.",
    )
    assert Cascade.objects.get().thresholds is not None


def test_a_raised_budget_lets_it_go_on_and_a_lowered_one_bounds_the_stage_at_hand(cast: Cast) -> None:
    calibration = len(split(cast)[0])
    spent = 2 * calibration * COST  # both orders
    run = start_cascade(project=cast.project, name="both", terms=TERMS, budget=spent)
    step(run)
    first = find_run(run, Stage.CHEAP_CALIBRATION)
    answer_run(cast, first, sure_where_even)
    step(run)
    assert (run.state, run.pause_reason) == (RunState.PAUSED, "The budget of this cascade is spent.")
    with pytest.raises(Invalid, match="must be more than"):
        set_cascade_budget(cascade=run.cascade, amount=spent, actor=None)
    set_cascade_budget(cascade=run.cascade, amount=spent + 2, actor=None)
    resume_cascade(run=run)
    step(run)
    assert find_run(run, Stage.DEAR_CALIBRATION).budget == 2
    set_cascade_budget(cascade=run.cascade, amount=spent + 1, actor=None)
    assert find_run(run, Stage.DEAR_CALIBRATION).budget == 1
    assert find_run(run, Stage.CHEAP_CALIBRATION).budget == spent
    trail = AuditEvent.objects.filter(action="set_cascade_budget").order_by("pk")
    amounts = [f"{amount:.6f}" for amount in (spent, spent + 2, spent + 1)]
    assert list(trail.values_list("before", "after")) == [tuple(amounts[:2]), tuple(amounts[1:])]
    cancel_cascade(run=run)
    with pytest.raises(Conflict):
        set_cascade_budget(cascade=run.cascade, amount=spent + 3, actor=None)


def test_it_pauses_goes_on_and_is_called_off_with_its_run(few: Cast) -> None:
    run = start_cascade(project=few.project, name="both", terms=TERMS)
    step(run)
    pause_cascade(run=run, reason="Lunch.")
    assert find_run(run, Stage.CHEAP_CALIBRATION).state == RunState.PAUSED
    assert step(run) == (RunState.PAUSED, Stage.CHEAP_CALIBRATION)
    with pytest.raises(Conflict):
        pause_cascade(run=run, reason="")
    resume_cascade(run=run)
    assert find_run(run, Stage.CHEAP_CALIBRATION).state == RunState.RUNNING
    with pytest.raises(Conflict):
        resume_cascade(run=run)
    cancel_cascade(run=run)
    assert find_run(run, Stage.CHEAP_CALIBRATION).state == RunState.CANCELLED
    assert step(run) == (RunState.CANCELLED, Stage.CHEAP_CALIBRATION)
    with pytest.raises(Conflict):
        cancel_cascade(run=run)


def test_a_run_that_pauses_pauses_it_and_one_called_off_is_planned_anew(few: Cast) -> None:
    run = start_cascade(project=few.project, name="both", terms=TERMS)
    step(run)
    first = find_run(run, Stage.CHEAP_CALIBRATION)
    pause_run(run=first, reason="The key is not accepted.")
    step(run)
    assert (run.state, run.pause_reason) == (RunState.PAUSED, "The key is not accepted.")
    cancel_run(run=first)
    resume_cascade(run=run)
    step(run)
    going = Run.objects.get(state=RunState.RUNNING)
    assert going != first
    assert set(going.attempts.values_list("task", flat=True)) == split(few)[0]


def test_the_sweep_rings_for_a_cascade_whose_run_is_over(few: Cast) -> None:
    run = start_cascade(project=few.project, name="both", terms=TERMS)
    assert ring_for_idle_cascades() == 1
    step(run)
    assert ring_for_idle_cascades() == 0
    answer_run(few, find_run(run, Stage.CHEAP_CALIBRATION), sure_where_even)
    assert ring_for_idle_cascades() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cheap": "nobody"}, "cheap"),
        ({"dear": "cheap"}, "dear"),
        ({"dear": "recorded"}, "dear"),
        ({"bound": 0}, "bound"),
        ({"labels_by": "reference:gold"}, "labels_by"),
        ({"criterion": "beauty"}, "criterion"),
    ],
)
def test_what_cannot_work_is_refused_by_field(change: dict[str, object], field: str) -> None:
    cast = make_cast(tasks=1)
    make_rater(cast.project, "recorded", RaterKind.JUDGE)
    with pytest.raises(Invalid) as refused:
        start_cascade(project=cast.project, name="both", terms=make_terms(**change))
    assert refused.value.faults[0].field == field
    assert not Cascade.objects.exists()
