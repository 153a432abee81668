"""A lost receipt, a killed worker, a batch that never arrived: what was handed over is found, not handed over twice."""

from decimal import Decimal
from typing import Any  # arguments of what is replaced

import pytest
from django.utils import timezone

from judges.engine.batches import lane as batch_lane
from judges.engine.sweep import void_leases
from judges.models import BatchState, ProviderBatch, RunState, Shard
from judges.queries.progress import read_progress
from tests.fakes.provider import FakeProvider
from tests.judges.engine.batches.test_lane import VENDORS, count_states, hand_over, look, plan, work

pytestmark = pytest.mark.database(transaction=True)


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
