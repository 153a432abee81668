"""From which address a request comes: what our own proxies say, and nothing that a client can write."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPV6_NETWORK = 64  # one household or server has all of it


def client_address(request: HttpRequest) -> str:
    """The caller's address, an IPv6 one as its network; empty where there is none (a unix socket).

    `EVALPLATFORM_TRUSTED_PROXIES` says how many proxies of ours stand in front: each appends whom it heard to
    `X-Forwarded-For`, so the client's own inventions stand further left and are not read.
    """
    trusted: int = settings.EVALPLATFORM_TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    forwarded = _read_address(hops[-trusted]) if 0 < trusted <= len(hops) else ""
    return forwarded or _read_address(request.META.get("REMOTE_ADDR", ""))


def _read_address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), IPV6_NETWORK), strict=False).network_address)
    return str(address)
