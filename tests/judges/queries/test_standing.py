"""Where a run stands, read from indexes, and how fast it was lately."""

from datetime import timedelta
from decimal import Decimal
from typing import Any  # parameters of a judge

import pytest
from django.utils import timezone

from annotations.models import TaskKind
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, Run
from judges.queries.progress import read_progress
from judges.queries.standing import read_standing
from tests.factories.judged import make_scene
from tests.factories.judging import make_field, make_judge

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


def test_it_equals_the_progress_that_reads_every_call() -> None:
    run = make_scene().run
    Attempt.objects.filter(pk=run.attempts.filter(state="pending")[0].pk).update(state="leased")
    standing, progress = read_standing(run), read_progress(run)
    for name in (
        "done",
        "waiting",
        "in_flight",
        "cancelled",
        "failed",
        "absent",
        "calls",
        "total",
        "percent",
    ):
        assert getattr(standing, name) == getattr(progress, name), name
    assert standing.failed == {"timeout": 1, "worker_lost": 1}
    assert standing.absent == {"refused": 1}
    assert standing.estimated == Decimal("0.04")


@pytest.mark.parametrize("several", [{"samples": 3}, {"one_call_per_criterion": True}])
def test_verdicts_of_several_calls_are_counted_as_cases(several: dict[str, Any]) -> None:
    field = make_field(TaskKind.SINGLE, 4)
    run = plan_run(project=field.project, judge=make_judge(field.project, URL, "single", **several))
    first, second = (
        run.attempts.filter(task=task).order_by("pk") for task in field.project.tasks.order_by("pk")[:2]
    )
    Attempt.objects.filter(pk=first[0].pk).update(state="said", ended_at=timezone.now())
    Attempt.objects.filter(pk=second[0].pk).update(state="leased")
    assert run.attempts.count() > 4
    for told in (read_standing(run), read_progress(run)):
        assert (told.done, told.waiting, told.in_flight, told.total) == (0, 3, 1, 4)


def test_the_rate_forgets_after_a_minute() -> None:
    run = make_scene().run
    assert read_standing(run).recent.rate == pytest.approx(8 / 60)
    assert read_standing(run).recent.latency == pytest.approx(1.83)
    assert read_standing(run).seconds_left == pytest.approx(6 / (8 / 60))
    run.attempts.update(ended_at=timezone.now() - timedelta(seconds=61))
    standing = read_standing(run)
    assert (standing.recent.rate, standing.recent.latency, standing.seconds_left) == (None, None, None)


def test_a_young_run_is_measured_since_it_began() -> None:
    run = make_scene().run
    Run.objects.update(created_at=timezone.now() - timedelta(seconds=10))
    run.refresh_from_db()
    assert read_standing(run).recent.rate == pytest.approx(0.8, rel=0.2)


def test_an_unknown_price_is_no_sum() -> None:
    run = make_scene().run
    assert read_standing(run).spent == Decimal("0.096")
    latest = run.attempts.filter(state="done").order_by("-ended_at")[0]
    Attempt.objects.filter(pk=latest.pk).update(cost=None)
    assert read_standing(run).spent is None
