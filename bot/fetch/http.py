"""One request: guarded, in turn, capped in bytes and time; what goes wrong becomes a FetchError."""

import asyncio
import contextlib
import errno
import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache

import aiohttp
from msgspec import Struct

from bot.errors import FetchError
from bot.fetch import body, ssrf_guard
from bot.fetch.per_host_limit import PerHostLimit
from bot.fetch.ssrf_guard import SsrfGuard
from bot.models import Source, Tls

CONNECT_WITHIN = 10.0
RESOLVE_WITHIN = 4.0


class Response(Struct, frozen=True):
    """What a server said to one request; `seconds` is how long it took to say it."""

    status: int
    reason: str
    headers: Mapping[str, str]
    links: Mapping[str, str]
    """Of its `Link` headers, by their relation (RFC 8288)."""
    body: bytes
    seconds: float


@asynccontextmanager
async def open_client(
    guard: SsrfGuard, per_host_limit: PerHostLimit, agent: str
) -> AsyncIterator["HttpClient"]:
    """A pool of connections, for as long as the context lasts; `agent` is who asks."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=0,
            socket_factory=guard.socket,
            # the resolver of the system blocks a thread for each name that nobody answers for
            resolver=aiohttp.AsyncResolver(timeout=RESOLVE_WITHIN, tries=2),
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": agent, "Accept-Encoding": body.ACCEPT_ENCODING},
        auto_decompress=False,
    ) as session:
        yield HttpClient(session, guard, per_host_limit)


class HttpClient:
    """A pool of connections, and who may use it when."""

    def __init__(
        self, session: aiohttp.ClientSession, guard: SsrfGuard, per_host_limit: PerHostLimit
    ) -> None:
        self._session, self._guard, self._per_host_limit = session, guard, per_host_limit

    def check(self, address: str, source: Source) -> None:
        """Raises FetchError for an address that may not be asked, however it resolves."""
        try:
            self._guard.pass_on(address, source.url)
        except PermissionError as error:
            raise FetchError(address, str(error)) from None

    async def ask(
        self,
        address: str,
        source: Source,
        headers: Mapping[str, str],
        within: float,
        delay: float,
        form: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer to a GET, or to a POST of a form, redirects included; `within` so many
        seconds from its turn, and `delay` seconds before the next one's. Raises FetchError."""
        try:
            self._guard.pass_on(address, source.url)
            async with self._per_host_limit.turn(ssrf_guard.host(address), delay):
                return await self._ask(address, source, headers, within, form)
        except TimeoutError:
            raise FetchError(address, f"no answer within {within:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchError(address, _reason(error)) from None

    async def _ask(
        self,
        address: str,
        source: Source,
        headers: Mapping[str, str],
        within: float,
        form: Mapping[str, str] | None,
    ) -> Response:
        began = asyncio.get_running_loop().time()
        async with self._session.request(
            "GET" if form is None else "POST",
            address,
            data=form,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=within, sock_connect=CONNECT_WITHIN),
            ssl=tls_context(source.tls, source.ca_file),
        ) as response:
            return Response(
                response.status,
                response.reason or "",
                response.headers,
                _links(response),
                await body.read_body(address, response) if response.status == 200 else b"",
                asyncio.get_running_loop().time() - began,
            )


def _links(response: aiohttp.ClientResponse) -> dict[str, str]:
    found: dict[str, str] = {}
    with contextlib.suppress(ValueError):  # an address that is none must not cost the document
        for relation, link in response.links.items():
            for each in relation.lower().split():
                found.setdefault(each, str(link.get("url", "")))
    return found


def _reason(error: Exception) -> str:
    """Why nothing came, in words: the system's own for a connection that failed."""
    inner = getattr(error, "os_error", None) or error
    if isinstance(inner, ssl.SSLError) or isinstance(error, aiohttp.ClientSSLError):
        return f"TLS: {getattr(inner, 'verify_message', '') or inner}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the name of the host is not known ({getattr(inner, 'strerror', inner)})".lower()
    number = getattr(inner, "errno", None)
    if isinstance(number, int) and number in errno.errorcode:
        return os.strerror(number).lower()
    return str(inner) or type(error).__name__


_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT, which the ssl module names from Python 3.12 on."""


@lru_cache(maxsize=64)
def tls_context(tls: Tls, ca_file: str | None) -> ssl.SSLContext:
    """How to verify a server: by the system's authorities, and the one of `ca_file`.

    `lenient` takes a certificate of an authority without keyUsage, which Python 3.13 refuses;
    `legacy` moreover talks to a server that cannot renegotiate securely (RFC 5746), which
    OpenSSL 3 refuses. Raises OSError when `ca_file` cannot be read.
    """
    made = ssl.create_default_context()
    if ca_file:
        made.load_verify_locations(ca_file)
    if tls != "strict":
        made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if tls == "legacy":
        made.options |= _LEGACY_SERVER_CONNECT
    return made
