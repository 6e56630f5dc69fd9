"""Send one HTTP request: guarded, one at a time for each host, limited in bytes and time."""

import asyncio
import base64
import errno
import os
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol
from urllib.parse import urlencode, urljoin

from msgspec import Struct
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.errors import FetchError, Obstacle, UnknownHostError, UnreadableError
from bot.fetch import ssrf_guard
from bot.fetch.body import read_body
from bot.fetch.connection import Connector, tls_context
from bot.fetch.head import Head, WireError, read_head
from bot.fetch.ssrf_guard import SsrfGuard
from bot.models.sources import Hub, Source
from bot.text import one_line

HOSTS_LIMIT = 2000
"""Hosts with a lock; beyond this number, idle ones are removed."""
REDIRECTS = (300, 301, 302, 303, 307, 308)
REASON_LIMIT = 100
"""Characters of a reason phrase that are told."""
REFRESH_LIMIT = 5
"""Seconds after which a `Refresh` header may lead to another address."""


class Response(Struct, frozen=True):
    """The answer to one request; `seconds` is how long the server took."""

    url: str
    status: int
    summary: str
    headers: CIMultiDictProxy[str]
    body: bytes
    seconds: float

    @property
    def redirect(self) -> str | None:
        """Return where it leads to. Raises ValueError when that is no http(s) URL."""
        location = self.headers.get("Location") if self.status in REDIRECTS else None
        if self.status < 300:
            location = self._refresh
        return None if location is None else ssrf_guard.redirect_target(self.url, location)

    @property
    def _refresh(self) -> str | None:
        """The target of a `Refresh` header, which browsers follow as they do a redirect."""
        refresh = _REFRESH.fullmatch(self.headers.get("Refresh", "").strip())
        if refresh is None or int(refresh["seconds"]) > REFRESH_LIMIT:
            return None
        shows_itself = urljoin(self.url, refresh["url"]) == self.url
        return None if shows_itself else refresh["url"]

    @property
    def hub(self) -> Hub | None:
        """The WebSub hub that the `Link` headers name (RFC 8288)."""
        urls: dict[str, str] = {}
        for target, parameters in _LINK.findall(", ".join(self.headers.getall("Link", ()))):
            relation = _RELATION.search(parameters)
            for each in (relation[1] or relation[2] if relation else "").lower().split():
                urls.setdefault(each, target)
        try:
            hub, topic = (urljoin(self.url, urls.get(each, "")) for each in ("hub", "self"))
        except ValueError:  # an invalid address must not cost the document
            return None
        return Hub(url=hub, topic=topic) if urls.get("hub") else None


_REFRESH = re.compile(
    r"(?P<seconds>\d{1,9})(?:\.\d*)?\s*[;,\s]\s*(?:url\s*=\s*)?[\"']?(?P<url>[^\"']+)[\"']?", re.I
)
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.I)


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


class Client(Protocol):
    """A client that sends requests."""

    async def request(
        self,
        url: str,
        source: Source,
        time_limit: float,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        form: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request. Raises FetchError."""


class HttpClient(Struct, frozen=True):
    """Sends requests, each on a connection of its own."""

    connector: Connector
    guard: SsrfGuard
    per_host_limit: PerHostLimit
    agent: str
    """The User-Agent."""

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
            request = _request(url, {"User-Agent": self.agent, **(headers or {})}, form)
            tls = tls_context(source.tls, source.ca_file)
            async with self.per_host_limit.acquire(ssrf_guard.host(url), delay):
                began = asyncio.get_running_loop().time()
                async with asyncio.timeout(time_limit):
                    head, body = await self._exchange(URL(url), request, tls)
                seconds = asyncio.get_running_loop().time() - began
        except TimeoutError:
            raise UnreadableError(url, f"no answer within {time_limit:g} s") from None
        except WireError as error:
            raise UnreadableError(url, str(error)) from None
        except (OSError, ValueError) as error:
            raise FetchError(url, _reason(error), obstacle=_obstacle(error)) from None
        summary = f"HTTP {head.status} {one_line(head.reason)[:REASON_LIMIT]}".strip()
        return Response(url, head.status, summary, head.headers, body, seconds)

    async def _exchange(self, url: URL, request: bytes, tls: ssl.SSLContext) -> tuple[Head, bytes]:
        async with self.connector.connect(url, tls) as (reader, transport):
            transport.write(request)
            head = await read_head(reader)
            return head, await read_body(reader, head) if _has_document(head) else b""


class SparingClient:
    """Sends so many requests at most, those to one host some seconds apart."""

    def __init__(self, client: Client, requests: int, spacing: float) -> None:
        self._client, self._left, self._spacing = client, requests, spacing

    async def request(
        self,
        url: str,
        source: Source,
        time_limit: float,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        form: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request as `HttpClient` does. Raises FetchError, also where none is left."""
        if not self._left:
            raise FetchError(url, "enough was asked of this site", obstacle="budget")
        self._left -= 1
        pause = max(delay, self._spacing)
        return await self._client.request(url, source, time_limit, headers, pause, form)


def _request(url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> bytes:
    """Return the bytes of a request. Raises ValueError for an invalid URL or header."""
    address = URL(url)
    if address.scheme not in ("http", "https") or not (address.raw_host or "").strip():
        raise ValueError("is no address of a web server")
    fields = CIMultiDict({"Host": address.host_port_subcomponent or ""})
    fields.update({"Accept-Encoding": "gzip, deflate", "Connection": "close"})
    if address.user is not None:
        pair = f"{address.user}:{address.password or ''}".encode()
        fields["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    body = b"" if form is None else urlencode(form).encode()
    if form is not None:
        fields["Content-Type"] = "application/x-www-form-urlencoded"
        fields["Content-Length"] = str(len(body))
    fields.update(headers)
    method = "GET" if form is None else "POST"
    lines = [f"{method} {address.raw_path_qs} HTTP/1.1", *map(": ".join, fields.items())]
    if any(re.search(r"[\r\n\0]", line) for line in lines):
        raise ValueError("a header to be sent has a line break in it")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def _has_document(head: Head) -> bool:
    """Return whether a body is to be read: some feeds come with an error, and say that they are
    XML; the pages that come with errors are of no use."""
    is_answer = 200 <= head.status < 300 and head.status not in (204, 205)
    return is_answer or (
        head.status >= 400 and "xml" in head.headers.get("Content-Type", "").lower()
    )


def _obstacle(error: OSError | ValueError) -> Obstacle | None:
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, UnknownHostError):
        return "name"
    return "guard" if isinstance(error, PermissionError) and error.errno is None else None


def _reason(error: OSError | ValueError) -> str:
    """Return why no answer came, in the system's own words for a failed connection."""
    if isinstance(error, ssl.SSLError):
        return f"TLS: {getattr(error, 'verify_message', '') or error}"
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number in errno.errorcode:
        return os.strerror(number).lower()
    return str(error) or type(error).__name__
