"""What two requests cost that do nothing: a view of the same framework and server tells how fast a machine is."""

import http.client
import os
import subprocess
import threading
import time

from benchmarks.servers import REPOSITORY, Web

CLIENTS = 8
SECONDS = 5.0


def measure_empty_step() -> float:
    """CPU of the web process for two requests that do nothing, in ms, beside as many clients as raters press."""
    from evalplatform.management.services import describe_web
    from tests.support.platform import find_free_port

    port = find_free_port()
    command = describe_web(dict(os.environ), host="127.0.0.1", port=port).command
    with subprocess.Popen(
        [*command[:-1], "benchmarks.empty_site:application"], cwd=REPOSITORY, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            web = Web(f"127.0.0.1:{port}", process.pid)
            _wait_for(web)
            _ask_together(web, seconds=1.0)
            before = web.read_cpu()
            asked = _ask_together(web, seconds=SECONDS)
            return 2 * 1000 * (web.read_cpu() - before) / asked
        finally:
            process.terminate()


def _wait_for(web: Web) -> None:
    while True:
        try:
            return _ask(http.client.HTTPConnection(web.address, timeout=10))
        except OSError:
            time.sleep(0.1)


def _ask(server: http.client.HTTPConnection) -> None:
    server.request("POST", "/", "{}", {"Content-Type": "application/json"})
    server.getresponse().read()


def _ask_together(web: Web, *, seconds: float) -> int:
    """How many requests so many clients made."""
    end, counts = time.monotonic() + seconds, [0] * CLIENTS

    def press(number: int) -> None:
        server = http.client.HTTPConnection(web.address, timeout=60)
        while time.monotonic() < end:
            _ask(server)
            counts[number] += 1

    threads = [threading.Thread(target=press, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)
