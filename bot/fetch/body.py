"""The body of an answer, decompressed, and capped both before and after: a bomb, and a stream of
empty blocks, end at the cap."""

import zlib
from typing import Any

import aiohttp

from bot.errors import FetchError

BODY_LIMIT = 20 * 1024 * 1024
"""Bytes over the wire, and bytes decompressed. The largest ministry feed seen, of 2,983 items,
has 5 MB."""
ACCEPT_ENCODING = "gzip, deflate"

_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b"


async def read_body(address: str, response: aiohttp.ClientResponse) -> bytes:
    """All of it. Raises FetchError when it is too much, or is not what it says."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise FetchError(address, f"comes compressed as {encoding[:20]}, which was not asked for")
    raw, body = 0, bytearray()
    unpacker = None if encoding in ("", "identity") else _Unpacker()
    try:
        async for chunk in response.content.iter_chunked(_CHUNK):
            raw += len(chunk)
            body += unpacker.unpacked(chunk, BODY_LIMIT + 1 - len(body)) if unpacker else chunk
            if max(raw, len(body)) > BODY_LIMIT:
                raise FetchError(address, f"more than {BODY_LIMIT // 1024**2} MB")
        if unpacker and raw:
            unpacker.finish()
    except zlib.error as error:
        raise FetchError(
            address, f"is not compressed as {encoding}, as it says ({error})"
        ) from None
    return bytes(body)


class _Unpacker:
    """gzip, in one member or several, and deflate with or without its header. What follows the
    last member is padding, and counts for nothing."""

    def __init__(self) -> None:
        self._stream: Any = None
        self._start = b""
        self._is_over = False

    def unpacked(self, chunk: bytes, limit: int) -> bytes:
        """What a chunk unpacks to, up to `limit` bytes. Raises zlib.error."""
        found, rest = b"", self._start + chunk
        self._start = b""
        while rest and len(found) < limit and not self._is_over:
            if (self._stream is None or self._stream.eof) and not self._begins(rest):
                break
            found += self._stream.decompress(rest, limit - len(found))
            rest = self._stream.unused_data
        return found

    def _begins(self, rest: bytes) -> bool:
        """Whether a stream begins here: any at first, then only gzip's next member."""
        if len(rest) < 2:
            self._start = rest  # two bytes tell
            return False
        self._is_over = self._stream is not None and not rest.startswith(_GZIP)
        if not self._is_over:
            self._stream = zlib.decompressobj(_window(rest))
        return not self._is_over

    def finish(self) -> None:
        """Raises zlib.error when the stream has been cut short."""
        if self._stream is None or not self._stream.eof:
            raise zlib.error("it is cut short")


def _window(start: bytes) -> int:
    """How a stream is to be unpacked: with gzip's header, zlib's (RFC 1950, section 2.2), or what
    some servers send as deflate, none."""
    if start.startswith(_GZIP):
        return zlib.MAX_WBITS | 16
    has_header = start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
