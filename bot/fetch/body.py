"""Read the body of an HTTP/1 response as leniently as browsers do.

One that ends too early, or is longer than it says, counts where the document in it is whole.
"""

import asyncio
import contextlib
import re
from asyncio import StreamReader
from typing import Literal

import msgspec

from bot.fetch import coding
from bot.fetch.coding import Decoded
from bot.fetch.head import Head, WireError

AFTER_LENGTH = 1.0
"""Seconds in which more may come than `Content-Length` says, where the document has no end yet."""

Framing = int | Literal["chunked"] | None
"""Where a body ends: after so many bytes, with its last chunk, with the connection."""

_CHUNK = 64 * 1024
_CHUNK_SIZE = re.compile(rb"\s*([0-9a-f]{1,8})\s*(?:;.*)?", re.I | re.S)
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_ROOT = re.compile(rb"<([a-z_][\w:.-]*)", re.I)
_LAST_TAG = re.compile(rb".*</([a-z_][\w:.-]*)\s*>\s*(?:<!--[^<]*-->\s*)*", re.I | re.S)
_MARGIN = 4096
"""Bytes at either end of a document in which the tags of its root are looked for."""


async def read_body(reader: StreamReader, head: Head) -> bytes:
    """Read a body and undo its codings. Raises WireError where it is broken, or too large."""
    raw, framing = bytearray(head.body), framing_of(head)
    is_complete = await _receive(reader, framing, raw)
    decoded = await _decode(raw, head)
    closes = "close" in head.headers.get("Connection", "").lower()
    if isinstance(framing, int) and closes and not _has_end(decoded):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AFTER_LENGTH):
                await _read(reader, None, raw)
        decoded = await _decode(raw, head)
    if (is_complete and decoded.is_ended is not False) or _has_end(decoded):
        return decoded.data
    raise WireError(f"is cut short, after {len(raw)} bytes")


def framing_of(head: Head) -> Framing:
    """Return where the body ends that follows a head (RFC 9112, section 6.3)."""
    codings = ",".join(head.headers.getall("Transfer-Encoding", ())).lower().split(",")
    if codings[-1].strip() == "chunked":
        return "chunked"
    lengths = {
        length.strip()
        for value in head.headers.getall("Content-Length", ())
        for length in value.split(",")
    }
    is_one = len(lengths) == 1 and all(re.fullmatch(r"[0-9]{1,15}", length) for length in lengths)
    return int(lengths.pop()) if is_one else None


async def _receive(reader: StreamReader, framing: Framing, raw: bytearray) -> bool:
    """Read a body; return whether it came up to the end that its head announces."""
    if framing == "chunked":
        return await _read_chunks(reader, raw)
    await _read(reader, framing, raw)
    return framing is None or len(raw) == framing


async def _read(reader: StreamReader, count: int | None, raw: bytearray) -> None:
    """Read so many bytes, or all, as far as they come. Raises WireError where they are too many."""
    end = coding.BODY_LIMIT + 1 if count is None else len(raw) + count
    while len(raw) < end and (chunk := await reader.read(min(_CHUNK, end - len(raw)))):
        raw += chunk
        if len(raw) > coding.BODY_LIMIT:
            raise coding.too_large()


async def _read_chunks(reader: StreamReader, raw: bytearray) -> bool:
    try:
        while line := await reader.readline():
            size = _CHUNK_SIZE.fullmatch(line)
            if size is None:  # it is not chunked although its head says so, or no longer
                raw += line
                await _read(reader, None, raw)
            elif int(size[1], 16):
                await _read(reader, int(size[1], 16), raw)
                await reader.readline()
            else:
                return True
    except ValueError:  # a line without an end
        raise WireError("is not chunked, as it says") from None
    return False


async def _decode(raw: bytearray, head: Head) -> Decoded:
    body, labels = bytes(raw), coding.labels(head.headers.getall("Content-Encoding", ()))
    if not coding.is_coded(body, labels):
        return Decoded(body)
    return await asyncio.to_thread(coding.decode, body, labels)


def _has_end(decoded: Decoded) -> bool:
    return bool(decoded.is_ended) or is_whole(decoded.data)


def is_whole(document: bytes) -> bool:
    """Return whether a document ends as it began: with the tags of its root, or as JSON."""
    text = document.replace(b"\0", b"") if b"\0" in document[:4] else document  # UTF-16, UTF-32
    if text.strip()[:1] in (b"{", b"["):
        return _is_json(text)
    first = _ROOT.search(_COMMENT.sub(b"", text[:_MARGIN]))
    last = _LAST_TAG.fullmatch(text[-_MARGIN:])
    return bool(first and last and first[1].lower() == last[1].lower())


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    return True
