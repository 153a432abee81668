from decimal import Decimal

import pytest

from annotations.models import Absent, Annotation, Presentation, Rating, TaskKind
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, Run
from judges.queries.nouns import list_runs
from judges.queries.progress import read_progress
from tests.factories.judging import make_field, make_judge

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"
STATES = ("pending", "leased", "done", "failed", "lost", "stale", "quarantined", "cancelled")


def make_run(tasks: int = len(STATES)) -> Run:
    field = make_field(TaskKind.SINGLE, tasks)
    return plan_run(project=field.project, judge=make_judge(field.project, URL, "single"))


def put(run: Run, *states: str) -> list[Attempt]:
    """The run's attempts, in these states."""
    attempts = list(run.attempts.order_by("pk"))
    for attempt, state in zip(attempts, states, strict=True):
        attempt.state = state
        attempt.failure = state if state in STATES[3:7] else ""
        attempt.ended_at = None if state in STATES[:2] else attempt.created_at
        attempt.save()
    return attempts


def test_every_case_is_counted_once() -> None:
    run = make_run()
    put(run, *STATES)
    progress = read_progress(run)
    assert (progress.done, progress.waiting, progress.in_flight, progress.cancelled) == (1, 1, 1, 1)
    assert progress.failed == {"failed": 1, "lost": 1, "stale": 1, "quarantined": 1}
    assert (progress.failed_total, progress.total, progress.percent, progress.calls) == (4, 8, 12, 5)


def test_a_case_that_is_tried_again_has_not_failed() -> None:
    run = make_run(tasks=1)
    [first] = put(run, "failed")
    Attempt.objects.create(
        project=run.project, run=run, rater_id=first.rater_id, task_id=first.task_id, number=2
    )
    progress = read_progress(run)
    assert (progress.failed, progress.waiting, progress.total, progress.calls) == ({}, 1, 1, 1)


def test_costs_and_tokens_are_sums_and_one_unknown_price_makes_the_sum_unknown() -> None:
    run = make_run(tasks=2)
    first, second = put(run, "done", "failed")
    ended = first.created_at
    values = {"cost": Decimal("0.5"), "tokens_in": 10, "tokens_out": 2, "ended_at": ended}
    Attempt.objects.filter(pk__in=(first.pk, second.pk)).update(**values)
    progress = read_progress(run)
    assert (progress.spent, progress.tokens_in, progress.tokens_out) == (Decimal(1), 20, 4)
    Attempt.objects.filter(pk=first.pk).update(cost=None)
    assert read_progress(run).spent is None


def test_ratings_without_a_value_are_counted_by_reason() -> None:
    run = make_run(tasks=1)
    [attempt] = put(run, "done")
    annotation = Annotation.objects.create(
        project=run.project,
        task_id=attempt.task_id,
        rater_id=attempt.rater_id,
        presentation=Presentation.SHOWN,
    )
    Attempt.objects.update(annotation=annotation)
    for criterion in attempt.task.rubric.criteria.all():
        Rating.objects.create(
            project=run.project, annotation=annotation, criterion=criterion, absent=Absent.REFUSED
        )
    assert read_progress(run).absent == {"refused": 2}


def test_an_empty_run_has_no_share() -> None:
    progress = read_progress(make_run(tasks=0))
    assert (progress.total, progress.percent, progress.spent) == (0, 0, Decimal(0))


def test_runs_of_one_project_come_newest_first() -> None:
    first, other = make_run(tasks=1), make_run(tasks=1)
    second = plan_run(project=first.project, judge=first.judge)
    assert list(list_runs(first.project)) == [second, first]
    assert list(list_runs(other.project)) == [other]
