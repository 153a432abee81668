"""Where the platform may call out to: public hosts over http(s), and private ones only where listed."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from evalplatform.common.errors import Invalid

DEFAULT_PORTS = {"http": 80, "https": 443}


def check_outbound_url(url: str, *, field: str = "base_url") -> None:
    """Raise Invalid unless `url` is http(s), carries no user, and every address of its host may be called.

    Loopback, private, link-local and other special addresses are refused unless the host or the address
    stands in `EVALPLATFORM_PRIVATE_HOSTS`.
    """
    host, port = _read_host(url, field)
    listed = set(settings.EVALPLATFORM_PRIVATE_HOSTS)
    for address in _resolve(host, port, field):
        if not _is_public(address) and host not in listed and str(address) not in listed:
            raise Invalid.at(
                f"{host} is a private address; an administrator can list it in EVALPLATFORM_PRIVATE_HOSTS",
                field=field,
            )


def _read_host(url: str, field: str) -> tuple[str, int]:
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid.at("this is no address", field=field) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise Invalid.at("the address must begin with http:// or https://", field=field)
    if parts.username is not None or parts.password is not None:
        raise Invalid.at("the address must not carry a user or password", field=field)
    if not parts.hostname:
        raise Invalid.at("the address names no host", field=field)
    return parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def _resolve(host: str, port: int, field: str) -> set[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Invalid.at(f"{host} has no address", field=field) from None
    return {ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found}


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).is_global and not (inner or address).is_multicast
