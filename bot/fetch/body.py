"""The body of an answer, decompressed, and capped both before and after: a bomb, and a stream of
empty blocks, end at the cap."""

import zlib

import aiohttp

from bot.errors import FetchError

LIMIT = 20 * 1024 * 1024
"""Bytes over the wire, and bytes decompressed. The largest ministry feed seen, of 2,983 items,
has 5 MB."""
ACCEPT_ENCODING = "gzip, deflate"

_CHUNK = 64 * 1024
_ANY_HEADER = zlib.MAX_WBITS | 32  # gzip's or zlib's, whichever comes
_NO_HEADER = -zlib.MAX_WBITS  # what some servers send as deflate


async def read(address: str, response: aiohttp.ClientResponse) -> bytes:
    """All of it. Raises FetchError when it is too much, or is not what it says."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise FetchError(address, f"comes compressed as {encoding[:20]}, which was not asked for")
    raw, body = 0, bytearray()
    unpacker = _Unpacker() if encoding not in ("", "identity") else None
    async for chunk in response.content.iter_chunked(_CHUNK):
        raw += len(chunk)
        try:
            body += unpacker.unpacked(chunk, LIMIT + 1 - len(body)) if unpacker else chunk
        except zlib.error as error:
            raise FetchError(
                address, f"is not compressed as {encoding}, as it says ({error})"
            ) from None
        if max(raw, len(body)) > LIMIT:
            raise FetchError(address, f"more than {LIMIT // 1024**2} MB")
    if raw and not body:
        raise FetchError(address, f"is not compressed as {encoding}, as it says")
    return bytes(body)


class _Unpacker:
    """gzip, in one member or several, and deflate with or without its header."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_ANY_HEADER)
        self._has_begun = False

    def unpacked(self, chunk: bytes, limit: int) -> bytes:
        """What a chunk unpacks to, up to `limit` bytes."""
        try:
            found = self._stream.decompress(chunk, limit)
        except zlib.error:
            if self._has_begun:
                raise
            self._stream = zlib.decompressobj(_NO_HEADER)
            found = self._stream.decompress(chunk, limit)
        self._has_begun = True
        while self._stream.eof and self._stream.unused_data and len(found) < limit:
            rest = self._stream.unused_data
            self._stream = zlib.decompressobj(_ANY_HEADER)
            found += self._stream.decompress(rest, limit - len(found))
        return found
