"""One result that cannot be written spoils no other, and a run that was called off leaves nothing waiting."""

from typing import Any  # a patched function's arguments

import pytest

from annotations.models import Annotation
from judges.engine.asking.turns import Turn
from judges.engine.ledger import recording
from judges.engine.ledger.control import cancel_run
from judges.engine.ledger.leases import ShardLease, claim_attempts, release_attempts, take_shard
from judges.engine.planning.plan import plan_run
from judges.engine.sweep import sweep_once
from judges.models import Attempt, AttemptState, Run
from tests.factories.judging import make_field, make_judge, work
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)


def test_an_unwritable_result_fails_alone(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.EVALPLATFORM_MAX_CALLS = 1
    build = recording._describe_ratings

    def build_unless_odd(turn: Turn, annotation_id: int) -> Any:
        if turn.result.case.attempt_id == odd:
            raise OverflowError("Python int too large to convert to SQLite INTEGER")
        return build(turn, annotation_id)

    monkeypatch.setattr(recording, "_describe_ratings", build_unless_odd)
    with FakeProvider() as fake:
        field = make_field(tasks=3)
        run = plan_run(project=field.project, judge=make_judge(field.project, fake.url))
        odd = run.attempts.order_by("pk").values_list("pk", flat=True)[2]
        work(run)

    states = dict(run.attempts.values_list("pk", "state"))
    failed = Attempt.objects.get(pk=odd)
    assert (failed.state, failed.failure) == (AttemptState.FAILED, "internal")
    assert {state for pk, state in states.items() if pk != odd} == {AttemptState.DONE}
    assert Annotation.objects.count() == 5


def claim_some(run: Run) -> tuple[ShardLease, list[int]]:
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    return lease, claim_attempts(lease=lease, limit=2)


def test_work_given_back_after_a_run_was_called_off_is_cancelled() -> None:
    field = make_field(tasks=2)
    run = plan_run(project=field.project, judge=make_judge(field.project, "http://127.0.0.1:1/v1"))
    lease, claimed = claim_some(run)
    cancel_run(run=run)

    assert release_attempts(lease=lease, attempt_ids=claimed) == set(claimed)

    assert set(run.attempts.values_list("state", flat=True)) == {AttemptState.CANCELLED}
    again = plan_run(project=field.project, judge=run.judge)
    assert again.attempts.count() == 4


def test_the_sweep_cancels_what_a_called_off_run_left() -> None:
    field = make_field(tasks=1)
    run = plan_run(project=field.project, judge=make_judge(field.project, "http://127.0.0.1:1/v1"))
    cancel_run(run=run)
    Attempt.objects.update(state=AttemptState.PENDING)

    assert sweep_once()["cancelled"] == 2
    assert set(run.attempts.values_list("state", flat=True)) == {AttemptState.CANCELLED}


def test_what_another_loop_holds_is_not_given_back() -> None:
    field = make_field(tasks=2)
    run = plan_run(project=field.project, judge=make_judge(field.project, "http://127.0.0.1:1/v1"))
    lease, claimed = claim_some(run)
    Attempt.objects.filter(pk=claimed[0]).update(state=AttemptState.LOST)

    assert release_attempts(lease=lease, attempt_ids=claimed) == {claimed[1]}
