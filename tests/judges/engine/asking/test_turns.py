"""Several loops: on one run they share its cases, and one worker gives each of several runs its turn."""

import asyncio
import threading
from typing import Any  # settings

import pytest
from django.db import connections

from annotations.models import Annotation, TaskKind
from judges.engine.ledger.leases import release_shard, take_shard
from judges.engine.planning.plan import plan_run
from judges.engine.running.limits import Limits
from judges.engine.running.shard import work_on_shard
from judges.models import Run
from tests.factories.judging import make_field, make_judge, work
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)
TURN = 0.5


def plan(fake: FakeProvider, tasks: int) -> Run:
    field = make_field(TaskKind.SINGLE, tasks)
    judge = make_judge(field.project, fake.url, "single", calls_in_flight=4)
    return plan_run(project=field.project, judge=judge)


def work_beside(run: Run, number: int) -> threading.Thread:
    """Another worker's loop."""

    def go() -> None:
        lease = take_shard(run_id=run.pk, number=number)
        assert lease is not None
        asyncio.run(work_on_shard(lease=lease, limits=Limits(20)))
        release_shard(lease=lease)
        connections.close_all()

    thread = threading.Thread(target=go)
    thread.start()
    return thread


def test_two_loops_on_one_run_ask_each_case_once_each_with_its_own_calls(settings: Any) -> None:
    settings.EVALPLATFORM_SHARDS = 2
    with FakeProvider(latency=1.0) as fake:
        run = plan(fake, 48)
        others = [work_beside(run, number) for number in (0, 1)]
        for other in others:
            other.join(40)
        assert sum(fake.answered.values()) == 48
    assert Annotation.objects.count() == 48
    assert run.attempts.filter(state="done").values("token").distinct().count() == 2
    assert 4 < fake.peak <= 8


def test_a_loop_ends_its_turn_when_another_run_waits() -> None:
    with FakeProvider(latency=0.2) as fake:
        long = plan(fake, 200)
        plan(fake, 1)
        work(long, turn=TURN)
    done = long.attempts.filter(state="done").count()
    assert 0 < done < 200
    assert long.attempts.filter(state="pending").count() == 200 - done
    assert len(fake.requests) == done


def test_a_loop_goes_on_where_no_other_run_waits() -> None:
    with FakeProvider(latency=0.2) as fake:
        run = plan(fake, 60)
        work(run, turn=TURN)
    assert run.attempts.filter(state="done").count() == 60
