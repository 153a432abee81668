"""One running platform: store, worker, sweep and web, started in order, kept running, ended without a trace.

One thread owns the children for as long as any of them lives (on Linux they die with that thread);
the caller's thread is free for whatever it wants to do beside it.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import redis
import structlog
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from evalplatform.management import services
from evalplatform.management.child import Child
from evalplatform.management.locks import LockFile
from evalplatform.management.web import choose_port, is_healthy, reachable_host
from evalplatform.settings.paths import store_socket
from evalplatform.settings.store import embedded_store_url
from judges.engine.sweep import void_leases

START_SECONDS = 120.0
STOP_SECONDS = 10.0
TICK = 0.1

log = structlog.get_logger("evalplatform.supervisor")


class SupervisorError(Exception):
    """The platform cannot run, in words for the person who started it."""


class Supervisor:
    """`with Supervisor() as platform:` starts everything and leaves nothing; it answers at `platform.url`."""

    def __init__(self, *, host: str = "127.0.0.1", port: int | None = None) -> None:
        self._data = Path(settings.EVALPLATFORM_DATA)
        self._host, self._wanted_port, self._port = host, port, 0
        self._children: list[Child] = []
        self._lock = LockFile(self._data / "run" / "up.lock")
        # Events, not `Thread.join`: on Python 3.11 a join that a signal interrupts takes the thread for dead.
        self._ready, self._stopping, self._over = threading.Event(), threading.Event(), threading.Event()
        self._failure: Exception | None = None
        self._stop_seconds = STOP_SECONDS
        self._thread = threading.Thread(target=self._live, name="supervisor")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        host = reachable_host(self._host)
        return f"http://[{host}]:{self._port}/" if ":" in host else f"http://{host}:{self._port}/"

    def start(self) -> None:
        """Start everything and return when the web process answers.

        Raises SupervisorError when it cannot, with the reason and the end of the log that tells more.
        """
        self._take_data_folder()
        self._thread.start()
        try:
            while not self._ready.wait(TICK) and not self._over.is_set():
                pass
        except BaseException:
            self.stop()
            raise
        if self._failure is not None:
            self.stop()
            raise self._failure

    def wait(self) -> None:
        """Return when the platform has stopped; raises what stopped it, if it was not `stop`."""
        while not self._over.wait(TICK):
            pass
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stop web, sweep, worker and store, each in good time; a second Ctrl-C leaves the rest none."""
        self._stopping.set()
        while not self._over.is_set():
            try:
                self._over.wait(TICK)
            except KeyboardInterrupt:
                self._stop_seconds = 0
        self._lock.release()

    def _take_data_folder(self) -> None:
        for name in ("run", "logs", "store"):
            make_private_folder(self._data / name)
        make_private_folder(store_socket(self._data).parent)
        if not self._lock.acquire():
            raise SupervisorError(
                f"The platform already runs on {self._data} (process {self._lock.holder()}): "
                "stop that one, or name another folder in EVALPLATFORM_DATA."
            )
        self._lock.name_holder(os.getpid())

    def _live(self) -> None:
        try:
            self._bring_up()
            self._ready.set()
            while not self._stopping.wait(TICK):
                self._tend()
        except Exception as error:  # noqa: BLE001 - carried to the caller's thread, which raises it
            self._failure = error
        finally:
            try:
                connections.close_all()
                self._bring_down()
            finally:
                self._over.set()

    def _bring_up(self) -> None:
        self._port = self._choose_port()
        environment = {**os.environ, "EVALPLATFORM_DATA": str(self._data), "PYTHONUNBUFFERED": "1"}
        store = services.describe_store(store_socket(self._data), self._data / "store")
        others = [
            services.describe_worker(environment),
            services.describe_sweep(environment),
            services.describe_web(environment, host=self._host, port=self._port),
        ]
        run, logs = self._data / "run", self._data / "logs"
        children = [Child(service, run=run, logs=logs) for service in (store, *others)]
        for child in reversed(children):
            child.remove_leftover(seconds=STOP_SECONDS)
        if embedded_store_url(self._data) == settings.REDIS_URL:
            self._start(children[0])
            self._wait_for(store_answers, children[0])
        prepare_database()
        if connections["default"].vendor == "sqlite":
            void_leases()  # a database in our own folder: whoever held them is dead
        for child in children[1:]:
            self._start(child)
        self._wait_for(lambda: is_healthy(self._host, self._port), children[-1])

    def _bring_down(self) -> None:
        for child in reversed(self._children):
            if not child.stop(seconds=self._stop_seconds):
                log.warning("killed", service=child.service.name, waited=self._stop_seconds)

    def _choose_port(self) -> int:
        try:
            return choose_port(self._host, wanted=self._wanted_port)
        except OSError as error:
            raise SupervisorError(f"Cannot serve the pages on {self._host}: {error.strerror}.") from error

    def _start(self, child: Child) -> None:
        child.start()
        self._children.append(child)

    def _wait_for(self, answers: Callable[[], bool], child: Child) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if child.exit_code is not None or time.monotonic() > deadline:
                raise SupervisorError(
                    f"{child.service.name} did not start; {child.log} ends:\n{child.last_lines()}"
                )
            if self._stopping.wait(TICK):
                raise SupervisorError("Stopped while starting.")

    def _tend(self) -> None:
        for child in self._children:
            code = child.exit_code
            if code is not None:
                child.clear_away()
                log.warning("restart", service=child.service.name, ended_with=code, after_seconds=child.pause)
            elif child.is_due:
                child.start()


def make_private_folder(folder: Path) -> None:
    """Make a folder that this user alone can enter, or make sure that it is one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise SupervisorError(f"{folder} belongs to somebody else.")
    folder.chmod(0o700)


def store_answers() -> bool:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def prepare_database() -> None:
    """Bring the embedded database up to date; elsewhere that is the operator's decision."""
    if settings.EMBEDDED:
        call_command("migrate", interactive=False, verbosity=0)
        return
    executor = MigrationExecutor(connections["default"])
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        raise SupervisorError(f"The database lacks {waiting} migration(s): run `manage.py migrate` first.")
