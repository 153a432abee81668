"""One key, one batch: many clients at once, and a server that is killed at the worst moments."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from annotations.domain.locks.project_lock import lock_project
from annotations.domain.planning.plan_batches import plan_waiting_batches
from annotations.models import Batch, Generation, Item, Slot, Task
from evalplatform.accounts.models import IdempotentReply
from tests.factories.batches import make_lines
from tests.factories.ledger import make_pair_rubric, make_project
from tests.reliability.pipeline import Pipeline, make_pipeline
from tests.support.web import run_web

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability, pytest.mark.timeout(180)]
ITEMS = 40
MANY = 400  # their tasks take a while


@pytest.fixture
def client() -> Pipeline:
    project = make_project("sky", overlap=1)
    make_pair_rubric(project)
    return make_pipeline(project)


def check_stored(items: int) -> None:
    """Everything is there, and once."""
    plan_waiting_batches(seconds=60)
    assert (Batch.objects.count(), IdempotentReply.objects.count()) == (1, 1)
    assert (Item.objects.count(), Generation.objects.count()) == (items, 2 * items)
    assert (Task.objects.count(), Slot.objects.count()) == (items, items)
    assert Batch.objects.get().state == "planned"


def test_row_1_twenty_clients_with_one_key_make_one_batch(client: Pipeline, tmp_path: Path) -> None:
    with run_web(tmp_path) as web, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: client.post(web.address, make_lines(ITEMS)), range(20)))

    statuses = Counter((reply.status, reply.is_replay) for reply in answers if reply.status != 409)
    assert statuses[202, False] == 1
    assert set(statuses) <= {(202, False), (202, True)}
    assert len({reply.body for reply in answers if reply.status == 202}) == 1
    check_stored(ITEMS)


def test_a_stream_of_unknown_length_is_read_to_its_end(client: Pipeline, tmp_path: Path) -> None:
    with run_web(tmp_path) as web:
        first = client.post(web.address, make_lines(ITEMS), chunked=True)
        again = client.post(web.address, make_lines(ITEMS))

    assert (first.status, first.is_replay, again) == (202, False, replace(first, is_replay=True))
    check_stored(ITEMS)


def test_row_3_a_server_killed_before_the_commit_leaves_nothing(client: Pipeline, tmp_path: Path) -> None:
    body = make_lines(ITEMS)
    with run_web(tmp_path) as web, ThreadPoolExecutor(1) as pool, transaction.atomic():
        lock_project(client.project)  # the request waits for this, in the middle of its work
        waiting = pool.submit(client.is_accepted, web.address, body)
        time.sleep(1)
        assert not waiting.done()
        web.kill()
        assert not waiting.result()
    assert (Batch.objects.count(), IdempotentReply.objects.count()) == (0, 0)

    with run_web(tmp_path) as web:
        reply = client.post(web.address, body)
    assert (reply.status, reply.is_replay) == (202, False)
    check_stored(ITEMS)


def test_row_3_a_server_killed_before_its_reply_has_kept_the_batch(client: Pipeline, tmp_path: Path) -> None:
    body = make_lines(MANY)
    with run_web(tmp_path) as web, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.is_accepted, web.address, body)
        while not Batch.objects.exists():
            time.sleep(0.01)
        web.kill()
        assert not waiting.result()
    assert Task.objects.count() < MANY

    with run_web(tmp_path) as web:
        reply = client.post(web.address, body)
    assert (reply.status, reply.is_replay) == (202, True)
    assert reply.body.decode() == IdempotentReply.objects.get().body
    check_stored(MANY)
