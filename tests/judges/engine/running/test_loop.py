"""The engine against a fake provider over real HTTP."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any  # settings

import pytest
from django.db import connections
from django.db.models import Count

from annotations.models import Annotation, Rating, TaskKind
from judges.engine.ledger.control import conclude_run, resume_run
from judges.engine.ledger.leases import ShardLease, take_shard
from judges.engine.planning.plan import plan_run
from judges.engine.sweep import sweep_once
from judges.engine.versions.register import create_judge
from judges.models import Attempt, AttemptState, RawReply, Run, RunState, Shard
from judges.queries.progress import read_progress
from tests.factories.judging import make_field, make_judge, work
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_project, make_system
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)


def run_judge(fake: FakeProvider, kind: TaskKind = TaskKind.PAIR, tasks: int = 5, **parameters: Any) -> Run:
    field = make_field(kind, tasks)
    judge = make_judge(field.project, fake.url, kind, **parameters)
    run = plan_run(project=field.project, judge=judge)
    work(run)
    conclude_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def count_states(run: Run) -> dict[str, int]:
    return dict(run.attempts.values_list("state").annotate(n=Count("pk")).order_by("state"))


def test_pairs_are_judged_in_both_orders_and_stored_in_the_canonical_one() -> None:
    with FakeProvider() as fake:
        run = run_judge(fake, tasks=4)
    verdicts = Annotation.objects.filter(task__project=run.project).order_by("task", "shown_order")
    found = [(a.shown_order, a.presentation, a.ratings.get().code) for a in verdicts]
    longer_first = [("0,1", "shown", "first"), ("1,0", "shown", "first")]
    longer_second = [("0,1", "shown", "second"), ("1,0", "shown", "second")]
    assert found == longer_first + longer_second + longer_first + longer_second
    assert run.state == RunState.FINISHED


def test_an_attempt_keeps_what_was_said_and_what_it_cost(settings: Any) -> None:
    settings.EVALPLATFORM_REPLY_DAYS = 7
    with FakeProvider() as fake:
        run = run_judge(fake, TaskKind.SINGLE, tasks=1, price_in=2, price_out=8, price_cached=1)
    attempt = Attempt.objects.get()
    assert attempt.state == AttemptState.DONE
    assert attempt.returned_model == "fake-1-2026"
    assert (attempt.tokens_in, attempt.tokens_cached, attempt.tokens_out) == (100, 40, 10)
    assert attempt.cost == Decimal("0.00024000")
    assert run.spent == Decimal("0.000240")
    assert [r.number for r in Rating.objects.order_by("criterion")] == [3.0, 3.0]
    assert {r.rationale for r in Rating.objects.all()} == {"Because it says more."}
    kept = RawReply.objects.get()
    assert '"prompt_tokens": 100' in kept.reply
    assert kept.request["model"] == "fake-1"
    assert kept.keep_until is not None
    assert round((kept.keep_until - kept.created_at) / timedelta(days=1), 2) == 7


def test_no_provider_is_told_who_wrote_what() -> None:
    """Judges read what people read: names are masked, however spelled."""
    project = make_project()
    systems = make_system(project, "aurora-large", family="Borealisoft"), make_system(project, "dusk-1")
    texts = "I am aurora-large of Borealisoft.", "Aurora Large is worse than dusk_1."
    task = make_pair_task(project, make_pair_rubric(project), systems=systems, texts=texts)
    with FakeProvider() as fake:
        work(plan_run(project=project, judge=make_judge(project, fake.url)))
    sent = json.dumps(fake.requests).lower()
    assert Annotation.objects.filter(task=task).count() == 2
    assert [sent.count(name) for name in ("aurora", "borealisoft", "dusk")] == [0, 0, 0]
    assert sent.count("[name hidden]") == 2 * 4


def test_an_unknown_price_is_unknown() -> None:
    with FakeProvider() as fake:
        run = run_judge(fake, TaskKind.SINGLE, tasks=2)
    assert set(run.attempts.values_list("cost", flat=True)) == {None}
    assert read_progress(run).spent is None


@pytest.mark.parametrize(
    ("fault", "absent"),
    [
        ("refusal", "refused"),
        ("unparsable", "unparsable"),
        ("short", "unparsable"),
        ("empty", "unparsable"),
    ],
)
def test_every_answer_leaves_a_verdict(fault: str, absent: str) -> None:
    with FakeProvider(always=fault) as fake:
        run = run_judge(fake, tasks=2, repair=False)
    assert count_states(run) == {"done": 4}
    assert read_progress(run).absent == {absent: 4}
    assert RawReply.objects.count() == 4


@pytest.mark.parametrize("fault", ["500", "429:0.1", "hang", "cut", "html", "choiceless"])
def test_a_failure_is_tried_again_as_a_new_attempt(fault: str, settings: Any) -> None:
    settings.EVALPLATFORM_PROVIDER_TIMEOUT = 1
    with FakeProvider(faults=[fault]) as fake:
        run = run_judge(fake, tasks=2)
    assert count_states(run) == {"done": 4, "failed": 1}
    assert sorted(run.attempts.values_list("number", flat=True)) == [1, 1, 1, 1, 2]
    assert Annotation.objects.count() == 4
    assert len(fake.requests) == 5


def test_tries_end_and_going_on_gives_fresh_ones(settings: Any) -> None:
    settings.EVALPLATFORM_MAX_CALLS = 2
    with FakeProvider(faults=["500", "500"]) as fake:
        run = run_judge(fake, TaskKind.SINGLE, tasks=1)
        assert count_states(run) == {"failed": 2}
        assert read_progress(run).failed == {"http_500": 1}
        assert run.state == RunState.FINISHED
        resume_run(run=run)
        work(run)
    assert count_states(run) == {"done": 1, "failed": 2}


def test_a_refused_case_is_not_asked_again() -> None:
    with FakeProvider(faults=["400"]) as fake:
        run = run_judge(fake, TaskKind.SINGLE, tasks=2)
    assert count_states(run) == {"done": 1, "failed": 1}


def test_row_15_a_revoked_key_pauses_the_run_once_with_the_reason() -> None:
    with FakeProvider(always="401:revoked") as fake:
        run = run_judge(fake, tasks=6)
        assert run.state == RunState.PAUSED
        assert run.pause_reason.startswith("The provider refuses (http_401)")
        asked = len(fake.requests)
        assert asked <= 8
        fake.always = ""
        resume_run(run=run)
        work(run)
    assert count_states(run)["done"] == 12
    assert Annotation.objects.count() == 12


def test_a_provider_that_is_out_is_left_alone_and_then_pauses_the_run(settings: Any) -> None:
    """Five failures and two calls that look whether it is back; no case has used up its tries."""
    settings.EVALPLATFORM_CALLS_IN_FLIGHT = 4
    settings.EVALPLATFORM_MAX_CALLS = 2
    settings.EVALPLATFORM_OUTAGE_SECONDS = 2
    with FakeProvider(always="500") as fake:
        run = run_judge(fake, TaskKind.SINGLE, tasks=12)
        assert run.state == RunState.PAUSED
        assert "again and again (http_500)" in run.pause_reason
        assert 5 + 2 <= len(fake.requests) <= 5 + 3 + 2
        fake.always = ""
        resume_run(run=run)
        work(run)
    assert count_states(run)["done"] == 12
    assert {failure for failure in run.attempts.values_list("failure", flat=True) if failure} == {
        "http_500",
        "outage",
    }


def test_a_budget_is_never_overrun() -> None:
    field = make_field(TaskKind.SINGLE, 30)
    with FakeProvider() as fake:
        judge = make_judge(field.project, fake.url, "single", price_in=0, price_out=10_000, max_tokens=10)
        run = plan_run(project=field.project, judge=judge, budget=Decimal("1.05"))
        work(run)
    run.refresh_from_db()
    assert (run.state, run.pause_reason) == (RunState.PAUSED, "The budget does not cover the next call.")
    assert (run.spent, run.reserved) == (Decimal(1), Decimal(0))
    assert count_states(run) == {"done": 10, "pending": 20}
    assert len(fake.requests) == 10


def test_calls_in_flight_are_bounded() -> None:
    with FakeProvider(latency=0.5) as fake:
        run_judge(fake, tasks=10, calls_in_flight=5)
    assert fake.peak == 5


def test_a_stop_releases_what_was_not_asked() -> None:
    field = make_field(tasks=40)
    with FakeProvider(latency=0.3) as fake:
        run = plan_run(project=field.project, judge=make_judge(field.project, fake.url, calls_in_flight=4))
        work(run, should_stop=lambda: len(fake.requests) >= 4)
        states = count_states(run)
        assert states["done"] + states["pending"] == 80
        assert states["done"] == len(fake.requests)
        assert take_shard(run_id=run.pk, number=0) is not None


def test_a_late_answer_is_kept_for_the_bill_and_nothing_else() -> None:
    """A worker that hung beyond its lease: another asked again, and its own answer changes nothing."""
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider(latency=0.5) as fake:
        judge = make_judge(field.project, fake.url, "single", price_in=1, price_out=1)
        run = plan_run(project=field.project, judge=judge)

        def lose_lease_once() -> bool:
            if len(fake.requests) == 1 and not Attempt.objects.filter(number=2).exists():
                Attempt.objects.update(leased_until="2020-01-01T00:00:00Z")
                sweep_once()
            return False

        with ThreadPoolExecutor(1) as thread:
            work(run, should_stop=lambda: thread.submit(lose_lease_once).result())
            thread.submit(connections.close_all).result()
    assert list(run.attempts.order_by("number").values_list("state", "number")) == [("stale", 1), ("done", 2)]
    assert run.attempts.get(number=1).cost == Decimal("0.000110")
    assert Annotation.objects.count() == 1


def test_a_loop_that_lost_its_shard_still_records_the_calls_it_made(settings: Any) -> None:
    """A machine that stood still longer than the shard's lease: another loop goes on, and nothing is asked twice."""
    settings.EVALPLATFORM_SHARD_LEASE = 0.3
    field = make_field(TaskKind.SINGLE, 12)
    with FakeProvider(latency=1.0) as fake:
        judge = make_judge(field.project, fake.url, "single", calls_in_flight=4)
        run = plan_run(project=field.project, judge=judge)
        others: list[ShardLease | None] = []

        def lose_shard_once() -> bool:
            if fake.in_flight >= 4 and not others:
                Shard.objects.update(leased_until="2020-01-01T00:00:00Z")
                others.append(take_shard(run_id=run.pk, number=0))
            return False

        with ThreadPoolExecutor(1) as thread:
            work(run, should_stop=lambda: thread.submit(lose_shard_once).result())
            thread.submit(connections.close_all).result()
    assert [lease is not None for lease in others] == [True]
    asked = len(fake.requests)
    assert 4 <= asked < 12
    assert count_states(run) == {"done": asked, "pending": 12 - asked}


