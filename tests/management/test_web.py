import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from evalplatform.management.web import choose_port, is_healthy


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_port_asked_for_is_used_or_refused(taken: int) -> None:
    with pytest.raises(OSError, match=f"port {taken} is taken"):
        choose_port("127.0.0.1", wanted=taken)


def test_without_a_wish_the_next_free_port_is_used(taken: int) -> None:
    assert choose_port("127.0.0.1", wanted=None, default=taken) > taken


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_healthy_means_that_healthz_answers_200(status: int, healthy: bool) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Keep the test's output clean."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert is_healthy("127.0.0.1", server.server_port) is healthy
        thread.join()


def test_nobody_listening_is_not_healthy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert not is_healthy("127.0.0.1", port)
