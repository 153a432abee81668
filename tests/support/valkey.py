"""A real Valkey for the tests, on a unix socket in a folder of its own."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from evalplatform.management.services import store_binary


@contextmanager
def run_valkey() -> Iterator[str]:
    """Start an empty store without persistence; yields its URL as `REDIS_URL` wants it."""
    folder = Path(tempfile.mkdtemp(prefix="evalplatform-valkey-", dir="/tmp"))
    socket = folder / "v.sock"
    command = [store_binary(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for_store(f"unix://{socket}", server)
        yield f"unix://{socket}"
    finally:
        server.terminate()
        server.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_store(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return
