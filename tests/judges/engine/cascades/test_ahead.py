"""The dear judge begins while the cheap one is still at the other items: same verdicts, each bought once."""

from decimal import Decimal

import pytest

from annotations.models import Annotation, Project
from judges.engine.cascades import stepping
from judges.engine.cascades.ahead import FEWEST
from judges.engine.cascades.budgeting import set_cascade_budget
from judges.engine.cascades.stages import Scene, read_scene
from judges.engine.cascades.starting import start_cascade
from judges.engine.cascades.steering import resume_cascade
from judges.engine.cascades.stepping import step_cascade
from judges.engine.cascades.terms import Terms
from judges.engine.ledger.cascade_bell import ring_for_idle_cascades
from judges.engine.ledger.control import cancel_run, pause_run
from judges.models import Attempt, AttemptState, Cascade, CascadeRun, Run, RunState, Stage
from tests.factories.cascading import (
    Cast,
    answer_run,
    make_cast,
    make_terms,
    sure_but_of_fifths,
    sure_where_even,
)

pytestmark = [pytest.mark.database, pytest.mark.timeout(180)]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def step(run: CascadeRun) -> tuple[str, str]:
    step_cascade(run_id=run.pk)
    run.refresh_from_db()
    return run.state, run.stage


def begin(cast: Cast, budget: Decimal | None = None) -> tuple[CascadeRun, Run]:
    """A cascade whose cheap judge has just been asked about the other items, and that run."""
    run = start_cascade(project=cast.project, name="both", terms=make_terms(), places=0, budget=budget)
    step(run)
    answer_run(cast, list_runs(run)[0], sure_where_even)
    step(run)
    answer_run(cast, list_runs(run)[1], sure_but_of_fifths)
    assert step(run) == (RunState.RUNNING, Stage.CHEAP)
    assert None not in (Cascade.objects.get(pk=run.cascade_id).thresholds or [None])
    return run, list_runs(run)[2]


def list_runs(run: CascadeRun) -> list[Run]:
    return [row.run for row in run.stages.select_related("run__judge").order_by("pk")]


def list_tasks(run: Run) -> list[int]:
    """Tasks of the run in queue order."""
    return list(run.attempts.order_by("task__rank", "task").values_list("task", flat=True).distinct())


def finish(cast: Cast, run: CascadeRun) -> None:
    for _ in range(6):
        step(run)
        for going in list_runs(run):
            if going.state == RunState.RUNNING:
                cheap = going.judge_id == cast.cheap.pk
                answer_run(cast, going, sure_where_even if cheap else sure_but_of_fifths)


