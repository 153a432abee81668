"""The batch lane against a fake provider over real HTTP: what is handed over, what comes back, and what ends it."""

from decimal import Decimal
from typing import Any  # settings and parameters

import pytest
from django.db.models import Count
from django.utils import timezone

from annotations.models import Annotation, TaskKind
from evalplatform.common.errors import Invalid
from judges.engine.batches import gathering as batch_gathering
from judges.engine.batches import lane as batch_lane
from judges.engine.batches import results as batch_results
from judges.engine.lanes import work_in_lane
from judges.engine.ledger.control import cancel_run, pause_run, resume_run
from judges.engine.ledger.leases import release_shard, take_shard
from judges.engine.planning.plan import plan_run
from judges.engine.running.limits import Limits
from judges.engine.sweep import sweep_once, void_leases
from judges.engine.versions.register import create_judge
from judges.models import Attempt, BatchState, Judge, ProviderBatch, RawReply, Run, RunState
from judges.queries.progress import read_progress
from tests.factories.judging import make_connection, make_field, make_judge
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)
VENDORS = ["openai", "anthropic"]


def plan(fake: FakeProvider, vendor: str = "openai", tasks: int = 3, **parameters: Any) -> Run:
    field = make_field(TaskKind.SINGLE, tasks)
    url = fake.url if vendor == "openai" else fake.url.removesuffix("/v1")
    connection = make_connection(url, provider=vendor)
    connection.capabilities = {"fake-1": {"batch": True, "responses": True}}
    connection.save()
    judge = create_judge(
        project=field.project, name="j", protocol="single", connection=connection, model="fake-1",
        parameters={"price_in": 1, "price_out": 1, **parameters},
    )  # fmt: skip
    return plan_run(project=field.project, judge=judge, lane="batch")


def hand_over(run: Run) -> None:
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    work_in_lane(lease=lease, limits=Limits(30))
    release_shard(lease=lease)


def look(run: Run, times: int = 1) -> None:
    for _ in range(times):
        batch_lane.step_due_batches(judge=run.judge)


def work(run: Run, rounds: int = 8) -> None:
    for _ in range(rounds):
        Attempt.objects.filter(run=run, state="pending").update(not_before=None)
        run.refresh_from_db()
        if run.state == RunState.RUNNING:
            hand_over(run)
        look(run)
    run.refresh_from_db()


