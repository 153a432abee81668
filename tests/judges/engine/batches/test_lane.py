"""The batch lane against a fake provider over real HTTP: what is handed over, what comes back, and what does not."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any  # settings and parameters

import pytest
from django.db.models import Count
from django.utils import timezone

from annotations.models import Annotation, TaskKind
from evalplatform.common.errors import Invalid
from judges.engine.batches import gathering as batch_gathering
from judges.engine.batches import lane as batch_lane
from judges.engine.lanes import work_in_lane
from judges.engine.ledger.control import cancel_run, pause_run, resume_run
from judges.engine.ledger.leases import release_shard, take_shard
from judges.engine.planning.plan import plan_run
from judges.engine.running.limits import Limits
from judges.engine.sweep import sweep_once, void_leases
from judges.engine.versions.register import create_judge
from judges.models import Attempt, BatchState, Judge, ProviderBatch, RawReply, Run, RunState, Shard
from judges.queries.progress import read_progress
from tests.factories.judging import make_connection, make_field, make_judge
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)
VENDORS = ["openai", "anthropic"]
SOON = timedelta(0)


@pytest.fixture(autouse=True)
def _looks_are_due_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_lane, "FIRST_LOOK", SOON)
    monkeypatch.setattr(batch_lane, "LONGEST_LOOK", SOON)


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


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(("fate", "reason"), [("expired", "batch_expired"), ("errored", "http_500")])
def test_a_row_that_was_not_answered_is_tried_again_in_another_batch(
    vendor: str, fate: str, reason: str
) -> None:
    with FakeProvider() as fake:
        fake.desk.fates = [fate]
        run = plan(fake, vendor)
        hand_over(run)
        look(run)
        assert count_states(run) == {"done": 2, "failed": 1, "pending": 1}
        fake.desk.fates = []
        work(run, 2)
        assert [len(batch["rows"]) for batch in fake.desk.batches.values()] == [3, 1]
    assert (run.state, count_states(run)) == (RunState.FINISHED, {"done": 3, "failed": 1})
    assert list(run.attempts.filter(state="failed").values_list("failure", "cost")) == [(reason, Decimal(0))]


def drop_one(lines: list[str]) -> list[str]:
    return lines[1:]


def cut_last(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1][:40]]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("twist", [drop_one, cut_last])
def test_rows_that_lack_are_read_again_and_then_asked_again(
    vendor: str, twist: Callable[[list[str]], list[str]]
) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        hand_over(run)
        fake.desk.twist = twist
        look(run, batch_lane.MOST_MISREADS)
        assert count_states(run) == {"done": 2, "leased": 1}
        look(run)
        assert count_states(run) == {"done": 2, "failed": 1, "pending": 1}
        fake.desk.twist = lambda lines: lines
        work(run, 2)
    assert (run.state, read_progress(run).done, run.reserved) == (RunState.FINISHED, 3, Decimal(0))
    assert run.attempts.get(state="failed").failure == "batch_missing"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_file_that_was_cut_once_costs_nothing(vendor: str) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        hand_over(run)
        fake.desk.twist = cut_last
        look(run)
        fake.desk.twist = lambda lines: lines
        look(run)
    assert count_states(run) == {"done": 3}


@pytest.mark.parametrize("vendor", VENDORS)
def test_doubled_and_foreign_rows_change_nothing(vendor: str) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        hand_over(run)
        foreign = '{"custom_id": "b9b4d3b0-0000-4000-8000-000000000000", "result": {"type": "succeeded"}}'
        odd = ["[]", '{"custom_id": 7}', "null", "{}"]
        fake.desk.twist = lambda lines: [foreign, *lines, *lines, *odd]
        look(run)
    assert count_states(run) == {"done": 3}
    assert Annotation.objects.count() == 3
    assert ProviderBatch.objects.get().counts == {"unknown": 3, "duplicated": 3, "answered": 3}


ODD_BODIES: list[Any] = [None, [], "yes", {}, {"choices": []}, {"choices": [{"message": {"content": 3}}]}]


def test_a_server_that_renames_every_row_is_not_paid_without_end(settings: Any) -> None:
    settings.EVALPLATFORM_MAX_CALLS = 2
    with FakeProvider() as fake:
        run = plan(fake)
        fake.desk.twist = lambda lines: [line.replace('"custom_id": "', '"custom_id": "x') for line in lines]
        work(run, 12)
        assert len(fake.desk.batches) == 2
    assert (run.state, read_progress(run).failed) == (RunState.FINISHED, {"batch_missing": 3})


def test_a_full_provider_is_handed_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_gathering, "MOST_ROWS", 1)
    monkeypatch.setattr(batch_gathering, "CHUNK", 1)
    with FakeProvider(faults=["429:9"]) as fake:
        run = plan(fake)
        hand_over(run)
        assert (len(fake.desk.batches), count_states(run)) == (0, {"leased": 1, "pending": 2})


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_odd_batch_is_looked_at_again(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts under any name and of any kind, moments that are none, no id: nothing of it is an error of ours."""
    odd: list[dict[str, Any]] = [
        {"request_counts": {"event\x00": 1, "a": -1, "b": "x", "c" * 99: 2}, "expires_at": 10**30},
        {"id": None},
        {"id": "../../files"},
        {"request_counts": None, "created_at": "yesterday", "metadata": 3},
    ]
    with FakeProvider() as fake:
        fake.desk.is_done = False
        run = plan(fake, vendor)
        hand_over(run)
        shown = fake.desk._show
        for more in odd:
            monkeypatch.setattr(fake.desk, "_show", lambda name, more=more: {**shown(name), **more})
            look(run)
            assert ProviderBatch.objects.get().state == BatchState.SUBMITTED
        monkeypatch.setattr(fake.desk, "_show", shown)
        fake.desk.is_done = True
        look(run)
    assert count_states(run) == {"done": 3}


