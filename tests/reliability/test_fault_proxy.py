import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.fault_proxy import Fault, FaultProxy, split_address


@pytest.fixture
def echo() -> Iterator[str]:
    """A server that sends everything back."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def serve(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=send_back, args=(connection,), daemon=True).start()


def send_back(connection: socket.socket) -> None:
    try:
        with connection:
            while piece := connection.recv(1000):
                connection.sendall(piece)
    except OSError:
        return


def dial(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection(split_address(proxy.address), timeout=2)


def ask(connection: socket.socket, words: bytes) -> bytes:
    connection.sendall(words)
    answer = b""
    while len(answer) < len(words):
        piece = connection.recv(1000)
        if not piece:
            break
        answer += piece
    return answer


def test_it_passes_everything_and_both_ends(echo: str) -> None:
    with FaultProxy(echo) as proxy, dial(proxy) as connection:
        assert ask(connection, b"x" * 200_000) == b"x" * 200_000
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(10) == b""
        assert proxy.connections == 1


def test_a_unix_socket_leads_to_another(echo: str, tmp_path: Path) -> None:
    inner, outer = str(tmp_path / "inner"), str(tmp_path / "outer")
    with FaultProxy(echo, inner), FaultProxy(inner, outer), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(outer)
        assert ask(connection, b"hello") == b"hello"


def test_latency_and_drip_slow_an_open_connection(echo: str) -> None:
    with FaultProxy(echo) as proxy, dial(proxy) as connection:
        proxy.behave(Fault.LATENCY, 0.1)
        start = time.monotonic()
        assert ask(connection, b"hello") == b"hello"
        assert time.monotonic() - start >= 0.2
        proxy.behave(Fault.DRIP, 50)
        start = time.monotonic()
        assert ask(connection, b"0123456789") == b"0123456789"
        assert time.monotonic() - start >= 0.2


def test_a_blackhole_takes_everything_and_gives_it_back_when_it_passes_again(echo: str) -> None:
    with FaultProxy(echo) as proxy, dial(proxy) as connection:
        proxy.behave(Fault.BLACKHOLE)
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            ask(connection, b"hello")
        with dial(proxy) as late:
            late.settimeout(0.2)
            with pytest.raises(TimeoutError):
                ask(late, b"late")
            proxy.behave(Fault.PASS)
            late.settimeout(2)
            assert late.recv(10) == b"late"
        connection.settimeout(2)
        assert connection.recv(10) == b"hello"


def test_a_reset_tears_down_open_and_new_connections(echo: str) -> None:
    with FaultProxy(echo) as proxy, dial(proxy) as connection:
        assert ask(connection, b"hello") == b"hello"
        proxy.behave(Fault.RESET)
        with pytest.raises(ConnectionResetError):
            connection.recv(10)
        # The reset may come before the connection is handed over.
        with pytest.raises(ConnectionResetError), dial(proxy) as late:
            late.recv(10)


def test_after_a_refusal_it_is_at_the_same_address(echo: str) -> None:
    with FaultProxy(echo) as proxy:
        proxy.behave(Fault.REFUSE)
        with pytest.raises(ConnectionRefusedError):
            dial(proxy)
        proxy.behave(Fault.PASS)
        with dial(proxy) as connection:
            assert ask(connection, b"hello") == b"hello"
