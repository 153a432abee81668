"""New code comes in under load: two web processes behind a proxy are replaced one after the other."""

import http.client
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from django.core.management import call_command

from annotations.domain.planning.plan_batches import plan_waiting_batches
from annotations.models import Batch, Item
from tests.factories.batches import make_lines
from tests.factories.ledger import make_pair_rubric, make_project
from tests.reliability.pipeline import Pipeline, make_pipeline
from tests.support.processes import wait_until
from tests.support.web import Web, run_web

CLIENTS = 4

pytestmark = [
    pytest.mark.database(transaction=True),
    pytest.mark.one_database,
    pytest.mark.reliability,
    pytest.mark.timeout(240),
]


@dataclass
class Load:
    """Clients that submit and read through a proxy, which asks the other web process where one is not there."""

    pipeline: Pipeline
    webs: list[Web]
    heard: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=count)
    ends: threading.Event = field(default_factory=threading.Event)

    def keep_on(self) -> None:
        while not self.ends.is_set():
            number = next(self.numbers)
            body = make_lines(1, first=number)
            self.heard[self.send(body, f"deploy-{number}")] += 1

    def wait_for_more(self) -> None:
        """Until each client has been answered a few times more."""
        enough = self.heard.total() + 5 * CLIENTS
        assert wait_until(lambda: self.heard.total() >= enough, seconds=60), self.heard

    def send(self, body: bytes, key: str) -> str:
        """The status; `broken` where a process took the request and did not answer."""
        for web in (*self.webs, *self.webs):
            try:
                return str(self.pipeline.post(web.address, body, key=key).status)
            except ConnectionRefusedError:
                continue  # nobody took it: a proxy may ask the next
            except (OSError, http.client.HTTPException) as error:
                return f"broken: {error!r}"
        return "nobody there"


@pytest.fixture
def pipeline() -> Pipeline:
    project = make_project("sky", overlap=1)
    make_pair_rubric(project)
    return make_pipeline(project)


def test_row_20_new_code_under_load_fails_no_request_and_loses_none(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    with ExitStack() as stack:
        webs = [stack.enter_context(run_web(folder)) for folder in folders]
        load = Load(pipeline, webs)
        pool = stack.enter_context(ThreadPoolExecutor(CLIENTS))
        stack.callback(load.ends.set)  # before the pool waits for its clients, whatever happens
        clients = [pool.submit(load.keep_on) for _ in range(CLIENTS)]
        for number, folder in enumerate(folders):
            load.wait_for_more()
            os.kill(webs[number].process.pid, signal.SIGTERM)
            webs[number].process.wait(timeout=40)
            call_command("migrate", verbosity=0)
            webs[number] = stack.enter_context(run_web(folder))
        load.wait_for_more()
        load.ends.set()
        for client in clients:
            client.result(timeout=60)
    assert set(load.heard) == {"202"}
    plan_waiting_batches(seconds=60)
    assert Batch.objects.count() == Item.objects.count() == load.heard["202"]
