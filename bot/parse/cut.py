"""A feed's text -> the pieces its items are written in, so that only new ones are parsed.

feedparser needs 1 to 2 ms an item; most polls find a feed of which one item is new. expat, which
does the cutting, reads the whole in about one. In any doubt there are no pieces, and feedparser
reads all: a feed that is not well-formed, items of two kinds or within each other, and a new item
that shares its id, link or title with an old one (which of them a name means can only be told
from both).

What is left is written so that feedparser reads it fast: it takes each `&lt;` of a text by itself,
with the text before it, but a CDATA section as one.
"""

import hashlib
import re
from typing import Any
from xml.parsers import expat

from msgspec import Struct

from bot.address import canonical
from bot.errors import ParseError
from bot.text import words

PIECE = 16
"""Bytes of a fingerprint."""
MOST = 20_000
"""Items of one feed: more is no feed of news."""
DEEPEST = 200
"""Elements within each other."""
_ITEMS = {"item", "entry"}
_CLOSING = re.compile(rb"</(?:[^\s>:]{1,50}:)?(?:item|entry)\s*>")
_ESCAPED = re.compile(rb"(?<=>)[^<>&]*&[^<>]*(?=</)")
_ENTITIES = (
    (b"&lt;", b"<"),
    (b"&gt;", b">"),
    (b"&quot;", b'"'),
    (b"&apos;", b"'"),
    (b"&amp;", b"&"),
)
_NAMES = {"guid", "id", "link", "title"}


class Pieces(Struct, frozen=True):
    """The items of a well-formed feed, as they are written."""

    body: bytes
    spans: list[tuple[int, int]]
    names: list[frozenset[str]]
    """What each item calls itself: its id, links and title."""

    @property
    def fingerprints(self) -> bytes:
        """One of PIECE bytes for each item."""
        return b"".join(self._fingerprint(start, end) for start, end in self.spans)

    def new(self, known: bytes) -> list[int]:
        """The places of the items to be read when the items of these fingerprints have been."""
        read = {known[start : start + PIECE] for start in range(0, len(known), PIECE)}
        places = range(len(self.spans))
        new = [place for place in places if self._fingerprint(*self.spans[place]) not in read]
        old_names = frozenset[str]().union(*(self.names[place] for place in set(places) - set(new)))
        if any(self.names[place] & old_names for place in new):
            return list(places)
        return new

    def only(self, places: list[int]) -> bytes:
        """The feed with these items alone."""
        kept, parts, position = set(places), [], 0
        for place, (start, end) in enumerate(self.spans):
            parts.append(self.body[position:start])
            if place in kept:
                parts.append(_unescaped(self.body[start:end]))
            position = end
        return b"".join((*parts, self.body[position:]))

    def _fingerprint(self, start: int, end: int) -> bytes:
        return hashlib.blake2b(self.body[start:end], digest_size=PIECE).digest()


def pieces(text: str) -> Pieces | None:
    """The pieces of a feed; None in any doubt. Raises ParseError for more items than are sane."""
    body = text.encode("utf-8", "replace")
    reader = _Reader(body)
    try:
        reader.parser.Parse(body, True)  # noqa: FBT003 - expat names it in no other way
    except (expat.ExpatError, _Doubt):
        return None
    return Pieces(body, reader.spans, reader.names) if reader.spans else None


class _Doubt(Exception):  # noqa: N818 - no error: a reason to read the whole
    """The document is not as simple as this module needs it."""


class _Reader:
    """Notes where each item begins and ends, and what it calls itself."""

    def __init__(self, body: bytes) -> None:
        self.spans: list[tuple[int, int]] = []
        self.names: list[frozenset[str]] = []
        self._body = body
        self._path: list[str] = []
        self._where: list[str] | None = None  # the elements around every item
        self._begun: int | None = None
        self._found: set[str] = set()
        self._words: list[str] = []
        self.parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = _doubt

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local in _ITEMS:
            self._begin(name, attributes)
        elif self._where == self._path and local in _NAMES:
            self._found.update(_name(value) for key, value in attributes.items() if key == "href")
            self._words = []
            self.parser.CharacterDataHandler = self._words.append
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise _Doubt

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        where = [*self._path, name]
        if self._begun is not None or (self._where or where) != where:
            raise _Doubt
        self._where, self._begun = where, self.parser.CurrentByteIndex
        self._found = {_name(value) for key, value in attributes.items() if key.endswith("about")}

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._begun is None:
            return
        if self._where == self._path:
            self.parser.CharacterDataHandler = None
            self._found.add(_name("".join(self._words).strip()))
        if self._where and len(self._path) + 1 == len(self._where):
            self._finish()

    def _finish(self) -> None:
        assert self._begun is not None
        closing = self.parser.CurrentByteIndex
        end = _CLOSING.match(self._body, closing)
        if end is None:  # `<item/>`, of which expat does not tell the end
            raise _Doubt
        self.spans.append((self._begun, end.end()))
        if len(self.spans) > MOST:
            raise ParseError(f"a feed of more than {MOST} items came")
        self.names.append(frozenset(self._found - {""}))
        self._begun = None


def _unescaped(item: bytes) -> bytes:
    """The same item with its escaped texts as CDATA, where it has neither that nor comments."""
    return item if b"<!" in item else _ESCAPED.sub(_section, item)


def _section(escaped: re.Match[bytes]) -> bytes:
    text = escaped[0]
    for entity, letter in _ENTITIES:
        text = text.replace(entity, letter)
    odd = b"&#" in escaped[0] or b"]]>" in text
    return escaped[0] if odd else b"<![CDATA[" + text + b"]]>"


def _name(written: str) -> str:
    """A name as it is compared: an address without tracking, words without case and accents."""
    return (canonical(written) if "://" in written else None) or words(written) or written


def _doubt(*declaration: Any) -> None:
    raise _Doubt
