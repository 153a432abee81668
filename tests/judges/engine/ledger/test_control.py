import pytest
from django.utils import timezone

from annotations.models import TaskKind
from evalplatform.common.errors import Conflict
from judges.engine.ledger import control
from judges.engine.ledger.control import cancel_run, conclude_run, pause_run, resume_run
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, AttemptState, Run, RunState
from judges.queries.progress import read_progress
from tests.factories.judging import make_field, make_judge

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


def make_run(tasks: int = 1, *, follow: bool = False) -> Run:
    field = make_field(TaskKind.SINGLE, tasks)
    judge = make_judge(field.project, URL, "single")
    return plan_run(project=field.project, judge=judge, follow=follow)


def read_state(run: Run) -> tuple[str, str]:
    run.refresh_from_db()
    return run.state, run.pause_reason


def list_tries(run: Run) -> list[tuple[int, str]]:
    return list(run.attempts.order_by("task", "number").values_list("number", "state"))


def test_only_a_running_run_is_paused() -> None:
    run = make_run()
    assert pause_run(run=run, reason="x" * 400) is True
    assert read_state(run) == (RunState.PAUSED, "x" * 300)
    assert pause_run(run=run, reason="again") is False
    assert read_state(run) == (RunState.PAUSED, "x" * 300)


@pytest.mark.parametrize(
    "state", [AttemptState.FAILED, AttemptState.LOST, AttemptState.STALE, AttemptState.QUARANTINED]
)
def test_going_on_tries_again_whatever_was_given_up(state: AttemptState) -> None:
    run = make_run()
    Attempt.objects.update(state=state, failure="worker_lost", ended_at=timezone.now())
    Run.objects.update(state=RunState.FINISHED)
    assert read_progress(run).failed == {"worker_lost": 1}
    resume_run(run=run)
    left = AttemptState.FAILED if state == AttemptState.QUARANTINED else state
    assert list_tries(run) == [(1, left), (2, "pending")]
    assert read_state(run) == (RunState.RUNNING, "")
    assert read_progress(run).failed == {}


def test_going_on_leaves_alone_what_has_a_verdict_or_waits() -> None:
    run = make_run(tasks=3)
    done, failed, _ = run.attempts.order_by("pk")
    Attempt.objects.filter(pk=done.pk).update(state=AttemptState.DONE)
    Attempt.objects.filter(pk=failed.pk).update(state=AttemptState.FAILED)
    pause_run(run=run, reason="")
    resume_run(run=run)
    assert list_tries(run) == [(1, "done"), (1, "failed"), (2, "pending"), (1, "pending")]


def test_going_on_rings_for_every_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[tuple[object, ...]] = []
    monkeypatch.setattr(control, "ring", lambda job, *ids: rung.append((job, *ids)))
    run = make_run()
    pause_run(run=run, reason="")
    rung.clear()
    resume_run(run=run)
    assert rung == [("judges.jobs.work_on_run", run.pk, 0)]


def test_a_running_or_cancelled_run_cannot_go_on() -> None:
    run = make_run()
    with pytest.raises(Conflict):
        resume_run(run=run)
    cancel_run(run=run)
    with pytest.raises(Conflict):
        resume_run(run=run)
    with pytest.raises(Conflict):
        cancel_run(run=run)


def test_calling_off_cancels_what_waits_and_keeps_what_was_done() -> None:
    run = make_run(tasks=3)
    done, leased, _ = run.attempts.order_by("pk")
    Attempt.objects.filter(pk=done.pk).update(state=AttemptState.DONE)
    Attempt.objects.filter(pk=leased.pk).update(state=AttemptState.LEASED)
    cancel_run(run=run)
    assert list_tries(run) == [(1, "done"), (1, "leased"), (1, "cancelled")]
    assert read_state(run) == (RunState.CANCELLED, "")
    assert run.finished_at is not None


@pytest.mark.parametrize(
    ("attempt", "follow", "concluded"),
    [
        ("pending", False, RunState.RUNNING),
        ("leased", False, RunState.RUNNING),
        ("done", False, RunState.FINISHED),
        ("failed", False, RunState.FINISHED),
        ("done", True, RunState.RUNNING),
    ],
)
def test_a_run_is_finished_when_nothing_is_left(attempt: str, follow: bool, concluded: RunState) -> None:
    run = make_run(follow=follow)
    Attempt.objects.update(state=attempt)
    conclude_run(run_id=run.pk)
    assert read_state(run) == (concluded, "")
