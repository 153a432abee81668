"""Connections that go to checked addresses only: resolved once, checked, and connected to that very address."""

import importlib
import socket
from collections.abc import Callable
from types import ModuleType
from typing import Any  # the transports of the SDKs are vendored and untyped

from evalplatform.common.outbound import open_checked_socket, read_host


def build_socket_factory(host: str) -> Callable[[tuple[Any, ...]], socket.socket]:
    """What opens a socket to an address that `host` was resolved to, if it may be called."""

    def open_socket(target: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = target
        return open_checked_socket(host, family, kind, protocol, str(address[0]))

    return open_socket


def build_pinned_transport(sdk: ModuleType, *, base_url: str, limits: Any) -> Any:
    """The SDK's own aiohttp transport, which connects to `base_url`'s host alone, through no proxy."""
    import aiohttp

    open_socket = build_socket_factory(read_host(base_url))

    def open_session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=limits.max_connections,
            keepalive_timeout=limits.keepalive_expiry,
            ssl=transport.ssl_context,
            socket_factory=open_socket,
        )
        return aiohttp.ClientSession(connector=connector)

    vendored = importlib.import_module(f"{sdk.__name__}._vendor.httpx_aiohttp.transport")
    transport = vendored.AiohttpTransport(limits=limits, client=open_session)
    return transport
