"""A worker that is killed or stopped in the middle of a run: nothing is lost and nothing counted twice."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any  # rows hold any values

import pytest

from evalplatform.management.services import describe_sweep, describe_worker
from evalplatform.settings.env import REPOSITORY
from tests.fakes.provider import FakeProvider

TASKS = 200
CALLS = 8
# What a killed worker held comes back when its lease ends; a busy machine must not stand still for so long.
KILLED_LEASE = 5
USUAL_LEASE = 600  # a worker that is asked to end gives everything back itself


pytestmark = [pytest.mark.reliability, pytest.mark.timeout(240)]


@pytest.mark.parametrize(("end", "lease"), [(signal.SIGKILL, KILLED_LEASE), (signal.SIGTERM, USUAL_LEASE)])
def test_a_worker_that_ends_in_the_middle_loses_no_verdict_and_doubles_none(
    end: signal.Signals, lease: int, tmp_path: Path, valkey_url: str
) -> None:
    environment = describe_platform(tmp_path, valkey_url, lease)
    with FakeProvider(latency=0.2) as fake:
        run_to_end(environment, "manage.py", "migrate", "--verbosity=0")
        seed = ("--base-url", fake.url, "--tasks", str(TASKS), "--calls", str(CALLS))
        run_to_end(environment, "-m", "tests.factories.seed_judging", *seed)
        with keep_running(describe_sweep(environment).command, environment):
            with keep_running(describe_worker(environment).command, environment) as worker:
                wait_until(lambda: len(fake.answered) >= TASKS // 3)
                end_worker(worker, end)
            assert len(fake.answered) < TASKS
            with keep_running(describe_worker(environment).command, environment):
                wait_until(lambda: ask_ledger(tmp_path, "SELECT state FROM judges_run") == [("finished",)])
    lost = check_ledger(tmp_path)
    asked_again = sum(fake.answered.values()) - TASKS
    if end == signal.SIGTERM:
        assert (lost, asked_again) == (0, 0)
    else:
        assert 1 <= lost <= 3 * CALLS
        assert asked_again <= 2 * CALLS


def end_worker(worker: subprocess.Popen[bytes], end: signal.Signals) -> None:
    """Kill the whole tree, or ask the worker alone to end and give it the time a supervisor gives."""
    if end == signal.SIGKILL:
        os.killpg(worker.pid, end)
    else:
        worker.send_signal(end)
    worker.wait(timeout=10)


def check_ledger(data: Path) -> int:
    """Every task has one verdict with its values; returns the number of attempts that were lost."""
    verdicts = ask_ledger(data, "SELECT COUNT(*), COUNT(DISTINCT task_id) FROM annotations_annotation")
    assert verdicts == [(TASKS, TASKS)]
    values = ask_ledger(data, "SELECT COUNT(*) FROM annotations_rating WHERE number = 3.0")
    assert values == [(2 * TASKS,)]
    counted = ask_ledger(data, "SELECT state, COUNT(*) FROM judges_attempt GROUP BY state")
    states = dict(counted)
    assert states.pop("done") == TASKS
    lost = states.pop("lost", 0)
    failures = ask_ledger(
        data, "SELECT failure, detail, COUNT(*) FROM judges_attempt WHERE state = 'failed' GROUP BY 1, 2"
    )
    assert (states, failures) == ({}, [])
    return int(lost)


def describe_platform(data: Path, store: str, lease: int) -> dict[str, str]:
    """The embedded platform in a folder of its own, with leases of so many seconds."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "evalplatform.settings.embedded",
        "EVALPLATFORM_DATA": str(data),
        "REDIS_URL": store,
        "DATABASE_URL": "",
        "EVALPLATFORM_ATTEMPT_LEASE": str(lease),
        "EVALPLATFORM_SHARD_LEASE": str(lease),
        "EVALPLATFORM_SWEEP_INTERVAL": "0.5",
    }


def run_to_end(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, env=environment, check=True)


@contextmanager
def keep_running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process group that is gone when the block ends."""
    with Path(environment["EVALPLATFORM_DATA"], "processes.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(condition: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the run did not get there in time"
        time.sleep(0.05)


def ask_ledger(data: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(data / "evalplatform.sqlite3", timeout=10)
    try:
        return list(connection.execute(query))
    finally:
        connection.close()
