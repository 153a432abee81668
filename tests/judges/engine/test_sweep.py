from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from annotations.models import TaskKind
from evalplatform.common.errors import ProviderFailure
from judges.engine import sweep
from judges.engine.asking.cases import CaseBook
from judges.engine.asking.results import Result
from judges.engine.ledger.leases import claim_attempts, release_shard, renew_leases, take_shard
from judges.engine.ledger.recording import record_results
from judges.engine.money.budget import set_project_budget
from judges.engine.planning.plan import plan_run
from judges.engine.running.feed import claim_cases
from judges.engine.sweep import ring_for_waiting_runs, sweep_once, void_leases
from judges.models import Attempt, ProjectBudget, RawReply, Run, RunState, Shard
from judges.providers import Completion
from judges.queries.progress import read_progress
from tests.factories.judging import make_field, make_judge
from tests.factories.ledger import make_single_task

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


def make_run(tasks: int = 1) -> Run:
    field = make_field(TaskKind.SINGLE, tasks)
    return plan_run(project=field.project, judge=make_judge(field.project, URL, "single"))


def expire_everything() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Attempt.objects.filter(state="leased").update(leased_until=past)
    Shard.objects.update(leased_until=past)


def read_money(row: Run | ProjectBudget) -> tuple[Decimal, Decimal]:
    row.refresh_from_db()
    return row.spent, row.reserved


def claim(run: Run, limit: int = 10, *, is_idle: bool = False) -> list[int]:
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    return claim_attempts(lease=lease, limit=limit, is_idle=is_idle)


def test_a_shard_has_one_holder() -> None:
    run = make_run()
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    assert take_shard(run_id=run.pk, number=0) is None
    release_shard(lease=lease)
    assert take_shard(run_id=run.pk, number=0) is not None
    assert take_shard(run_id=run.pk, number=1) is None


def test_a_lost_shard_cannot_be_renewed_or_released() -> None:
    run = make_run()
    old = take_shard(run_id=run.pk, number=0)
    expire_everything()
    new = take_shard(run_id=run.pk, number=0)
    assert old is not None
    assert new is not None
    assert renew_leases(lease=old) is False
    release_shard(lease=old)
    assert take_shard(run_id=run.pk, number=0) is None
    assert renew_leases(lease=new) is True


def test_an_attempt_is_claimed_once() -> None:
    run = make_run(tasks=3)
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    assert len(claim_attempts(lease=lease, limit=2)) == 2
    assert len(claim_attempts(lease=lease, limit=2)) == 1
    assert claim_attempts(lease=lease, limit=2) == []


def test_nothing_is_claimed_before_its_time_or_from_a_run_that_rests() -> None:
    run = make_run(tasks=2)
    first = run.attempts.first()
    assert first is not None
    Attempt.objects.filter(pk=first.pk).update(not_before=timezone.now() + timedelta(hours=1))
    assert claim(run) != [first.pk]
    expire_everything()
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    Attempt.objects.update(not_before=None, state="pending")
    Run.objects.update(state=RunState.PAUSED)
    assert claim_attempts(lease=lease, limit=5) == []


def test_what_a_dead_worker_held_is_lost_and_planned_again() -> None:
    run = make_run()
    claim(run)
    assert sweep_once()["lost"] == 0
    expire_everything()
    assert sweep_once()["lost"] == 1
    found = run.attempts.order_by("number").values_list("number", "state", "failure")
    assert list(found) == [(1, "lost", "worker_lost"), (2, "pending", "")]


