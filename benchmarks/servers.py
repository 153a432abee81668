"""The servers that a benchmark presses on, and what they cost."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[1]


class Process(NamedTuple):
    """One that runs now; `cpu` in seconds, `ended` those of its children that have ended."""

    pid: int
    parent: int
    group: int
    cpu: float
    ended: float


def list_processes() -> Iterator[Process]:
    clock = os.sysconf("SC_CLK_TCK")
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        user, system, ended_user, ended_system = map(int, fields[11:15])
        yield Process(
            pid=int(file.parent.name),
            parent=int(fields[1]),
            group=int(fields[2]),
            cpu=(user + system) / clock,
            ended=(ended_user + ended_system) / clock,
        )


def read_server_cpu(server: int) -> float:
    """CPU seconds of a PostgreSQL server and of all its connections; 0 without one."""
    own = [process for process in list_processes() if server and server in (process.pid, process.parent)]
    return sum(process.cpu + (process.ended if process.pid == server else 0.0) for process in own)


@dataclass(frozen=True)
class Web:
    """A web process and its address."""

    address: str
    pid: int

    def read_cpu(self) -> float:
        """CPU seconds of it and of what it started, which share its group."""
        return sum(process.cpu for process in list_processes() if process.group == self.pid)


@contextmanager
def run_web() -> Iterator[Web]:
    """One web process with a store, as `manage.py up` starts it."""
    from evalplatform.management.services import describe_web
    from evalplatform.management.web import is_healthy
    from tests.support.platform import find_free_port
    from tests.support.valkey import run_valkey

    port = find_free_port()
    with run_valkey() as store:
        service = describe_web({**os.environ, "REDIS_URL": store}, host="127.0.0.1", port=port)
        with subprocess.Popen(
            service.command, cwd=REPOSITORY, env=service.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                while not is_healthy("127.0.0.1", port):
                    time.sleep(0.1)
                yield Web(f"127.0.0.1:{port}", process.pid)
            finally:
                process.terminate()


@contextmanager
def run_postgres() -> Iterator[tuple[str, int]]:
    """URL of a server and its process; empty, with the reason said, where none can be had."""
    from tests.support.postgres import Postgres

    try:
        server = Postgres()
        server.start()
    except (RuntimeError, OSError) as error:
        sys.stderr.write(f"PostgreSQL is missing: {error}\n")
        yield "", 0
        return
    try:
        yield server.url, int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    finally:
        server.stop()
