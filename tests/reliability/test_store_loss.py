"""The store holds wake-ups only: killed or emptied in the middle of a run, it costs time and nothing else."""

from pathlib import Path

import pytest
import redis

from annotations.models import Annotation
from evalplatform.settings.store import embedded_store_url
from tests.fakes.provider import FakeProvider
from tests.reliability.fault_proxy import FaultProxy
from tests.reliability.judged import run_judged

TASKS = 500
CALLS = 16
USUAL_LEASE = 60  # a call that was ended would show: its lease outlives the test

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability, pytest.mark.timeout(240)]


@pytest.mark.nightly  # by day test_chaos.py kills the store and empties it
def test_row_5_a_killed_store_repeats_no_call_and_loses_none(tmp_path: Path) -> None:
    with FakeProvider(latency=0.2) as fake, run_judged(tmp_path, fake, tasks=TASKS, calls=CALLS) as judged:
        judged.wait_for_answers(TASKS // 4)
        judged.wait_for_return("store", judged.platform.strike("store"))
        assert Annotation.objects.count() < TASKS
        judged.wait_for_verdicts(TASKS)
        judged.check(TASKS)
        assert (judged.count_states(), judged.paid_again) == ({"done": TASKS}, 0)


@pytest.mark.one_database
def test_row_5_a_broken_connection_to_the_store_ends_no_call(tmp_path: Path, valkey: redis.Redis) -> None:
    """Its message goes back to the queue, and a second worker's child meets the lease of the first."""
    address = str(valkey.connection_pool.connection_kwargs["path"])
    with (
        FakeProvider(latency=0.2) as fake,
        FaultProxy(address) as proxy,
        run_judged(
            tmp_path, fake, tasks=TASKS, calls=CALLS, store=f"redis://{proxy.address}/0", lease=USUAL_LEASE
        ) as judged,
    ):
        for share in (8, 4, 2):
            judged.wait_for_answers(TASKS // share)
            proxy.tear_down()
        judged.wait_for_verdicts(TASKS)
        judged.check(TASKS)
        assert (judged.count_states(), judged.paid_again) == ({"done": TASKS}, 0)


@pytest.mark.nightly
def test_row_6_an_emptied_store_is_rung_again_by_the_sweep(tmp_path: Path) -> None:
    """Emptied under a run, and again while the only message of a dead worker's shard lies in it."""
    with FakeProvider(latency=0.2) as fake, run_judged(tmp_path, fake, tasks=TASKS, calls=CALLS) as judged:
        judged.wait_for_answers(TASKS // 4)
        with redis.Redis.from_url(embedded_store_url(tmp_path)) as store:
            store.flushall()
            judged.wait_for_answers(TASKS // 2)
            judged.platform.strike("worker")
            store.flushall()
        assert Annotation.objects.count() < TASKS
        judged.wait_for_verdicts(TASKS)
        judged.check(TASKS)
        assert judged.paid_again <= CALLS
