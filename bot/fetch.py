"""Source -> Fetched: one guarded conditional GET; and when to come again (pure).

The guard sits at the socket, where the address really dialled is seen: a redirect or a name
that resolves to a private address gets no further than that.
"""

import datetime as dt
import errno
import ipaddress
import os
import socket
from collections.abc import Iterable
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot import __version__
from bot.errors import FetchError
from bot.models import Fetched, Source, SourceState
from bot.text import line

USER_AGENT = f"policy-herald/{__version__} (change notifications; polls a few times an hour)"
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, "
    "application/xml;q=0.9, */*;q=0.5"
)
BODY_LIMIT = 20 * 1024 * 1024
"""Bytes after decompression. The largest ministry feed seen has 2,983 items in 5 MB."""
TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
HEADER_LIMIT = 500
REDIRECTS = 5
BACKOFF_LIMIT = dt.timedelta(days=1)

_UNICAST = ipaddress.ip_network("2000::/3")  # all that is handed out (RFC 4291)
_SPECIAL = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("192.88.99.0/24"))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052

_host: ContextVar[str] = ContextVar("the host of the request under way")


class Fetcher:
    """Conditional GETs over one pool of connections. Use as an async context manager."""

    def __init__(self, private_hosts: Iterable[str] = (), concurrency: int = 50) -> None:
        self._trusted = frozenset(private_hosts)
        self._concurrency = concurrency

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=self._concurrency, limit_per_host=8, socket_factory=self._guarded_socket
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=TIMEOUT,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT, "Accept": ACCEPT},
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def get(self, url: str, state: SourceState | None = None) -> Fetched | None:
        """What stands at `url` now; None: nothing new since `state` (RFC 9110, section 13.1).

        Raises FetchError.
        """
        try:
            return await self._follow(url, _validators(state))
        except TimeoutError:
            raise FetchError(url, f"no answer within {TIMEOUT.total:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchError(url, _reason(error)) from None

    async def _follow(self, url: str, headers: dict[str, str]) -> Fetched | None:
        address = url
        for _ in range(REDIRECTS + 1):
            _host.set((urlsplit(address).hostname or "").lower())
            async with self._session.get(
                address, headers=headers, allow_redirects=False
            ) as response:
                if response.status not in (301, 302, 303, 307, 308):
                    return await _answer(url, address, response)
                address = urljoin(address, response.headers.get("Location", ""))
            if urlsplit(address).scheme not in ("http", "https"):
                raise FetchError(url, "is redirected to what is not an http address")
        raise FetchError(url, f"is redirected more than {REDIRECTS} times")

    def _guarded_socket(self, info: Any) -> socket.socket:
        """Makes the socket for an address, unless that address is none of ours to dial."""
        family, kind, protocol, _, address = info
        if not (_is_public(address[0]) or self._trusts(_host.get(""), address[0])):
            raise PermissionError(
                f"{address[0]} is a private address (polling.private_hosts lists those to fetch)"
            )
        return socket.socket(family, kind, protocol)

    def _trusts(self, host: str, address: str) -> bool:
        if host in self._trusted:
            return True
        ip = _unwrapped(address)
        return any(ip in network for network in map(_network, self._trusted) if network)


async def _answer(url: str, address: str, response: aiohttp.ClientResponse) -> Fetched | None:
    if response.status == 304:
        return None
    if response.status != 200:
        raise FetchError(
            url, f"HTTP {response.status} {line(response.reason or '')}".strip(), response.status
        )
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise FetchError(url, f"more than {BODY_LIMIT // 1024**2} MB")
    return Fetched(
        url=address,
        body=bytes(body),
        etag=_header(response, "ETag"),
        modified=_header(response, "Last-Modified"),
    )


def _header(response: aiohttp.ClientResponse, name: str) -> str | None:
    """A header that can be sent back; its odd bytes come as characters that cannot."""
    value = response.headers.get(name, "")
    return value if value.isascii() and len(value) <= HEADER_LIMIT else None


def _validators(state: SourceState | None) -> dict[str, str]:
    headers = {}
    if state and state.etag:
        headers["If-None-Match"] = state.etag
    if state and state.modified:
        headers["If-Modified-Since"] = state.modified
    return headers


def _reason(error: Exception) -> str:
    """Why nothing came, in words: the system's own for a connection that failed."""
    inner = getattr(error, "os_error", None) or error
    number = getattr(inner, "errno", None)
    if isinstance(inner, socket.gaierror):
        return "the name of the host is not known"
    if isinstance(number, int) and number in errno.errorcode:
        return os.strerror(number).lower()
    return str(inner) or type(error).__name__


def _is_public(address: str) -> bool:
    ip = _unwrapped(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _UNICAST:
        return False
    special = any(ip in network for network in _SPECIAL if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not special


def _unwrapped(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address itself, or the IPv4 one that an IPv6 form of it carries."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return ip.ipv4_mapped or ip.sixtofour or ip
    return ip


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


# ------------------------------------------------------------------ when to come again


def next_due(
    source: Source, failures: int, now: dt.datetime, interval: dt.timedelta
) -> dt.datetime:
    """When to poll next: after the source's interval, or the general one; each failure in a row
    doubles it, up to a day."""
    every = source.interval or interval
    doublings: int = 2 ** min(failures, 16)
    return now + max(every, min(every * doublings, BACKOFF_LIMIT))
