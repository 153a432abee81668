"""Where the web process listens, and whether it answers."""

import errno
import http.client
import socket

PORTS_TRIED = 100


def choose_port(host: str, *, wanted: int | None, default: int = 8000) -> int:
    """The port asked for, or else the first free one from the default upwards.

    Raises OSError when the wanted port is taken, or none is free.
    """
    if wanted is not None:
        if not is_free(host, wanted):
            raise OSError(errno.EADDRINUSE, f"port {wanted} is taken")
        return wanted
    for port in range(default, default + PORTS_TRIED):
        if is_free(host, port):
            return port
    raise OSError(errno.EADDRINUSE, f"every port from {default} to {default + PORTS_TRIED - 1} is taken")


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def reachable_host(host: str) -> str:
    """The address to visit: one that listens everywhere is visited here."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def is_healthy(host: str, port: int) -> bool:
    """Whether `/healthz` answers 200."""
    connection = http.client.HTTPConnection(reachable_host(host), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
