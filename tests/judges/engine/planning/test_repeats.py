"""A new judge is asked the same again, so that its own noise is known."""

from typing import Any  # settings

import pytest
from django.core.cache import cache
from django.db.models import Count

from annotations.models import Rating, TaskKind
from evalplatform.common.errors import Invalid
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from judges.engine.planning.plan import plan_attempts, plan_run
from judges.engine.versions.register import create_judge
from judges.models import Run
from tests.factories.judging import Field, make_field, make_judge, work
from tests.factories.ledger import make_pair_task
from tests.fakes.provider import FakeProvider

URL = "http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def defaults(settings: Any) -> None:
    settings.EVALPLATFORM_REPEATS, settings.EVALPLATFORM_REPEAT_TASKS = 3, 4


def count_repeats(run: Run) -> dict[int, int]:
    return dict(run.attempts.values_list("repeat").annotate(n=Count("pk")).order_by())


def list_repeated(run: Run) -> set[int]:
    return set(run.attempts.filter(repeat__gt=0).values_list("task", flat=True))


@pytest.mark.database
def test_the_first_run_of_a_model_asks_some_tasks_again_in_both_orders() -> None:
    field = make_field(tasks=10)
    judge = make_judge(field.project, URL)
    run = plan_run(project=field.project, judge=judge)
    assert (run.repeats, run.repeat_tasks) == (3, 4)
    assert count_repeats(run) == {0: 20, 1: 8, 2: 8}
    assert len(list_repeated(run)) == 4
    other = plan_run(project=field.project, judge=make_judge(field.project, URL, seed=1))
    assert list_repeated(other) == list_repeated(run)
    make_pair_task(field.project, field.rubric)
    assert count_repeats(plan_run(project=field.project, judge=judge)) == {0: 2}


@pytest.mark.database
def test_fewer_tasks_are_all_asked_again() -> None:
    field = make_field(TaskKind.SINGLE, 2)
    run = plan_run(project=field.project, judge=make_judge(field.project, URL, "single"))
    assert count_repeats(run) == {0: 2, 1: 2, 2: 2}
    assert plan_attempts(run=run) == 0


@pytest.mark.database
def test_a_run_says_how_often_and_on_how_many() -> None:
    field = make_field(TaskKind.SINGLE, 6)
    judge = make_judge(field.project, URL, "single")
    assert count_repeats(plan_run(project=field.project, judge=judge, repeats=1)) == {0: 6}
    other = make_judge(field.project, URL, "single", seed=1)
    run = plan_run(project=field.project, judge=other, repeats=2, repeat_tasks=5)
    assert count_repeats(run) == {0: 6, 1: 5}


@pytest.mark.database
@pytest.mark.parametrize("wrong", [{"repeats": 0}, {"repeats": 21}, {"repeat_tasks": 0}])
def test_what_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    field = make_field(tasks=1)
    with pytest.raises(Invalid):
        plan_run(project=field.project, judge=make_judge(field.project, URL), **wrong)  # type: ignore[arg-type]


@pytest.mark.database
def test_a_baseline_has_no_noise() -> None:
    field = make_field(tasks=3)
    judge = create_judge(project=field.project, name="longest", protocol="pair", builtin="longest")
    assert count_repeats(plan_run(project=field.project, judge=judge)) == {0: 6}


@pytest.mark.database
def test_a_run_that_follows_draws_until_it_has_enough() -> None:
    field = make_field(tasks=3)
    run = plan_run(project=field.project, judge=make_judge(field.project, URL), follow=True)
    assert len(list_repeated(run)) == 3
    for _ in range(3):
        make_pair_task(field.project, field.rubric)
    plan_attempts(run=run)
    assert (len(list_repeated(run)), run.attempts.filter(repeat=0).count()) == (4, 12)


def find(field: Field, statistic: str) -> Row:
    """The figure of clarity by this judge."""
    cache.clear()
    rows = take_snapshot(project=field.project, wanted=Wanted(is_full=True)).rows
    return next(
        r for r in rows if (r.statistic, r.criterion, r.inference) == (statistic, "clarity", "these_raters")
    )


@pytest.mark.database(transaction=True)
def test_the_report_tells_the_noise_and_counts_the_first_answer_alone() -> None:
    field = make_field(TaskKind.SINGLE, 4)
    with FakeProvider(faults=["two", "two", "two", "two", "four"]) as fake:
        judge = make_judge(field.project, fake.url, "single", calls_in_flight=1)
        run = plan_run(project=field.project, judge=judge)
        work(run)
    assert Rating.objects.filter(criterion__key="clarity").count() == 12
    by_repeat = Rating.objects.filter(criterion__key="clarity").order_by("annotation__repeat", "pk")
    assert list(by_repeat.values_list("number", flat=True)) == [2.0] * 4 + [4.0] + [3.0] * 7
    # One task got 2, 4, 3, the others 2, 3, 3.
    noise, mean = find(field, "self_consistency"), find(field, "mean_score")
    assert noise.estimate == pytest.approx((1 / 3 + 3 * 2 / 3) / 4)
    assert noise.n == 4
    assert (mean.estimate, mean.n, mean.excluded) == (2.0, 4, {"repeat": 8})