def count_states(run: Run) -> dict[str, int]:
    return dict(run.attempts.values_list("state").annotate(n=Count("pk")).order_by("state"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_batch_goes_there_and_its_answers_come_back(vendor: str) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        hand_over(run)
        batch = ProviderBatch.objects.get()
        assert (batch.state, batch.size, count_states(run)) == (BatchState.SUBMITTED, 3, {"leased": 3})
        look(run)
        assert len(fake.desk.batches) == 1
    run.refresh_from_db()
    batch.refresh_from_db()
    assert (batch.state, batch.counts) == (BatchState.ENDED, {"answered": 3})
    assert (run.state, count_states(run)) == (RunState.FINISHED, {"done": 3})
    assert (run.spent, run.reserved) == (Decimal("0.00033"), Decimal(0))
    assert Annotation.objects.filter(rater=run.judge.rater).count() == RawReply.objects.count() == 3
    assert set(run.attempts.values_list("returned_model", "tokens_in", "provider_batch")) == {
        ("fake-1-2026", 100, batch.pk)
    }


def test_what_is_asked_is_what_a_live_call_asks() -> None:
    with FakeProvider() as fake:
        run = plan(fake, tasks=1, endpoint="responses", temperature=0)
        work(run, 1)
        ((mark, body),) = fake.desk.batches["batch_0"]["rows"]
        assert fake.desk.batches["batch_0"]["path"] == "/v1/responses"
    assert mark == str(run.attempts.get().public_id)
    assert (body["model"], body["temperature"], body["store"]) == ("fake-1", 0, False)
    assert read_progress(run).done == 1


def test_a_full_provider_is_handed_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_gathering, "MOST_ROWS", 1)
    monkeypatch.setattr(batch_gathering, "CHUNK", 1)
    with FakeProvider(faults=["429:9"]) as fake:
        run = plan(fake)
        hand_over(run)
        assert (len(fake.desk.batches), count_states(run)) == (0, {"leased": 1, "pending": 2})


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("fault", ["401:revoked", "400:no such model", "404"])
def test_a_refused_batch_pauses_the_run_and_its_rows_wait(vendor: str, fault: str) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        fake._script.append(fault)
        hand_over(run)
        run.refresh_from_db()
        assert run.state == RunState.PAUSED
        assert run.pause_reason.startswith(f"The provider refuses a batch (http_{fault[:3]}: ")
        assert (count_states(run), run.reserved) == ({"pending": 3}, Decimal(0))
        assert ProviderBatch.objects.get().state == BatchState.FAILED
        resume_run(run=run)
        work(run, 1)
    assert count_states(run) == {"done": 3}


def test_a_full_provider_is_asked_again_later() -> None:
    with FakeProvider() as fake:
        run = plan(fake)
        fake._script.append("429:1")
        hand_over(run)
        batch = ProviderBatch.objects.get()
        assert (batch.state, count_states(run)) == (BatchState.GATHERED, {"leased": 3})
        ProviderBatch.objects.update(next_look=timezone.now())
        look(run, 2)
    assert count_states(run) == {"done": 3}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_cancelled_run_is_called_off_at_the_provider_too(vendor: str) -> None:
    with FakeProvider() as fake:
        fake.desk.is_done = False
        run = plan(fake, vendor)
        hand_over(run)
        cancel_run(run=run)
        look(run, 3)
    run.refresh_from_db()
    assert (run.state, count_states(run)) == (RunState.CANCELLED, {"cancelled": 3, "failed": 3})
    assert (run.spent, run.reserved) == (Decimal(0), Decimal(0))
    assert set(run.attempts.filter(state="failed").values_list("failure", flat=True)) == {"batch_cancelled"}


def test_a_paused_run_hands_nothing_over_and_still_takes_what_comes_back() -> None:
    with FakeProvider() as fake:
        run = plan(fake)
        hand_over(run)
        pause_run(run=run, reason="Paused by hand.")
        look(run)
        assert count_states(run) == {"done": 3}


def test_a_batch_at_its_provider_outlives_the_start_of_a_machine_and_is_rung_for() -> None:
    with FakeProvider() as fake:
        fake.desk.is_done = False
        run = plan(fake)
        hand_over(run)
        void_leases()
        swept = sweep_once()
        assert (swept["lost"], swept["batches_due"], count_states(run)) == (0, 1, {"leased": 3})
        look(run, 2)
        assert ProviderBatch.objects.get().state == BatchState.SUBMITTED
        fake.desk.is_done = True
        look(run)
    assert count_states(run) == {"done": 3}


def test_a_batch_that_never_ends_is_given_up() -> None:
    with FakeProvider() as fake:
        fake.desk.is_done = False
        run = plan(fake)
        hand_over(run)
        ProviderBatch.objects.update(submitted_at=timezone.now() - 2 * batch_gathering.PATIENCE)
        look(run)
    assert count_states(run) == {"failed": 3, "pending": 3}
    assert run.attempts.filter(state="failed", failure="batch_missing", cost__gt=0).count() == 3


def test_a_budget_bounds_what_goes_into_a_batch() -> None:
    with FakeProvider() as fake:
        run = plan(fake, tasks=5, price_in=0, price_out=10_000, max_tokens=10)
        Run.objects.update(budget=Decimal("0.25"))
        work(run)
    assert (run.state, run.spent, count_states(run)) == (
        RunState.PAUSED,
        Decimal("0.2"),
        {"done": 2, "pending": 3},
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize("vendor", VENDORS)
def test_hundreds_of_rows_in_several_batches_come_back_each_once(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_gathering, "MOST_ROWS", 120)
    for room in (batch_gathering, batch_results):  # each batch is gathered and read in two parts
        monkeypatch.setattr(room, "CHUNK", 60)
    with FakeProvider() as fake:
        fake.desk.fates = [fate for _ in range(12) for fate in ("fine", "expired", "fine", "fine", "errored")]
        run = plan(fake, vendor, tasks=300)
        hand_over(run)
        assert [len(batch["rows"]) for batch in fake.desk.batches.values()] == [120, 120, 60]
        look(run)
        fake.desk.fates = []
        work(run, 2)
    progress = read_progress(run)
    assert (run.state, progress.done, run.reserved) == (RunState.FINISHED, 300, Decimal(0))
    assert Annotation.objects.values("task").distinct().count() == Annotation.objects.count() == 300
    assert run.spent == Decimal("0.00011") * 300


def test_lanes_that_a_judge_cannot_use_are_refused() -> None:
    field = make_field(TaskKind.SINGLE, 1)

    def refuse(judge: Judge, lane: str) -> str:
        with pytest.raises(Invalid) as caught:
            plan_run(project=field.project, judge=judge, lane=lane)
        return str(caught.value)

    unknown = make_judge(field.project, "http://127.0.0.1:9/v1", "single")
    assert "probe_connection" in refuse(unknown, "batch")
    assert refuse(unknown, "fast") == "lane: must be one of live, batch"
    builtin = create_judge(project=field.project, name="b", protocol="single", builtin="random")
    assert refuse(builtin, "batch") == "lane: this judge can only be asked at once"
