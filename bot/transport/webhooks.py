"""Send events to webhook endpoints: signed, over guarded connections, each request within limits.

Headers and signature are those of Standard Webhooks (standardwebhooks.com, version 1), for which
there are libraries in most languages.
"""

import asyncio
import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import re
import secrets
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import aiohttp
from msgspec import Struct
from yarl import URL

from bot import __version__
from bot.fetch import ssrf_guard
from bot.fetch.connection import RESOLVE_TIMEOUT
from bot.fetch.ssrf_guard import SsrfGuard
from bot.i18n import N_
from bot.models.chats import Endpoint
from bot.ports.messenger import BeforeSend
from bot.render.event import Event, trial
from bot.text import one_line

TIMEOUT = 10.0
"""Seconds for one request, with the connection."""
BODY_LIMIT = 4096
"""Bytes of an answer that are read: what is wrong stands at its beginning."""
BODY_TIMEOUT = 1.0
"""Seconds in which they are read, where the receiver refuses an event."""
SHOWN = 200
"""Characters of an answer that are shown."""
URL_LIMIT = 500
"""Characters of the address of an endpoint."""
SECRET_MARK = "whsec_"  # noqa: S105 - what secrets begin with
SECRET_BYTES = 32
"""Random bytes of a secret; Standard Webhooks asks for 24 to 64."""

NOT_HTTPS = N_("The address of an endpoint begins with <code>https://</code>.")
PRIVATE = N_("This address is private: events go to public ones alone.")


class Answered(Struct, frozen=True):
    """What came of a request: the HTTP status, or None where no answer came; the `reason` why it
    is not taken, as text of the receiver or ours; how long it took."""

    status: int | None
    reason: str
    seconds: float
    retry_after: float | None = None

    @property
    def is_taken(self) -> bool:
        """Return whether the receiver has taken the event."""
        return self.status is not None and 200 <= self.status < 300


@asynccontextmanager
async def open_webhook_client(private_hosts: Iterable[str] = ()) -> AsyncIterator["WebhookClient"]:
    """Open an HTTP client for endpoints; `private_hosts` may be sent to although private."""
    guard = SsrfGuard(private_hosts)
    connector = aiohttp.TCPConnector(
        resolver=aiohttp.AsyncResolver(timeout=RESOLVE_TIMEOUT, tries=2),
        socket_factory=guard.socket,
        force_close=True,  # so that the guard sees the address of each request
        use_dns_cache=False,
        limit=0,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"User-Agent": f"policy-herald/{__version__}", "Accept-Encoding": "identity"},
    ) as session:
        yield WebhookClient(session, guard)


class WebhookClient:
    """Sends events."""

    def __init__(self, session: aiohttp.ClientSession, guard: SsrfGuard) -> None:
        self._session, self._guard = session, guard

    def problem(self, url: str) -> str | None:
        """Return why nothing can be sent to an address, as a sentence of the catalogues; None: it
        can, unless its name leads to a private address then."""
        try:
            address = URL(url)
            host = ssrf_guard.host(url)
            self._guard.check_url(url, url)
        except PermissionError:
            return PRIVATE
        except ValueError:
            return NOT_HTTPS
        is_plain = address.scheme == "http" and self._guard.is_listed(host)
        is_written_well = len(url) <= URL_LIMIT and not re.search(r"[\s\0-\x1f\x7f]", url)
        if not is_written_well or not host or address.user is not None:
            return NOT_HTTPS
        if self._guard.is_private(host):
            return PRIVATE
        return None if address.scheme == "https" or is_plain else NOT_HTTPS

    async def test(self, endpoint: Endpoint, now: dt.datetime) -> Answered:
        """Send a test event."""
        return await self.post(endpoint, trial(now), _record_nothing, now.timestamp)

    async def post(
        self, endpoint: Endpoint, event: Event, starting: BeforeSend, now: Callable[[], float]
    ) -> Answered:
        """Send an event once; redirects are not followed. `now`: the time in seconds (Unix)."""
        headers = _signed(endpoint.secret, event, int(now()))
        await starting()
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            self._guard.check_url(endpoint.url, endpoint.url)
            async with (
                asyncio.timeout(TIMEOUT),
                self._session.post(
                    URL(endpoint.url), data=event.body, headers=headers, allow_redirects=False
                ) as response,
            ):
                seconds = loop.time() - began
                return await _answered(response, seconds)
        except TimeoutError:
            status, reason = None, N_("no answer within 10 seconds")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            status, reason = None, _reason(error)
        return Answered(status, reason, loop.time() - began)


async def _record_nothing() -> None:
    """Record nothing: a test is no delivery."""


async def _answered(response: aiohttp.ClientResponse, seconds: float) -> Answered:
    status = response.status
    if 200 <= status < 300:
        return Answered(status, "", seconds)
    asked = response.headers.get("Retry-After", "").strip()
    wait = float(asked) if asked.isdecimal() and len(asked) < 9 else None
    text = one_line((await _beginning(response)).decode(errors="replace"))[:SHOWN]
    reason = f"HTTP {status}: {text}" if text else f"HTTP {status}"
    return Answered(status, reason, seconds, wait)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """Return the first bytes of an answer, as far as they come soon."""
    read = bytearray()
    with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(BODY_TIMEOUT):
            while len(read) < BODY_LIMIT and (
                chunk := await response.content.read(BODY_LIMIT - len(read))
            ):
                read += chunk
    return bytes(read)


def _reason(error: Exception) -> str:
    """Return why no answer came, without the address, which may hold a secret."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
        return N_("its certificate is not valid")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return N_("the name of the host is not known")
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if ssrf_guard.PRIVATE in str(cause):  # which may be one of several, for a name
        return N_("its address is private")
    if isinstance(error, aiohttp.ClientConnectorError):
        return N_("no connection")
    return N_("the connection broke, or the answer was none of HTTP")


def new_secret() -> str:
    """Return a new secret, as Standard Webhooks writes one."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _signed(secret: str, event: Event, timestamp: int) -> dict[str, str]:
    """Return the headers of an event: its id, the time of this attempt, and their signature."""
    key = base64.b64decode(secret.removeprefix(SECRET_MARK))
    signed = f"{event.id}.{timestamp}.".encode() + event.body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": event.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
