import socket

import pytest

from tests.support.network import OutsideConnectionError


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_connection_to_the_outside_is_refused_with_its_address(host: str) -> None:
    with pytest.raises(OutsideConnectionError, match=f"{host}:80"):
        socket.create_connection((host, 80), timeout=1)


def test_this_machine_can_be_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=1) as connection,
    ):
        assert connection.getpeername() == server.getsockname()