def test_it_begins_with_what_the_cheap_judge_is_through_with_and_asks_each_task_once(cast: Cast) -> None:
    run, cheap = begin(cast)
    tasks = list_tasks(cheap)
    first = tasks[: len(tasks) // 2]
    answer_run(cast, cheap, sure_where_even, only=first)
    assert step(run) == (RunState.RUNNING, Stage.CHEAP)
    ahead = list_runs(run)[3]
    unsure = {task for task in tasks if cast.number(task) % 2}
    assert set(list_tasks(ahead)) == unsure & set(first)
    assert run.stages.order_by("pk").values_list("stage", "is_ahead")[3] == (Stage.DEAR, True)
    step(run)
    assert len(list_runs(run)) == 4

    finish(cast, run)

    assert (run.state, run.stage) == (RunState.FINISHED, Stage.PEOPLE)
    rest = list_runs(run)[4]
    assert set(list_tasks(rest)) == unsure - set(first)
    assert (run.outcome["kept"][0], run.outcome["held_out"]) == (len(tasks) - len(unsure), len(tasks))
    said = Annotation.objects.filter(rater=cast.dear.rater, task__in=tasks)
    assert said.count() == said.values("task", "shown_order").distinct().count() == 2 * len(unsure)


def test_a_verdict_that_comes_while_a_step_reads_sends_no_task_to_the_dear_judge(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, cheap = begin(cast)

    def read_and_be_overtaken(project: Project, terms: Terms) -> Scene:
        scene = read_scene(project, terms)
        answer_run(cast, cheap, sure_where_even)
        return scene

    monkeypatch.setattr(stepping, "read_scene", read_and_be_overtaken)
    step(run)
    assert list_runs(run)[3:] == []


def test_the_outcome_is_that_of_one_stage_after_the_other() -> None:
    outcomes = []
    for number, is_ahead in enumerate((False, True)):
        cast = make_cast(slug=f"study-{number}")
        run, cheap = begin(cast)
        if is_ahead:
            tasks = list_tasks(cheap)
            for start in range(0, len(tasks), 25):
                answer_run(cast, cheap, sure_where_even, only=tasks[start : start + 25])
                finish_dear(cast, run)
        finish(cast, run)
        outcomes.append((run.state, run.outcome, len(list_runs(run)) > 5))
    (state, outcome, _), (state_ahead, outcome_ahead, has_waves) = outcomes
    assert (state_ahead, outcome_ahead) == (state, outcome)
    assert has_waves


def finish_dear(cast: Cast, run: CascadeRun) -> None:
    step(run)
    for going in list_runs(run):
        if going.judge_id == cast.dear.pk and going.state == RunState.RUNNING:
            answer_run(cast, going, sure_but_of_fifths)


def test_a_task_of_which_one_order_is_still_asked_waits(cast: Cast) -> None:
    run, cheap = begin(cast)
    tasks = list_tasks(cheap)
    odd = [task for task in tasks if cast.number(task) % 2][: 2 * FEWEST]
    last = cheap.attempts.filter(task=odd[0]).order_by("pk").last()
    assert last is not None
    Attempt.objects.filter(pk=last.pk).update(state=AttemptState.LEASED)
    answer_run(cast, cheap, sure_where_even, only=odd)
    step(run)
    assert set(list_tasks(list_runs(run)[3])) == set(odd[1:])


def test_few_tasks_are_worth_no_run(cast: Cast) -> None:
    run, cheap = begin(cast)
    odd = [task for task in list_tasks(cheap) if cast.number(task) % 2]
    answer_run(cast, cheap, sure_where_even, only=odd[: FEWEST - 1])
    step(run)
    assert len(list_runs(run)) == 3


def test_under_a_budget_one_stage_follows_the_other(cast: Cast) -> None:
    run, cheap = begin(cast, Decimal(100))
    answer_run(cast, cheap, sure_where_even, only=list_tasks(cheap)[:40])
    step(run)
    assert (len(list_runs(run)), ring_for_idle_cascades()) == (3, 0)


def test_a_budget_that_comes_later_is_dealt_to_both(cast: Cast) -> None:
    run, cheap = begin(cast)
    answer_run(cast, cheap, sure_where_even, only=list_tasks(cheap)[:40])
    step(run)
    spent = sum((each.spent for each in list_runs(run)), Decimal(0))
    set_cascade_budget(cascade=run.cascade, amount=spent + 1, actor=None)
    going = [each for each in list_runs(run) if each.state == RunState.RUNNING]
    assert [each.budget - each.spent for each in going if each.budget is not None] == [Decimal("0.5")] * 2


def test_the_sweep_rings_while_the_dear_judge_has_no_run(cast: Cast) -> None:
    run, cheap = begin(cast)
    assert ring_for_idle_cascades() == 1
    answer_run(cast, cheap, sure_where_even, only=list_tasks(cheap)[:40])
    step(run)
    assert ring_for_idle_cascades() == 0


def test_one_that_pauses_pauses_the_cascade_and_one_called_off_is_planned_anew(cast: Cast) -> None:
    run, cheap = begin(cast)
    answer_run(cast, cheap, sure_where_even, only=list_tasks(cheap)[:40])
    step(run)
    ahead = list_runs(run)[3]
    pause_run(run=ahead, reason="The key is not accepted.")
    assert step(run) == (RunState.PAUSED, Stage.CHEAP)
    assert run.pause_reason == "The key is not accepted."
    cancel_run(run=ahead)
    resume_cascade(run=run)
    step(run)
    assert list_tasks(list_runs(run)[4]) == list_tasks(ahead)


def test_what_it_gave_up_ahead_is_not_asked_again(cast: Cast) -> None:
    run, cheap = begin(cast)
    answer_run(cast, cheap, sure_where_even, only=list_tasks(cheap)[:40])
    step(run)
    ahead = list_runs(run)[3]
    given_up = list_tasks(ahead)[0]
    ahead.attempts.filter(task=given_up).update(state=AttemptState.FAILED)
    finish(cast, run)
    assert run.state == RunState.FINISHED
    assert all(given_up not in list_tasks(later) for later in list_runs(run)[4:])
