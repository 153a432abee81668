"""Where the platform may call out to: public hosts over http(s), and private ones only where listed."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from evalplatform.common.errors import Invalid

DEFAULT_PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
COMPATIBLE = ipaddress.IPv6Network("::/96")
TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")


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
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local:
            return False
        if (inner := _unwrap(address)) is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast


def _unwrap(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, 6to4, Teredo, NAT64, or merely written so."""
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64 or address in COMPATIBLE or address in TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
