"""Read the head of an HTTP/1 response as leniently as browsers do.

What RFC 9112 forbids a server to send, but what can be meant in one way only, is taken that way.
"""

import re
from asyncio import IncompleteReadError, LimitOverrunError, StreamReader
from collections.abc import Iterable

from msgspec import Struct
from multidict import CIMultiDict, CIMultiDictProxy

HEAD_LIMIT = 256 * 1024
"""Bytes of a head, with the interim responses (1xx) before it: as many as Chrome takes."""

_STATUS_LINE = re.compile(
    rb".{0,4}?HTTP(?:/\d+(?:\.\d+)?)?(?:\s+(?P<status>\d{3})\b(?P<reason>.*))?\s*", re.I | re.S
)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What must not stand in a value, and is read as a space (RFC 9110, section 5.5)."""


class WireError(Exception):
    """What a server sent cannot be read; the text says why, without any of it."""


class Head(Struct, frozen=True):
    """The head of a response."""

    status: int
    reason: str = ""
    headers: CIMultiDictProxy[str] = CIMultiDictProxy(CIMultiDict())
    body: bytes = b""
    """What was read of the body with it: of HTTP/0.9, which has no head, the first line."""


async def read_head(reader: StreamReader) -> Head:
    """Read the head of the final response. Raises WireError."""
    first = await _first_line(reader)
    if first.lstrip(b"\xef\xbb\xbf\t\r\n ")[:1] == b"<":  # HTTP/0.9: the document and nothing else
        return Head(200, body=first)
    left = HEAD_LIMIT
    while True:
        lines = [first, *await _lines(reader, left)]
        head = parse_head(lines)
        if head.status >= 200:
            return head
        left -= sum(map(len, lines))
        first = await _first_line(reader)


async def _first_line(reader: StreamReader) -> bytes:
    """Read the first line that says anything, up to HEAD_LIMIT bytes of it."""
    for _ in range(HEAD_LIMIT):
        try:
            line = await reader.readuntil(b"\n")
        except IncompleteReadError as error:
            line = error.partial
        except LimitOverrunError:
            line = await reader.read(HEAD_LIMIT)
        if not line:
            raise WireError("the server closed the connection without an answer")
        if line.strip():
            return line
    raise WireError("the server answered with empty lines")


async def _lines(reader: StreamReader, limit: int) -> list[bytes]:
    """Read lines up to an empty one, or to the end."""
    lines: list[bytes] = []
    try:
        while (line := await reader.readline()).rstrip(b"\r\n"):
            lines.append(line)
            limit -= len(line)
            if limit < 0:
                break
    except ValueError:  # one line is longer than all of them may be
        limit = -1
    if limit < 0:
        raise WireError(f"its headers are longer than {HEAD_LIMIT // 1024} kB")
    return lines


def parse_head(lines: Iterable[bytes]) -> Head:
    """Parse a status line and headers. Raises WireError where the first line is no status line."""
    first, *rest = lines
    status_line = _STATUS_LINE.fullmatch(first)
    if status_line is None:
        raise WireError("the server does not answer in HTTP")
    headers: list[tuple[str, bytes]] = []
    for line in rest:
        name, colon, value = line.partition(b":")
        if line[:1] in b" \t" and headers:  # the line before goes on (RFC 9112, section 5.2)
            headers[-1] = (headers[-1][0], headers[-1][1] + b" " + line.strip())
        elif colon and name.strip():
            headers.append((name.strip().decode("latin-1"), value.strip()))
    return Head(
        int(status_line["status"] or 200),
        (status_line["reason"] or b"").strip().decode("utf-8", "replace"),
        CIMultiDictProxy(CIMultiDict((name, _text(value)) for name, value in headers)),
    )


def _text(value: bytes) -> str:
    return _NO_TEXT.sub(b" ", value).decode("utf-8", "surrogateescape")
