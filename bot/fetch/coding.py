"""Undo the content codings of a body: by what the bytes are, where they show it, rather than by
what `Content-Encoding` says of them.

Servers label plain text as gzip and gzip as nothing, compress twice, and leave checksums out.
"""

import re
import sys
import zlib
from collections.abc import Collection

from msgspec import Struct

from bot.fetch.head import WireError

BODY_LIMIT = 20 * 1024 * 1024
"""Bytes over the wire, and bytes decompressed. The largest ministry feed seen, of 2,983 items,
has 5 MB."""
LAYERS = 3
"""Codings that are undone of one body."""

_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_GZIP_TRAILER = 8
"""Bytes of checksum and length, which browsers do not look at either."""
_ZSTD_WINDOW = 23
"""The binary logarithm of the largest window: 8 MB (RFC 9659)."""


class Decoded(Struct, frozen=True):
    """A body without its codings; `is_ended`: whether their streams came to their own ends, None
    where there was none."""

    data: bytes
    is_ended: bool | None = None


class _NotCodedError(Exception):
    """The bytes are not coded as they were said to be."""


def too_large() -> WireError:
    """Return the error for more bytes than BODY_LIMIT."""
    return WireError(f"more than {BODY_LIMIT // 1024**2} MB")


def labels(content_encoding: Collection[str]) -> list[str]:
    """Return the codings that `Content-Encoding` headers name."""
    return re.findall(r"[\w-]+", ",".join(content_encoding).lower())


def is_coded(body: bytes, labelled: Collection[str]) -> bool:
    """Return whether there may be a coding to undo."""
    return body.startswith((_GZIP, _ZSTD)) or bool({"br", "deflate"} & set(labelled))


def decode(body: bytes, labelled: Collection[str]) -> Decoded:
    """Undo the codings of a body. Raises WireError where they are broken, or too large."""
    decoded = Decoded(body)
    left = [name for name in ("br", "deflate") if name in labelled]
    for _ in range(LAYERS):
        if decoded.data.startswith(_GZIP):
            decoded = _gunzip(decoded.data)
        elif decoded.data.startswith(_ZSTD):
            decoded = _unzstd(decoded.data)
        elif left:
            decoded = _by_label(left.pop(), decoded)
        else:
            break
    return decoded


def _by_label(label: str, decoded: Decoded) -> Decoded:
    """Undo a coding that its first bytes do not show; the body as it is, where it has none."""
    try:
        return _unbrotli(decoded.data) if label == "br" else _undeflate(decoded.data)
    except _NotCodedError:
        return decoded


class _Output:
    """Bytes decompressed so far, of which there may be BODY_LIMIT."""

    def __init__(self) -> None:
        self.data = bytearray()

    @property
    def room(self) -> int:
        """One more than may come: who fills it is too large."""
        return BODY_LIMIT + 1 - len(self.data)

    def add(self, data: bytes) -> None:
        self.data += data
        if len(self.data) > BODY_LIMIT:
            raise too_large()


def _gunzip(body: bytes) -> Decoded:
    output, position, is_ended = _Output(), 0, False
    while body.startswith(_GZIP, position):  # padding may follow the last member
        start = _after_gzip_header(body, position)
        try:
            position, is_ended = _inflate(body, start, output)
        except zlib.error:
            raise WireError("is broken where it is compressed (gzip)") from None
        position += _GZIP_TRAILER
    return Decoded(bytes(output.data), is_ended)


def _after_gzip_header(body: bytes, position: int) -> int:
    """Return where the compressed data of a member begins (RFC 1952, section 2.3)."""
    flags = int.from_bytes(body[position + 3 : position + 4])
    position += 10
    if flags & 0b100:  # FEXTRA
        position += 2 + int.from_bytes(body[position : position + 2], "little")
    for text in (0b1000, 0b10000):  # FNAME, FCOMMENT
        if flags & text:
            end = body.find(b"\0", position)
            position = len(body) if end < 0 else end + 1
    return position + (2 if flags & 0b10 else 0)  # FHCRC


def _undeflate(body: bytes) -> Decoded:
    """Undo deflate: with zlib's header (RFC 1950), or without, as some servers understand it."""
    has_header = body[:1] != b"" and body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
    start, output = (2 if has_header else 0), _Output()
    try:
        _, is_ended = _inflate(body, start, output)
    except zlib.error:
        raise _NotCodedError from None
    return Decoded(bytes(output.data), is_ended)


def _inflate(body: bytes, position: int, output: _Output) -> tuple[int, bool]:
    """Decompress a bare stream; return where it ends, and whether that is its own end."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    while not stream.eof and position < len(body):
        chunk = body[position : position + _CHUNK]
        output.add(stream.decompress(chunk, output.room))
        position += len(chunk) - len(stream.unused_data)
    return position, stream.eof


def _unbrotli(body: bytes) -> Decoded:
    import brotli  # seldom needed, as nobody asks for it

    stream, output = brotli.Decompressor(), _Output()
    try:
        for start in range(0, len(body), _CHUNK):
            output.add(
                stream.process(body[start : start + _CHUNK], output_buffer_limit=output.room)
            )
    except brotli.error:
        raise _NotCodedError from None
    return Decoded(bytes(output.data), stream.is_finished())


def _unzstd(body: bytes) -> Decoded:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd  # seldom needed, as nobody asks for it

    output, is_ended = _Output(), False
    window = {int(zstd.DecompressionParameter.window_log_max): _ZSTD_WINDOW}
    try:
        while body.startswith(_ZSTD):  # frames may follow each other
            stream = zstd.ZstdDecompressor(options=window)
            output.add(stream.decompress(body, output.room))
            is_ended, body = stream.eof, stream.unused_data
    except zstd.ZstdError:
        raise WireError("is broken where it is compressed (zstd)") from None
    return Decoded(bytes(output.data), is_ended)
