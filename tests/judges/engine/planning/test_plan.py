from decimal import Decimal
from typing import Any  # settings

import pytest

from annotations.models import Annotation, Level, Presentation, TaskKind, TaskState
from evalplatform.common.errors import Invalid
from judges.engine.ledger.control import cancel_run
from judges.engine.planning.plan import plan_attempts, plan_run
from judges.engine.sweep import sweep_once
from judges.models import Attempt, Judge, Run, RunState
from tests.factories.judging import make_field, make_judge
from tests.factories.ledger import (
    make_criterion,
    make_pair_rubric,
    make_pair_task,
    make_project,
    make_rubric,
    make_single_rubric,
    make_single_task,
)

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


def plan(judge: Judge, **options: object) -> Run:
    return plan_run(project=judge.project, judge=judge, **options)  # type: ignore[arg-type]  # options of plan_run


def test_every_open_task_gets_an_attempt_for_each_order() -> None:
    field = make_field(tasks=3)
    run = plan(make_judge(field.project, URL))
    planned = run.attempts.order_by("task", "shown_order").values_list(
        "task", "shown_order", "number", "state"
    )
    assert list(planned) == [
        (task.pk, order, 1, "pending") for task in field.tasks for order in ("0,1", "1,0")
    ]
    assert run.shards.count() == 1


def test_a_run_has_a_place_for_each_loop_but_one_where_its_caller_works_on_it(settings: Any) -> None:
    settings.EVALPLATFORM_SHARDS = 2
    run = plan(make_judge(make_field(tasks=1).project, URL))
    assert list(run.shards.order_by("number").values_list("number", flat=True)) == [0, 1]
    assert plan(make_judge(make_field(tasks=1).project, URL), wake=False).shards.count() == 1


def test_tasks_of_another_kind_or_not_open_are_left_out() -> None:
    field = make_field(tasks=3)
    field.tasks[0].state = TaskState.WITHDRAWN
    field.tasks[0].save()
    make_single_task(field.project, make_single_rubric(field.project))
    run = plan(make_judge(field.project, URL))
    assert run.attempts.count() == 4
    assert plan(make_judge(field.project, URL, "single")).attempts.count() == 1


def test_tasks_without_a_text_are_never_judged() -> None:
    field = make_field(tasks=2)
    generation = field.tasks[0].generations.first()
    assert generation is not None
    generation.text = None
    generation.save()
    run = plan(make_judge(field.project, URL))
    assert set(run.attempts.values_list("task", flat=True)) == {field.tasks[1].pk}


def test_tasks_with_nothing_to_ask_for_are_left_out() -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS)
    make_single_task(project, rubric)
    assert plan(make_judge(project, URL, "single")).attempts.count() == 0


def test_what_is_planned_or_answered_is_not_planned_again() -> None:
    field = make_field(tasks=3)
    judge = make_judge(field.project, URL)
    Annotation.objects.create(
        project=field.project,
        task=field.tasks[0],
        rater=judge.rater,
        shown_order="0,1",
        presentation=Presentation.SHOWN,
    )
    first = plan(judge)
    assert first.attempts.count() == 5
    assert plan(judge).attempts.count() == 0
    assert plan_attempts(run=first) == 0


def test_a_cancelled_run_leaves_its_tasks_to_the_next() -> None:
    field = make_field(tasks=2)
    judge = make_judge(field.project, URL)
    first = plan(judge)
    cancel_run(run=first)
    second = plan(judge)
    assert set(first.attempts.values_list("state", "number")) == {("cancelled", 1)}
    assert set(second.attempts.values_list("state", "number")) == {("pending", 2)}
    assert second.attempts.count() == 4


def test_a_limit_counts_tasks() -> None:
    field = make_field(tasks=5)
    run = plan(make_judge(field.project, URL), limit=2)
    assert set(run.attempts.values_list("task", flat=True)) == {field.tasks[0].pk, field.tasks[1].pk}
    assert run.attempts.count() == 4


def test_a_following_run_takes_in_new_tasks_and_stays_open() -> None:
    field = make_field(tasks=1)
    run = plan(make_judge(field.project, URL), follow=True)
    Attempt.objects.update(state="failed")
    assert sweep_once()["planned"] == 0
    make_pair_task(field.project, field.rubric)
    assert sweep_once()["planned"] == 2
    run.refresh_from_db()
    assert run.state == RunState.RUNNING


def test_judge_and_rubric_are_marked_as_used() -> None:
    field = make_field(tasks=1)
    judge = make_judge(field.project, URL)
    plan(judge)
    judge.refresh_from_db()
    field.rubric.refresh_from_db()
    assert judge.used_at is not None
    assert field.rubric.used_at is not None


def test_a_rubric_that_a_following_run_meets_later_is_marked_too() -> None:
    field = make_field(tasks=1)
    plan(make_judge(field.project, URL), follow=True)
    later = make_pair_rubric(field.project)
    assert sweep_once()["planned"] == 0
    later.refresh_from_db()
    assert later.used_at is None
    make_pair_task(field.project, later)
    assert sweep_once()["planned"] == 2
    later.refresh_from_db()
    assert later.used_at is not None


@pytest.mark.parametrize("options", [{"limit": 0}, {"budget": Decimal(0)}, {"budget": Decimal(1)}])
def test_what_cannot_be_kept_is_refused(options: dict[str, object]) -> None:
    field = make_field(tasks=1)
    with pytest.raises(Invalid):
        plan(make_judge(field.project, URL), **options)
    assert Run.objects.count() == 0


def test_a_judge_of_another_project_is_refused() -> None:
    with pytest.raises(Invalid, match="another project"):
        plan_run(project=make_project(), judge=make_judge(make_project(), URL))
