"""Worker, store and web die at random moments while people submit and a judge works, and nobody lends a hand."""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
import redis

from annotations.models import Annotation, Batch, TaskKind
from evalplatform.settings.store import embedded_store_url
from tests.factories.batches import make_lines
from tests.fakes.provider import FakeProvider
from tests.reliability.judged import Judged, run_judged
from tests.reliability.pipeline import Pipeline, make_pipeline
from tests.support.processes import wait_until

IS_NIGHTLY = bool(os.environ.get("EVALPLATFORM_NIGHTLY"))
PAIRS = 1_000 if IS_NIGHTLY else 150  # two verdicts each
BATCHES, BATCH_SIZE = (10, 50) if IS_NIGHTLY else (3, 20)  # of these pairs, submitted meanwhile
VERDICTS = 2 * PAIRS
KILLS = {"worker": 7, "store": 6, "web": 7} if IS_NIGHTLY else {"worker": 2, "store": 1, "web": 2}
CALLS = 16
SEED = 7

pytestmark = [
    pytest.mark.database(transaction=True),
    pytest.mark.reliability,
    pytest.mark.timeout(1200 if IS_NIGHTLY else 240),
]


def draw_blows() -> list[tuple[int, str]]:
    """After how many answers which process is hit; once, the store is emptied."""
    dice = random.Random(SEED)
    victims = [name for name, times in KILLS.items() for _ in range(times)] + ["flush"]
    dice.shuffle(victims)
    moments = sorted(dice.sample(range(VERDICTS // 15, VERDICTS * 9 // 10), len(victims)))
    return list(zip(moments, victims, strict=True))


def test_rows_3_to_8_a_run_outlives_the_death_of_its_processes(tmp_path: Path) -> None:
    planned = PAIRS - BATCHES * BATCH_SIZE
    with (
        FakeProvider(latency=0.2) as fake,
        run_judged(tmp_path, fake, tasks=planned, calls=CALLS, kind=TaskKind.PAIR, follow=True) as judged,
        submit_meanwhile(judged),
    ):
        for moment, victim in draw_blows():
            judged.wait_for_answers(moment)
            hit(judged, victim)
        judged.wait_for_verdicts(VERDICTS)  # within two minutes of the last blow
        judged.check(VERDICTS)
        assert Annotation.objects.values("task").distinct().count() == PAIRS
        assert Batch.objects.filter(state="planned").count() == BATCHES
        assert judged.paid_again <= CALLS * KILLS["worker"]


def hit(judged: Judged, victim: str) -> None:
    if victim == "flush":
        # A store that has just been killed may not be back yet.
        assert wait_until(lambda: empty_store(judged.platform.data), seconds=30)
        return
    assert wait_until(lambda: judged.platform.is_alive(victim), seconds=60)
    judged.platform.strike(victim)


def empty_store(data: Path) -> bool:
    with redis.Redis.from_url(embedded_store_url(data)) as store, suppress(redis.RedisError):
        return bool(store.flushall())
    return False


@contextmanager
def submit_meanwhile(judged: Judged) -> Iterator[None]:
    """A pipeline submits batch after batch and sends each again until it is accepted; the block ends when all are."""
    pipeline = make_pipeline(judged.run.project)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(submit_all, pipeline, judged)
        yield
        waiting.result(timeout=60)


def submit_all(pipeline: Pipeline, judged: Judged) -> None:
    for number in range(BATCHES):
        body = make_lines(BATCH_SIZE, first=number * BATCH_SIZE)
        send = partial(pipeline.is_accepted, judged.platform.address, body, key=f"batch-{number}")
        assert wait_until(send, seconds=110)
