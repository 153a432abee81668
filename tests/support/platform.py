"""The whole platform as its user starts it: `manage.py up` in a process of its own, on a data folder of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from evalplatform.management.locks import LockFile
from evalplatform.settings.env import REPOSITORY

TAIL = 6_000


@dataclass
class Platform:
    """A running one: its supervisor, its data folder, and host:port of its pages."""

    process: "subprocess.Popen[str]"
    data: Path
    address: str

    def status(self, path: str) -> int:
        with closing(http.client.HTTPConnection(self.address, timeout=10)) as connection:
            connection.request("GET", path)
            return connection.getresponse().status

    def child(self, name: str) -> int | None:
        """Process number of `store`, `worker`, `sweep` or `web`."""
        return LockFile(self.data / "run" / f"{name}.lock").holder()

    def is_alive(self, name: str) -> bool:
        """Whether the process that was last named runs still."""
        process = self.child(name)
        try:
            if process is not None:
                os.kill(process, 0)
        except ProcessLookupError:
            return False
        return process is not None

    def strike(self, name: str, blow: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to a service and all that it started, as a power cut would; returns the number it had."""
        process = self.child(name)
        assert process is not None, f"{name} does not run"
        os.killpg(process, blow)
        return process


def command_up(data: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command and its environment; whatever store and database the tests use stays out of it."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    settings = {"EVALPLATFORM_DATA": str(data), "DJANGO_SETTINGS_MODULE": "evalplatform.settings.embedded"}
    return [sys.executable, str(REPOSITORY / "manage.py"), "up", *arguments], {**kept, **settings}


@contextmanager
def run_up(data: Path, **settings: str) -> Iterator[Platform]:
    """Start it with these variables set, wait until it says where it answers, and end it with the block."""
    command, environment = command_up(data, "--port", str(find_free_port()))
    environment |= settings
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("Running at http://"), line
            yield Platform(process, data, urlsplit(line.split()[2]).netloc)
        except BaseException:
            print_logs(data)
            raise
        finally:
            process.terminate()


def print_logs(data: Path) -> None:
    """The end of what each service wrote, for whoever reads why a test failed."""
    for path in sorted((data / "logs").glob("*.log")):
        sys.stderr.write(f"--- {path.name}\n{path.read_text(errors='replace')[-TAIL:]}\n")


def find_free_port() -> int:
    """A port nobody uses; tests that run side by side get different ones."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
