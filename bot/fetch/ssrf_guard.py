"""Refuse connections to private addresses and unusual ports, except those the operator lists.

The check is made where the socket is created, on the IP address that is connected to. So it also
holds for redirects, for names that resolve to a private address or to another one each time (DNS
rebinding), and for addresses written as `0x7f.1` or `[::ffff:127.0.0.1]`.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

_PORTS = {"http": 80, "https": 443}
_UNICAST = ipaddress.ip_network("2000::/3")  # all that is handed out (RFC 4291)
# Special purposes that Python's `is_global` does not know (IANA's registries; Azure's platform).
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        "192.0.0.0/24 192.88.99.0/24 192.31.196.0/24 192.175.48.0/24 168.63.129.16/32 "
        "3fff::/20 2620:4f:8000::/48 2001:4:112::/48".split(),
    )
)
_ISATAP = {0x00005EFE, 0x02005EFE}  # RFC 5214: what stands before the IPv4 address
_NUMERIC = re.compile(
    r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)"
)  # resolvers differ in what they make of 0177.1
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052

PRIVATE = "is a private address"
"""What a refusal says, also where it is one of several causes."""


class SsrfGuard:
    """Creates the sockets of requests, and refuses those to private addresses."""

    def __init__(self, private_hosts: Iterable[str]) -> None:
        self._trusted = frozenset(private_hosts)
        self._networks = [network for host in self._trusted if (network := _network(host))]
        self._host: ContextVar[str] = ContextVar("the host of the request under way")

    def check_url(self, address: str, source: str) -> None:
        """Raise PermissionError for a port that is neither the web's nor that of the source, and
        for an IPv4 address in another notation than four decimal numbers."""
        asked_port = port(address)
        if asked_port not in {*_PORTS.values(), port(source)}:
            raise PermissionError(f"port {asked_port} is none of the web's (80, 443)")
        if _NUMERIC.fullmatch(host(address)) and _network(host(address)) is None:
            raise PermissionError(f"{host(address)} is not a canonical IPv4 address")
        self._host.set(host(address))

    def socket(self, info: Any) -> socket.socket:
        """Create the socket for an address. Raises PermissionError for a private one."""
        family, kind, protocol, _, (ip, *_) = info
        if not (_is_public(ip) or self._trusts(ip)):
            reason = f"{ip} {PRIVATE} (polling.private_hosts lists those to fetch)"
            raise PermissionError(reason)
        return socket.socket(family, kind, protocol)

    def is_listed(self, host: str) -> bool:
        """Return whether a host is one that the operator lists, by its name or as an address."""
        is_address = _network(host) is not None
        return host in self._trusted or (is_address and self._trusts(host))

    def is_private(self, host: str) -> bool:
        """Return whether a host is an address that is refused; of a name that is only known when it
        is connected to."""
        is_address = _network(host) is not None
        return is_address and not (_is_public(host) or self.is_listed(host))

    def _trusts(self, address: str) -> bool:
        if self._host.get("") in self._trusted:
            return True
        ip = _embedded_ipv4(address)
        return any(ip in network for network in self._networks)


def _is_public(address: str) -> bool:
    ip = _embedded_ipv4(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _UNICAST:
        return False
    special = any(ip in network for network in _SPECIAL if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not special


def _embedded_ipv4(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an address, or the IPv4 address that an IPv6 form of it holds."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64 or int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def host(url: str) -> str:
    """Return the host of a URL as it is compared. Raises ValueError."""
    return (urlsplit(url).hostname or "").lower().rstrip(".")


def port(url: str) -> int | None:
    """Return the port of a URL. Raises ValueError."""
    parts = urlsplit(url)
    return parts.port or _PORTS.get(parts.scheme)


def origin(url: str) -> str:
    """Return the origin of a URL: scheme, host and port (RFC 6454). Raises ValueError."""
    # Its robots.txt holds, and the headers that a source is configured with go, for one origin.
    name = host(url)
    return f"{urlsplit(url).scheme}://{f'[{name}]' if ':' in name else name}:{port(url)}"


def redirect_target(url: str, location: str) -> str:
    """Return the URL that a redirect leads to. Raises ValueError when it is no http(s) URL."""
    there = urljoin(url, location)
    if not there.isascii():  # bytes of another encoding are sent as they came
        raw = there.encode("utf-8", "surrogateescape")
        there = quote(raw, safe="%/:=&?~#+!$,;'@()*[]")
    if urlsplit(there).scheme not in _PORTS or not host(there):
        raise ValueError("is redirected to what is not an http address")
    return there
