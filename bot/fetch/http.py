"""Send one HTTP request: guarded, one at a time for each host, limited in bytes and time."""

import asyncio
import contextlib
import errno
import os
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache

import aiohttp
from msgspec import Struct

from bot.errors import FetchError
from bot.fetch import ssrf_guard
from bot.fetch.ssrf_guard import SsrfGuard
from bot.models.sources import Hub, Source, Tls
from bot.text import one_line

HOSTS_LIMIT = 2000
"""Hosts with a lock; beyond this number, idle ones are removed."""
CONNECT_TIMEOUT = 10.0
RESOLVE_TIMEOUT = 4.0
REDIRECTS = (301, 302, 303, 307, 308)


class Response(Struct, frozen=True):
    """The answer to one request; `seconds` is how long the server took."""

    url: str
    status: int
    summary: str
    headers: Mapping[str, str]
    hub: Hub | None
    body: bytes
    seconds: float

    @property
    def redirect(self) -> str | None:
        """Return where it leads to. Raises ValueError when that is no http(s) URL."""
        if self.status not in REDIRECTS:
            return None
        return ssrf_guard.redirect_target(self.url, self.headers.get("Location", ""))


class PerHostLimit:
    """Limits requests: one at a time for each host, and so many altogether."""

    def __init__(self, concurrency: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, asyncio.Lock] = {}
        self._free: dict[str, float] = {}

    @asynccontextmanager
    async def acquire(self, host: str, delay: float) -> AsyncIterator[None]:
        """Wait until a host is free, and hold it; the next request waits `delay` seconds more."""
        # Whoever waits for a host holds none of the slots that the others need.
        self._forget_idle()
        now = asyncio.get_running_loop().time
        async with self._hosts.setdefault(host, asyncio.Lock()):
            await asyncio.sleep(self._free.get(host, 0.0) - now())
            try:
                async with self._slots:
                    yield
            finally:
                self._free[host] = max(now() + delay, self._free.get(host, 0.0))

    def _forget_idle(self) -> None:
        if len(self._hosts) <= HOSTS_LIMIT:
            return
        now = asyncio.get_running_loop().time()
        for host in [host for host, lock in self._hosts.items() if not lock.locked()]:
            if self._free.get(host, 0.0) <= now:
                self._free.pop(host, None)
                del self._hosts[host]


def open_session(guard: SsrfGuard, agent: str) -> aiohttp.ClientSession:
    """Return a pool of connections; `agent` is the User-Agent."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=0,
            socket_factory=guard.socket,
            # the resolver of the system blocks a thread for each name that nobody answers for
            resolver=aiohttp.AsyncResolver(timeout=RESOLVE_TIMEOUT, tries=2),
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": agent, "Accept-Encoding": "gzip, deflate"},
        auto_decompress=False,
    )


class HttpClient(Struct, frozen=True):
    """Sends requests through a pool of connections."""

    session: aiohttp.ClientSession
    guard: SsrfGuard
    per_host_limit: PerHostLimit

    async def request(
        self,
        url: str,
        source: Source,
        time_limit: float,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        form: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a GET, or a POST of a form; redirects are not followed. Raises FetchError.

        `time_limit`: seconds from the moment that the host is free; `delay`: seconds until the next
        request to it.
        """
        try:
            self.guard.check_url(url, source.url)
            async with self.per_host_limit.acquire(ssrf_guard.host(url), delay):
                began = asyncio.get_running_loop().time()
                async with self.session.request(
                    "GET" if form is None else "POST",
                    url,
                    data=form,
                    headers=headers,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=time_limit, sock_connect=CONNECT_TIMEOUT),
                    ssl=tls_context(source.tls, source.ca_file),
                ) as response:
                    return await _response(url, response, began)
        except TimeoutError:
            raise FetchError(url, f"no answer within {time_limit:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchError(url, _reason(error)) from None


async def _response(url: str, response: aiohttp.ClientResponse, began: float) -> Response:
    return Response(
        url,
        response.status,
        f"HTTP {response.status} {one_line(response.reason or '')}".strip(),
        response.headers,
        _hub(url, response),
        await _read_body(url, response) if response.status == 200 else b"",
        asyncio.get_running_loop().time() - began,
    )


def _hub(url: str, response: aiohttp.ClientResponse) -> Hub | None:
    """Return the WebSub hub that the `Link` headers name (RFC 8288)."""
    urls: dict[str, str] = {}
    with contextlib.suppress(ValueError):  # an address that is none must not cost the document
        for relation, link in response.links.items():
            for each in relation.lower().split():
                urls.setdefault(each, str(link.get("url", "")))
    hub = urls.get("hub")
    return Hub(url=hub, topic=urls.get("self") or url) if hub else None


def _reason(error: Exception) -> str:
    """Return why no answer came, in the system's own words for a failed connection."""
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
    """Return the TLS settings for a server: verified by the system's authorities and that of
    `ca_file`.

    `lenient` takes a certificate of an authority without keyUsage, which Python 3.13 refuses;
    `legacy` also talks to a server without secure renegotiation (RFC 5746), which OpenSSL 3
    refuses. Raises OSError when `ca_file` cannot be read.
    """
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    if tls != "strict":
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if tls == "legacy":
        context.options |= _LEGACY_SERVER_CONNECT
    return context


BODY_LIMIT = 20 * 1024 * 1024
"""Bytes over the wire, and bytes decompressed. The largest ministry feed seen, of 2,983 items,
has 5 MB."""

_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b"
_TOO_LARGE = f"more than {BODY_LIMIT // 1024**2} MB"


async def _read_body(url: str, response: aiohttp.ClientResponse) -> bytes:
    """Read and decompress a body. Raises FetchError for one too large, or not as it says."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower() or "identity"
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise FetchError(url, f"comes compressed as {encoding[:20]}, which was not asked for")
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise FetchError(url, _TOO_LARGE)
    if encoding == "identity" or not body:
        return bytes(body)
    try:
        unpacked = await asyncio.to_thread(_decompress, bytes(body))
    except zlib.error as error:
        raise FetchError(url, f"is not compressed as {encoding}, as it says ({error})") from None
    if len(unpacked) > BODY_LIMIT:
        raise FetchError(url, _TOO_LARGE)
    return unpacked


def _decompress(body: bytes) -> bytes:
    """Decompress up to one byte more than BODY_LIMIT. Raises zlib.error."""
    unpacked, position = bytearray(), 0
    while not position or body.startswith(_GZIP, position):  # padding may follow the last member
        stream = zlib.decompressobj(_window(body[position : position + 2]))
        while not stream.eof:
            if position == len(body):
                raise zlib.error("it is cut short")
            chunk = body[position : position + _CHUNK]
            unpacked += stream.decompress(chunk, BODY_LIMIT + 1 - len(unpacked))
            if len(unpacked) > BODY_LIMIT:
                return bytes(unpacked)
            position += len(chunk) - len(stream.unused_data)
    return bytes(unpacked)


def _window(start: bytes) -> int:
    """Return zlib's `wbits`: for gzip, zlib (RFC 1950), or a bare stream sent as deflate."""
    if start == _GZIP:
        return zlib.MAX_WBITS | 16
    has_header = start[0] & 0x0F == 8 and int.from_bytes(start) % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
