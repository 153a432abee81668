"""The web process as production starts it, on the database of the tests."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connection

from evalplatform.management.services import describe_web
from evalplatform.management.web import is_healthy
from evalplatform.settings.env import REPOSITORY
from tests.support.platform import find_free_port
from tests.support.processes import wait_until

HOST = "127.0.0.1"


class Web:
    """A server process and its address; `kill` ends it at once, as a power cut would."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self.port = port
        self.address = f"{HOST}:{port}"

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def run_web(data: Path) -> Iterator[Web]:
    """Start it on what this test has committed, wait until it answers, and end it with the block."""
    port = find_free_port()
    environment = describe_surroundings(data)
    with (data / "web.log").open("ab") as log:
        process = subprocess.Popen(
            describe_web(environment, host=HOST, port=port).command,
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    web = Web(process, port)
    try:
        assert wait_until(lambda: is_healthy(HOST, port), seconds=40), (data / "web.log").read_text()
        yield web
    finally:
        web.kill()


def describe_surroundings(data: Path) -> dict[str, str]:
    """The embedded settings over the database of the tests; no store: wake-ups are lost, which harms nothing."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "evalplatform.settings.embedded",
        "EVALPLATFORM_DATA": str(data),
        "DATABASE_URL": share_database(data),
        "REDIS_URL": f"unix://{data}/no-store.sock",
    }


def share_database(data: Path) -> str:
    """Let processes on this data folder work on the database of the tests; returns the DATABASE_URL they need."""
    held = connection.settings_dict
    if connection.vendor == "postgresql":
        return f"postgresql://{held['USER']}@/{held['NAME']}?host={held['HOST']}"
    if not (file := data / "evalplatform.sqlite3").exists():
        file.symlink_to(held["NAME"])
    return ""
