"""Where the platform may call out to: public hosts over http(s), and private ones only where listed."""

import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from evalplatform.common.errors import Invalid

DEFAULT_PORTS = {"http": 80, "https": 443}
NUMBER = re.compile(
    r"(^|\.)(0x[0-9a-f]*|[0-9]+)\.?\Z"
)  # other spellings of an IPv4 address end so, no name does
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
COMPATIBLE = ipaddress.IPv6Network("::/96")
TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")


class PrivateAddressError(PermissionError):
    """A connection to where the platform may not call out to; no bytes were sent."""


def check_outbound_url(url: str, *, field: str = "base_url") -> None:
    """Raise Invalid unless `url` is http(s), carries no user, and every address of its host may be called.

    Loopback, private, link-local and other special addresses are refused unless the host or the address
    stands in `EVALPLATFORM_PRIVATE_HOSTS`.
    """
    host, port = _read_host(url, field)
    for address in _resolve(host, port, field):
        if not _may_call(host, address):
            raise Invalid.at(
                f"{host} is a private address; an administrator can list it in EVALPLATFORM_PRIVATE_HOSTS",
                field=field,
            )


def open_checked_socket(host: str, family: int, kind: int, protocol: int, target: str) -> socket.socket:
    """A socket for a connection to `target`, the very address that `host` was resolved to just now.

    Raises PrivateAddressError where it may not be called: a name may lead elsewhere than when it was saved.
    """
    if not _may_call(host, ipaddress.ip_address(target.partition("%")[0])):
        raise PrivateAddressError(f"{host} leads to a private address")
    return socket.socket(family, kind, protocol)


def read_host(url: str) -> str:
    """The host that `url` names. Raises Invalid where the platform could not call it, whatever it leads to."""
    return _read_host(url, "base_url")[0]


def _may_call(host: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    listed = settings.EVALPLATFORM_PRIVATE_HOSTS
    return _is_public(address) or host in listed or str(address) in listed


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
    if NUMBER.search(parts.hostname) and not _is_address(parts.hostname):
        raise Invalid.at("a number stands where a name or an address is expected", field=field)
    return parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


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