def test_builtin_baselines_write_as_metrics() -> None:
    field = make_field(tasks=3)
    judge = create_judge(project=field.project, name="longest", protocol="pair", builtin="longest")
    run = plan_run(project=field.project, judge=judge)
    work(run)
    assert judge.rater.kind == "metric"
    codes = Rating.objects.order_by("annotation__task", "annotation__shown_order").values_list(
        "code", flat=True
    )
    assert list(codes) == ["first", "first", "second", "second", "first", "first"]
    assert read_progress(run).spent == 0


def test_position_bias_of_the_first_baseline_is_total() -> None:
    field = make_field(tasks=2)
    judge = create_judge(project=field.project, name="first", protocol="pair", builtin="first")
    work(plan_run(project=field.project, judge=judge))
    found = Rating.objects.order_by("annotation__task", "annotation__shown_order")
    assert [r.code for r in found] == ["first", "second"] * 2


def test_random_draws_the_same_again_for_one_seed() -> None:
    field = make_field(TaskKind.SINGLE, 30)
    codes = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        parameters = {"seed": seed, "family": name}
        judge = create_judge(
            project=field.project, name=name, protocol="single", builtin="random", parameters=parameters
        )
        work(plan_run(project=field.project, judge=judge))
        rows = Rating.objects.filter(annotation__rater=judge.rater).order_by("annotation__task", "criterion")
        codes.append(list(rows.values_list("number", flat=True)))
    assert codes[0] == codes[1] != codes[2]
    assert set(codes[0]) == {1.0, 2.0, 3.0, 4.0, 5.0}
