"""A wake-up is at best effort: whoever rings is not held up by a store that is away."""

import time

import pytest
import redis
from pytest_django import Settings

from evalplatform.common import wakeups
from evalplatform.common.wakeups import ring
from tests.reliability.fault_proxy import Fault, FaultProxy

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability]


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.BLACKHOLE])
@pytest.mark.parametrize("is_known", [True, False])
def test_row_4_a_ring_waits_for_no_store_and_works_soon_after_it_returns(
    is_known: bool,
    fault: Fault,
    valkey: redis.Redis,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wakeups, "REST", 1.5)
    with FaultProxy(settings.REDIS_URL.removeprefix("unix://")) as proxy:
        settings.CELERY_BROKER_URL = f"redis://{proxy.address}/0"
        if is_known:
            ring("no.job", 0)
            assert valkey.llen("evalplatform:default") == 1
        proxy.behave(fault)
        assert ring_timed() < 2.5  # about a second; the rest is for a busy machine
        tried = proxy.connections
        assert ring_timed() < 0.5
        assert proxy.connections == tried  # it rests
        valkey.delete("evalplatform:default")
        proxy.behave(Fault.PASS)
        time.sleep(1.5)
        ring("no.job", 2)
        assert valkey.llen("evalplatform:default") >= 1


def ring_timed() -> float:
    start = time.monotonic()
    ring("no.job", 1)
    return time.monotonic() - start
