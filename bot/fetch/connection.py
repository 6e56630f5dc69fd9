"""Open connections to servers: guarded against private addresses, over TLS where a URL wants it."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

from aiohappyeyeballs import AddrInfoType, start_connection
from aiohttp import AsyncResolver
from aiohttp.abc import ResolveResult
from yarl import URL

from bot.errors import UnknownHostError
from bot.fetch.head import HEAD_LIMIT
from bot.fetch.ssrf_guard import SsrfGuard
from bot.models.sources import Tls

CONNECT_TIMEOUT = 10.0
RESOLVE_TIMEOUT = 4.0
NEXT_ADDRESS = 0.25
"""Seconds after which another address of a host is tried as well (RFC 8305)."""


class _Reader(asyncio.StreamReader):
    """Reads a connection that may break: what came before is not lost."""

    def set_exception(self, exc: Exception) -> None:
        self.feed_eof()


class Connector:
    """Opens connections, each for one request."""

    def __init__(self, guard: SsrfGuard) -> None:
        self._guard = guard
        # the resolver of the system blocks a thread for each name that nobody answers for
        self._resolver = AsyncResolver(timeout=RESOLVE_TIMEOUT, tries=2)

    async def aclose(self) -> None:
        """Close the resolver of names."""
        await self._resolver.close()

    @asynccontextmanager
    async def connect(
        self, url: URL, tls: ssl.SSLContext
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.Transport]]:
        """Connect to the server of a URL. Raises OSError and TimeoutError."""
        loop, reader = asyncio.get_running_loop(), _Reader(HEAD_LIMIT)
        async with asyncio.timeout(CONNECT_TIMEOUT):
            connected = await start_connection(
                await self._addresses(url),
                happy_eyeballs_delay=NEXT_ADDRESS,
                socket_factory=self._guard.socket,
            )
        transport, _ = await loop.create_connection(
            lambda: asyncio.StreamReaderProtocol(reader),
            sock=connected,
            ssl=tls if url.scheme == "https" else None,
            server_hostname=_name(url) if url.scheme == "https" else None,
        )
        try:
            yield reader, transport
        finally:
            transport.abort()

    async def _addresses(self, url: URL) -> list[AddrInfoType]:
        try:
            found = await self._resolver.resolve(_name(url), url.port or 0, family=socket.AF_UNSPEC)
        except OSError as error:
            reason = f"the name of the host is not known ({error.strerror})".lower()
            raise UnknownHostError(reason) from None
        return [
            (each["family"], socket.SOCK_STREAM, socket.IPPROTO_TCP, "", _socket_address(each))
            for each in found
        ]


def _name(url: URL) -> str:
    return (url.raw_host or "").rstrip(".")


def _socket_address(found: ResolveResult) -> tuple[str, int] | tuple[str, int, int, int]:
    address = found["host"], found["port"]
    return (*address, 0, 0) if found["family"] == socket.AF_INET6 else address


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