def test_an_odd_row_is_a_named_failure(settings: Any) -> None:
    settings.EVALPLATFORM_MAX_CALLS = 1
    with FakeProvider() as fake:
        run = plan(fake, tasks=len(ODD_BODIES))
        bodies = iter(ODD_BODIES)
        fake.desk.answer = lambda path, body: next(bodies)
        hand_over(run)
        look(run)
    assert read_progress(run).failed == {"bad_reply": len(ODD_BODIES)}
    assert Annotation.objects.count() == 0


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_batch_whose_receipt_was_lost_is_found_and_not_handed_over_twice(vendor: str) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        fake._script.extend(["fine", "cut"] if vendor == "openai" else ["cut"])
        hand_over(run)
        batch = ProviderBatch.objects.get()
        assert (batch.state, len(fake.desk.batches)) == (BatchState.SUBMITTING, 1)
        look(run, 2)
        assert len(fake.desk.batches) == 1
    assert (read_progress(run).done, count_states(run)) == (3, {"done": 3})


class Killed(BaseException):
    """A worker that is gone."""


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("place", "handed_over"), [("_submit", 1), ("_take_up", 1), ("_record", 1), ("record_outcomes", 1)]
)
def test_a_worker_killed_between_two_steps_hands_nothing_over_twice(
    vendor: str, place: str, handed_over: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with FakeProvider() as fake:
        run = plan(fake, vendor)
        with monkeypatch.context() as once:
            once.setattr(batch_lane, place, die)
            with pytest.raises(Killed):
                work(run, 1)
        ProviderBatch.objects.update(leased_until=timezone.now())  # what a killed worker holds runs out
        release_everything()
        void_leases()
        work(run, 4)
        assert len(fake.desk.batches) == handed_over
    assert (run.state, count_states(run)) == (RunState.FINISHED, {"done": 3})
    assert (run.spent, run.reserved) == (Decimal("0.00033"), Decimal(0))


def release_everything() -> None:
    Shard.objects.update(leased_until=None)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_batch_that_never_arrived_is_handed_over_again(vendor: str) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        fake._script.extend(["fine", "500"] if vendor == "openai" else ["500"])
        hand_over(run)
        look(run)
        assert ProviderBatch.objects.get().state == BatchState.SUBMITTING
        ProviderBatch.objects.update(submitting_at=timezone.now() - 2 * batch_lane.GRACE)
        look(run, 3)
        assert len(fake.desk.batches) == 1
    assert count_states(run) == {"done": 3}


def test_another_batch_of_the_same_size_is_not_taken_for_ours() -> None:
    """Anthropic's batches carry no mark: one of somebody else's is told by its rows, and ours is still found."""
    with FakeProvider() as fake:
        run = plan(fake, "anthropic")
        fake._script.extend(["cut"])
        hand_over(run)
        rows = [(f"foreign-{n}", body) for n, (_, body) in enumerate(fake.desk.batches["msgbatch_0"]["rows"])]
        fake.desk._open("msgbatch", "/v1/messages", rows, None)
        look(run, 5)
        assert len(fake.desk.batches) == 2
    batch = ProviderBatch.objects.get()
    assert (batch.provider_id, batch.ruled_out) == ("msgbatch_0", ["msgbatch_1"])
    assert count_states(run) == {"done": 3}


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
def test_a_thousand_rows_come_back_each_once(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_gathering, "MOST_ROWS", 400)
    with FakeProvider() as fake:
        fake.desk.fates = [fate for _ in range(40) for fate in ("fine", "expired", "fine", "fine", "errored")]
        run = plan(fake, vendor, tasks=1000)
        hand_over(run)
        assert [len(batch["rows"]) for batch in fake.desk.batches.values()] == [400, 400, 200]
        look(run)
        fake.desk.fates = []
        work(run, 2)
    progress = read_progress(run)
    assert (run.state, progress.done, run.reserved) == (RunState.FINISHED, 1000, Decimal(0))
    assert Annotation.objects.values("task").distinct().count() == Annotation.objects.count() == 1000
    assert run.spent == Decimal("0.00011") * 1000


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
