"""Tests reach this machine only: a connection to anywhere else is an error that names the address."""

import ipaddress
import socket
from typing import Any  # an address is whatever its socket family says it is

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class OutsideConnectionError(RuntimeError):
    """A test tried to leave the machine."""


def refuse_outside_connections() -> None:
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign,assignment] # the door all libraries use
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign,assignment] # and its twin


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _check(self, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _check(self, address)
    return _connect_ex(self, address)


def _check(connection: socket.socket, address: Any) -> None:
    if connection.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(str(address[0])):
        connection.close()
        raise OutsideConnectionError(f"a test tried to connect to {address[0]}:{address[1]}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
