"""Two workers under one limit, in a time of the test's own: the whole rate, hardly a refusal, whoever counts."""

import asyncio
import heapq
import random
import time
from collections import deque

import pytest

from judges.engine.pacing.pace import OwnPace
from judges.engine.pacing.pacer import Pacer

STEP = 0.001
LATENCY = 0.5
SECONDS = 60
JITTER = 0.008  # seconds that a call may take from its start to the provider, beyond the quickest one


class Window:
    """A provider that refuses more than `rate` calls in any second."""

    def __init__(self, rate: float) -> None:
        self._rate, self._times = rate, deque[float]()

    def takes(self, now: float) -> bool:
        while self._times and self._times[0] <= now - 1:
            self._times.popleft()
        if len(self._times) >= self._rate:
            return False
        self._times.append(now)
        return True


class Bucket:
    """A provider whose bucket holds the calls of one second and fills steadily."""

    def __init__(self, rate: float) -> None:
        self._rate, self._level, self._at = rate, rate, 0.0

    def takes(self, now: float) -> bool:
        self._level = min(self._rate, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True


class World:
    """Two pacers on one pace, and the calls they have under way."""

    def __init__(self, provider: Window | Bucket, rate: float) -> None:
        self.now = 1000.0
        self.taken: list[float] = []
        self.refused = 0
        self._provider = provider
        self._headers = {"x-ratelimit-limit-requests": str(round(60 * rate))}
        pace = OwnPace()
        self._pacers = [Pacer(64, pace) for _ in range(2)]
        self._running = [0, 0]
        self._coming: list[tuple[float, int]] = []
        self._answers: list[tuple[float, int]] = []
        self._draw = random.Random(1)

    def step(self) -> None:
        self.now += STEP
        while self._coming and self._coming[0][0] <= self.now:
            self._meet(*heapq.heappop(self._coming))
        while self._answers and self._answers[0][0] <= self.now:
            worker = heapq.heappop(self._answers)[1]
            self._running[worker] -= 1
            self._pacers[worker].learn(self._headers)
        for worker, pacer in enumerate(self._pacers):
            self._start(worker, pacer)

    def _meet(self, arrival: float, worker: int) -> None:
        if self._provider.takes(arrival):
            self.taken.append(arrival)
            heapq.heappush(self._answers, (arrival + LATENCY, worker))
        else:
            self.refused += 1
            self._running[worker] -= 1
            self._pacers[worker].slow_down(1.0)

    def _start(self, worker: int, pacer: Pacer) -> None:
        if pacer.wants_slots(self._running[worker], 1000):
            asyncio.run(pacer.reserve(self._running[worker], 1000))
        while pacer.may_start(self._running[worker]):
            self._running[worker] += 1
            heapq.heappush(self._coming, (self.now + self._draw.uniform(0, JITTER), worker))


@pytest.mark.parametrize("counting", [Window, Bucket])
@pytest.mark.parametrize("rate", [10.0, 50.0])
def test_two_workers_get_98_percent_of_the_limit_and_one_call_in_a_hundred_refused_at_most(
    rate: float, counting: type[Window] | type[Bucket], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(counting(rate), rate)
    monkeypatch.setattr(time, "monotonic", lambda: world.now)
    for _ in range(round(SECONDS / STEP)):
        world.step()
    after_the_start = [at for at in world.taken if at >= 1002]
    assert len(after_the_start) >= 0.98 * rate * (world.now - 1002)
    assert world.refused <= 0.01 * len(world.taken)
