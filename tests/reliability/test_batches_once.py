"""One key, one batch: many clients at once, and a server that is killed at the worst moments."""

import http.client
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction

from annotations.domain.plan_batches import plan_waiting_batches
from annotations.domain.project_lock import lock_project
from annotations.models import Batch, Generation, Item, Project, Role, Slot, Task
from evalplatform.accounts.models import IdempotentReply
from evalplatform.accounts.tokens import create_api_token
from tests.factories.batches import make_lines
from tests.factories.ledger import make_member, make_pair_rubric, make_project
from tests.support.web import HOST, Web, run_web

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability, pytest.mark.timeout(180)]
ITEMS = 40
MANY = 400  # their tasks take a while


@dataclass(frozen=True)
class Client:
    """A pipeline that submits to the project `sky`."""

    project: Project
    token: str

    def post(self, web: Web, body: bytes, *, chunked: bool = False) -> tuple[int, bytes, bool]:
        """Status, body, and whether it is said to be a replay. Raises where the server is gone."""
        server = http.client.HTTPConnection(HOST, web.port, timeout=30)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": "nightly-1",
            "Content-Type": "application/x-ndjson",
        }
        try:
            lines = iter(body.splitlines(keepends=True)) if chunked else body
            server.request(
                "POST",
                "/api/v1/projects/sky/batches/",
                lines,
                headers,
                encode_chunked=chunked,
            )
            answer = server.getresponse()
            return answer.status, answer.read(), answer.headers["Idempotent-Replayed"] == "true"
        finally:
            server.close()

    def post_in_vain(self, web: Web, body: bytes) -> str:
        try:
            self.post(web, body)
        except (OSError, http.client.HTTPException):
            return "gone"
        return "answered"


@pytest.fixture
def client() -> Client:
    project = make_project("sky", overlap=1)
    make_pair_rubric(project)
    member = make_member(project, Role.RESEARCHER)
    return Client(project, create_api_token(user=member.user, name="pipeline")[1])


def check_stored(items: int) -> None:
    """Everything is there, and once."""
    plan_waiting_batches(seconds=60)
    assert (Batch.objects.count(), IdempotentReply.objects.count()) == (1, 1)
    assert (Item.objects.count(), Generation.objects.count()) == (items, 2 * items)
    assert (Task.objects.count(), Slot.objects.count()) == (items, items)
    assert Batch.objects.get().state == "planned"


def test_row_1_twenty_clients_with_one_key_make_one_batch(client: Client, tmp_path: Path) -> None:
    with run_web(tmp_path) as web, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: client.post(web, make_lines(ITEMS)), range(20)))

    statuses = Counter((status, replayed) for status, _, replayed in answers if status != 409)
    assert statuses[202, False] == 1
    assert set(statuses) <= {(202, False), (202, True)}
    assert len({body for status, body, _ in answers if status == 202}) == 1
    check_stored(ITEMS)


def test_a_stream_of_unknown_length_is_read_to_its_end(client: Client, tmp_path: Path) -> None:
    with run_web(tmp_path) as web:
        first = client.post(web, make_lines(ITEMS), chunked=True)
        again = client.post(web, make_lines(ITEMS))

    assert (first[0], first[2], again) == (202, False, (202, first[1], True))
    check_stored(ITEMS)


def test_row_3_a_server_killed_before_the_commit_leaves_nothing(client: Client, tmp_path: Path) -> None:
    body = make_lines(ITEMS)
    with run_web(tmp_path) as web, ThreadPoolExecutor(1) as pool, transaction.atomic():
        lock_project(client.project)  # the request waits for this, in the middle of its work
        waiting = pool.submit(client.post_in_vain, web, body)
        time.sleep(1)
        assert not waiting.done()
        web.kill()
        assert waiting.result() == "gone"
    assert (Batch.objects.count(), IdempotentReply.objects.count()) == (0, 0)

    with run_web(tmp_path) as web:
        status, _, replayed = client.post(web, body)
    assert (status, replayed) == (202, False)
    check_stored(ITEMS)


def test_row_3_a_server_killed_before_its_reply_has_kept_the_batch(client: Client, tmp_path: Path) -> None:
    body = make_lines(MANY)
    with run_web(tmp_path) as web, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.post_in_vain, web, body)
        while not Batch.objects.exists():
            time.sleep(0.01)
        web.kill()
        assert waiting.result() == "gone"
    assert Task.objects.count() < MANY

    with run_web(tmp_path) as web:
        status, reply, replayed = client.post(web, body)
    assert (status, replayed) == (202, True)
    assert reply.decode() == IdempotentReply.objects.get().body
    check_stored(MANY)