def test_a_lost_call_is_on_the_bill_as_what_it_may_have_cost() -> None:
    """What a dead worker set aside becomes spent, to the last digit; a late answer puts the true cost in its place."""
    field = make_field(TaskKind.SINGLE, 2)
    judge = make_judge(field.project, URL, "single", price_in=1, price_out=2)
    budget = set_project_budget(project=field.project, amount=Decimal(1), actor=None)
    run = plan_run(project=field.project, judge=judge, budget=Decimal(1))
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    book = CaseBook(run)
    cases = claim_cases(lease=lease, book=book, limit=2)
    aside = sum(case.estimate or 0 for case in cases)
    assert read_money(run) == read_money(budget) == (Decimal(0), aside)
    expire_everything()
    sweep_once()
    assert read_money(run) == read_money(budget) == (aside, Decimal(0))
    progress = read_progress(run)
    assert (progress.spent, progress.estimated) == (aside, aside)
    answers = [
        Result(cases[0], Completion("{}", tokens_in=100, tokens_out=10)),
        Result(cases[1], failure=ProviderFailure("no", reason="http_500", retryable=True)),
    ]
    for _ in range(2):  # written again after a broken connection, it changes nothing
        record_results(book=book, lease=lease, results=answers)
        assert read_money(run) == read_money(budget) == (Decimal("0.00012"), Decimal(0))
    assert sorted(run.attempts.values_list("state", "cost")) == [
        *[("pending", None)] * 2,
        ("stale", Decimal(0)),
        ("stale", Decimal("0.00012")),
    ]


def test_a_case_that_kills_three_workers_is_given_up() -> None:
    run = make_run()
    for _ in range(3):
        assert len(claim(run, is_idle=True)) == 1
        expire_everything()
        sweep_once()
    found = run.attempts.order_by("number").values_list("state", flat=True)
    assert list(found) == ["lost", "lost", "quarantined"]
    run.refresh_from_db()
    assert run.state == RunState.FINISHED


def test_cases_that_lost_two_workers_wait_for_the_others_and_are_claimed_one_by_one() -> None:
    run = make_run(tasks=2)
    for _ in range(2):
        assert len(claim(run)) == 2
        expire_everything()
        sweep_once()
    rubric = run.attempts.all()[0].task.rubric
    suspects = list(run.attempts.filter(state="pending").order_by("pk").values_list("pk", flat=True))
    trusted = run.attempts.create(
        project=run.project, rater=run.judge.rater, task=make_single_task(run.project, rubric), number=1
    )
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    assert claim_attempts(lease=lease, limit=5, is_idle=True) == [trusted.pk]
    assert claim_attempts(lease=lease, limit=5) == []
    assert [claim_attempts(lease=lease, limit=5, is_idle=True) for _ in range(3)] == [
        suspects[:1],
        suspects[1:],
        [],
    ]


def test_bells_ring_for_free_shards_with_something_due(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[tuple[object, ...]] = []
    monkeypatch.setattr(sweep, "ring", lambda job, *ids: rung.append((job, *ids)))
    run = make_run()
    assert ring_for_waiting_runs() == 1
    assert rung == [("judges.jobs.work_on_run", run.pk, 0)]
    Attempt.objects.update(not_before=timezone.now() + timedelta(hours=1))
    assert ring_for_waiting_runs() == 0
    Attempt.objects.update(not_before=None)
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    assert ring_for_waiting_runs() == 0
    release_shard(lease=lease)
    Run.objects.update(state=RunState.PAUSED)
    assert ring_for_waiting_runs() == 0


def keep_reply(attempt: Attempt, keep_until: datetime | None) -> RawReply:
    return RawReply.objects.create(
        project=attempt.project, attempt=attempt, request={"user": "?"}, reply="!", keep_until=keep_until
    )


def test_replies_are_forgotten_when_their_days_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BATCH", 2)
    run, now = make_run(tasks=5), timezone.now()
    ends = (now - timedelta(days=1), now - timedelta(seconds=1), now - timedelta(hours=1))
    attempts = list(run.attempts.order_by("pk"))
    old = [keep_reply(attempt, end) for attempt, end in zip(attempts, ends, strict=False)]
    kept = [keep_reply(attempts[3], now + timedelta(days=1)), keep_reply(attempts[4], None)]
    assert sweep_once()["forgotten"] == 2
    assert set(RawReply.objects.all()) == {old[1], *kept}
    assert [sweep_once()["forgotten"] for _ in range(2)] == [1, 0]
    assert set(RawReply.objects.all()) == set(kept)
    assert run.attempts.count() == 5


def test_a_fresh_start_takes_back_all_leases_at_once() -> None:
    run = make_run(tasks=2)
    claim(run)
    void_leases()
    assert sorted(run.attempts.values_list("state", flat=True)) == ["lost", "lost", "pending", "pending"]
    assert take_shard(run_id=run.pk, number=0) is not None
