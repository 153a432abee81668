"""One supervised process: it has a session and a log file of its own, and ends with everything it started."""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from evalplatform.management import tether
from evalplatform.management.locks import LockFile
from evalplatform.settings.env import REPOSITORY

LONGEST_PAUSE = 10.0
STEADY_SECONDS = 30.0  # a child that ran for so long has recovered: the next pause is short again
LARGEST_LOG = 10_000_000


@dataclass(frozen=True, slots=True)
class Service:
    """What is to run: a name, a command, and the environment it gets."""

    name: str
    command: list[str]
    environment: dict[str, str]


class Child:
    """A service and the process that is it now.

    All calls come from one thread, since on Linux a child dies with the thread that started it.
    """

    def __init__(self, service: Service, *, run: Path, logs: Path) -> None:
        self.service = service
        self.log = logs / f"{service.name}.log"
        self.pause = 0.0
        self._lock = LockFile(run / f"{service.name}.lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._due = 0.0

    @property
    def process(self) -> int | None:
        """The number of the running process."""
        return self._process.pid if self._process is not None else None

    @property
    def exit_code(self) -> int | None:
        """How the process ended, once it has; before that and after `clear_away` it is None."""
        return self._process.poll() if self._process is not None else None

    @property
    def is_due(self) -> bool:
        return self._process is None and time.monotonic() >= self._due

    def remove_leftover(self, *, seconds: float) -> None:
        """Wait for what a killed predecessor left running, then end it: any process of it holds the lock."""
        if not self._lock.acquire(seconds=seconds):
            group = self._lock.holder()
            if group is None or not kill_group(group) or not self._lock.acquire(seconds=seconds):
                raise RuntimeError(f"{self.service.name} of an earlier start still runs and cannot be ended")
        self._lock.release()

    def start(self) -> None:
        self.remove_leftover(seconds=5)
        if not self._lock.acquire():
            raise RuntimeError(f"{self.service.name} is being started by someone else too")
        command = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), *self.service.command]
        with self._open_log() as log:
            self._process = subprocess.Popen(
                command, cwd=REPOSITORY, env=self.service.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, pass_fds=[self._lock.descriptor],
            )  # fmt: skip
        self._lock.name_holder(self._process.pid)
        self._lock.release()
        self._started = time.monotonic()

    def clear_away(self) -> None:
        """After an exit: end what the process left behind, and settle when to start it again."""
        if self._process is None:
            return
        kill_group(self._process.pid)
        steady = time.monotonic() - self._started > STEADY_SECONDS
        self.pause = 1.0 if steady or not self.pause else min(self.pause * 2, LONGEST_PAUSE)
        self._due = time.monotonic() + self.pause
        self._process = None

    def stop(self, *, seconds: float) -> bool:
        """Ask it to end, wait, end it; False when it had to be killed."""
        if self._process is None:
            return True
        self._process.terminate()
        try:
            self._process.wait(seconds)
            in_time = True
        except subprocess.TimeoutExpired:
            in_time = False
        kill_group(self._process.pid)
        self._process.wait()
        self._process = None
        return in_time

    def last_lines(self, count: int = 15) -> str:
        """The end of the log, without the store's advice on the system's memory settings."""
        with self.log.open(encoding="utf-8", errors="replace") as log:
            return "".join(deque((line for line in log if "overcommit" not in line), maxlen=count))

    def _open_log(self) -> BinaryIO:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        log = self.log.open("ab")
        log.write(f"--- {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {self.service.name} starts\n".encode())
        log.flush()
        return log


def kill_group(group: int) -> bool:
    """Kill a process group; False when nothing of it was left."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
