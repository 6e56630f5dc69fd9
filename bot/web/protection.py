"""Protect the pages of the archive: with headers, and a rate limit for each client."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

RATE = 5.0
"""Requests a second that a client may send in the long run."""
BURST = 60.0
"""Requests that it may send at once: a page and its style are two."""
MOST_CLIENTS = 10_000
"""Clients that are told apart."""

HEADERS = {
    # Nothing is run, and nothing is asked of any other server.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Which record somebody has read is nobody's business, least of all a ministry's.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
}


class ClientLimit:
    """A token bucket for each client, by its address."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """The tokens left of each client, and when; the latest client last."""

    def wait_for(self, client: str) -> float:
        """Take a token of a client, and return 0; where there is none, the seconds until there
        is."""
        now, client = self._clock(), _network_of(client)
        tokens, since = self._buckets.pop(client, (BURST, now))
        tokens = min(BURST, tokens + (now - since) * RATE)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / RATE
        self._buckets[client] = (tokens if wait else tokens - 1, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return wait


def protected(handler: Handler, limit: ClientLimit, *, is_listed: bool) -> Handler:
    """Return a handler whose answers have the headers, and which answers 429 to a client that asks
    too often. `is_listed`: whether search engines may list its pages."""

    async def handle(request: web.Request) -> web.StreamResponse:
        wait = limit.wait_for(client_of(request))
        if wait:
            response: web.StreamResponse = web.Response(
                status=429,
                text="Too many requests\n",
                headers={"Retry-After": str(math.ceil(wait))},
            )
        else:
            response = await handler(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not is_listed:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return handle


def client_of(request: web.Request) -> str:
    """Return the address of a client; of one that comes through a proxy of ours, which has a
    private address, the one that the proxy names last (`X-Forwarded-For`)."""
    # A client may have sent a header of its own before the proxy's.
    named = ",".join(request.headers.getall("X-Forwarded-For", [])).rpartition(",")[2].strip()
    remote = request.remote or ""
    return named if _is_address(named) and _is_private(remote) else remote


def is_of_this_machine(request: web.Request) -> bool:
    """Return whether a request was made on this machine: it comes from there, and no proxy says
    that it passes one on. What a header says is never enough: anybody can write it."""
    remote = request.remote or ""
    is_passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    return not is_passed_on and _is_address(remote) and ipaddress.ip_address(remote).is_loopback


def _network_of(client: str) -> str:
    """Return by what a client is told apart: its address; of an IPv6 one its /64, within which
    anybody has as many addresses as they like (RFC 6177, section 2)."""
    if not _is_address(client):
        return client
    address = ipaddress.ip_address(client)
    if address.version == 4 or address.ipv4_mapped:
        return client
    return str(ipaddress.ip_network((int(address), 64), strict=False))


def _is_private(address: str) -> bool:
    return _is_address(address) and ipaddress.ip_address(address).is_private


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
