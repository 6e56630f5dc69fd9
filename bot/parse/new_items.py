"""Cut a feed into items, so that feedparser parses only the new ones.

Items that are byte for byte as in the last document are cut out first; expat then finds the other
items. A feed is parsed whole where it is not well-formed, where its items are of two kinds or
nested, and where a new item shares its id, link or title with a known one.
"""

# Why: feedparser needs 1 to 2 ms for an item, and most polls find a feed with one new item.

import hashlib
import re
import zlib
from collections.abc import Collection
from operator import attrgetter
from xml.parsers import expat
from xml.sax.saxutils import unescape

from msgspec import Struct

from bot.errors import ParseError
from bot.parse import xml_repair
from bot.text import normalise
from bot.urls import canonical_url

FINGERPRINT_SIZE = 16
"""Bytes of the hash of an item's text."""
NAME_SIZE = 4
"""Bytes of the hash of a name: a collision only has the whole feed parsed."""
MAX_NAMES = 20
"""Names of one item; with more, the feed is parsed whole."""
MAX_ITEMS = 20_000
"""Items of one feed; a longer one is refused."""
MAX_DEPTH = 200
"""Levels of nested elements."""
_NAMES_START = 1 + FINGERPRINT_SIZE
"""Offset of the first name in a mark."""
_ITEM_TAGS = {"item", "entry"}
_NAME_TAGS = {"guid", "id", "link", "title"}
_OPENING = re.compile(rb"<((?:[^\s<>/:]{1,50}:)?(?:item|entry))[\s>]")
_CLOSING = re.compile(rb"</(?:[^\s>:]{1,50}:)?(?:item|entry)\s*>")
_ESCAPED = re.compile(rb"(?<=>)[^<>&]*&[^<>]*(?=</)")


class CutItem(Struct, frozen=True):
    """One item: its position in the feed, and its mark (count of names, fingerprint, names)."""

    start: int
    end: int
    mark: bytes
    is_known: bool

    @property
    def names(self) -> list[bytes]:
        """Return the hashes of its id, links and title."""
        starts = range(_NAMES_START, len(self.mark), NAME_SIZE)
        return [self.mark[start : start + NAME_SIZE] for start in starts]


class CutFeed(Struct, frozen=True):
    """The items of a well-formed feed, in its order."""

    body: bytes
    items: list[CutItem]

    @property
    def marks(self) -> bytes:
        """Return the marks of all items, to recognise them in the next document."""
        return b"".join(item.mark for item in self.items)

    @property
    def new(self) -> list[int]:
        """Return the indexes of the items that are not known."""
        return [index for index, item in enumerate(self.items) if not item.is_known]

    @property
    def is_ambiguous(self) -> bool:
        """Return whether a new item has a name of a known one."""
        # Which of the two a name belongs to can only be told when both are parsed.
        new = {name for item in self.items if not item.is_known for name in item.names}
        known_marks = b"".join(item.mark[_NAMES_START:] for item in self.items if item.is_known)
        return any(name in known_marks for name in new)

    def only(self, indexes: Collection[int]) -> bytes:
        """Return the feed with only the items at these indexes."""
        selected, parts, position = set(indexes), [], 0
        for index, item in enumerate(self.items):
            parts.append(self.body[position : item.start])
            if index in selected:
                parts.append(_escapes_to_cdata(self.body[item.start : item.end]))
            position = item.end
        return b"".join((*parts, self.body[position:]))


def cut_items(text: str, known: bytes = b"") -> CutFeed:
    """Cut a feed into items, of which those with `known` marks need not be parsed; it has none
    where it must be parsed whole. Raises ParseError for too many items."""
    marks, body = split_marks(known), b""
    for repaired in xml_repair.repairs(text):
        body = repaired.encode("utf-8", "replace")
        try:
            cut = _cut(body, marks)
            return _cut(body, []) if cut.is_ambiguous else cut
        except expat.ExpatError:
            continue
        except _NotCuttable:
            break
    return CutFeed(body, [])


def split_marks(known: bytes) -> list[bytes]:
    """Split the marks of a document into those of its items."""
    marks, start = [], 0
    while start < len(known):
        end = start + _NAMES_START + NAME_SIZE * known[start]
        marks.append(known[start:end])
        start = end
    return marks


def _cut(body: bytes, known: Collection[bytes]) -> CutFeed:
    """Cut a feed into items. Raises ExpatError and _NotCuttable."""
    known_marks = {mark[1:_NAMES_START]: mark for mark in known}
    rest, known_items = _without_known(body, known_marks)
    new_items = _ItemParser(rest, known_marks).parse()
    if not new_items and not known_items:
        raise _NotCuttable
    return CutFeed(rest, sorted((*known_items, *new_items), key=attrgetter("start", "end")))


def _without_known(body: bytes, known_marks: dict[bytes, bytes]) -> tuple[bytes, list[CutItem]]:
    """Return a feed without its unchanged items, and those items with their positions."""
    # What looks like a known item by its tags is one: it was well-formed when it was parsed.
    first = _OPENING.search(body) if known_marks else None
    if first is None:
        return body, []
    opening, closing = b"<" + first[1], b"</" + first[1]
    known_items, parts, copied, length = list[CutItem](), [], 0, 0
    start = first.start()
    while start >= 0 and (end := body.find(b">", body.find(closing, start)) + 1) > start:
        if mark := known_marks.get(_fingerprint(body[start:end])):
            parts.append(body[copied:start])
            length, copied = length + start - copied, end
            known_items.append(CutItem(length, length, mark, is_known=True))
        start = body.find(opening, end)
    return b"".join((*parts, body[copied:])), known_items


def _fingerprint(item: bytes) -> bytes:
    return hashlib.sha1(item, usedforsecurity=False).digest()[:FINGERPRINT_SIZE]


class _NotCuttable(Exception):  # noqa: N818 - no error: a reason to parse all
    """The feed cannot be cut into items safely."""


class _ItemParser:
    """Collects the items of a feed with their names."""

    def __init__(self, body: bytes, known: Collection[bytes]) -> None:
        self._body, self._known = body, known
        self._items: list[CutItem] = []
        self._path: list[str] = []
        self._item_path: list[str] | None = None  # the elements around every item
        self._item_start: int | None = None
        self._names: set[str] = set()
        self._text_parts: list[str] = []
        self._parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = _reject_entity

    def parse(self) -> list[CutItem]:
        """Return the items. Raises ExpatError and _NotCuttable."""
        self._parser.Parse(self._body, True)  # noqa: FBT003 - expat names it in no other way
        return self._items

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local in _ITEM_TAGS:
            path = [*self._path, name]
            if self._item_start is not None or (self._item_path or path) != path:
                raise _NotCuttable
            self._item_path, self._item_start = path, self._parser.CurrentByteIndex
            self._names = {value for key, value in attributes.items() if key.endswith("about")}
        elif self._item_path == self._path and local in _NAME_TAGS:
            self._names.add(attributes.get("href", ""))
            self._text_parts = []
            self._parser.CharacterDataHandler = self._text_parts.append
        self._path.append(name)
        if len(self._path) > MAX_DEPTH:
            raise _NotCuttable

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._item_start is None or self._item_path is None:
            return
        if self._item_path == self._path:
            self._parser.CharacterDataHandler = None
            self._names.add("".join(self._text_parts).strip())
        elif len(self._path) + 1 == len(self._item_path):
            self._items.append(self._item(self._item_start))
            self._item_start = None
            if len(self._items) > MAX_ITEMS:
                raise ParseError(f"a feed of more than {MAX_ITEMS} items came")

    def _item(self, start: int) -> CutItem:
        closing = _CLOSING.match(self._body, self._parser.CurrentByteIndex)
        names = {_normal_name(name) for name in self._names} - {""}
        # `<item/>` has no closing tag, and expat does not tell where it ends
        if closing is None or len(names) > MAX_NAMES:
            raise _NotCuttable
        fingerprint = _fingerprint(self._body[start : closing.end()])
        mark = b"".join((bytes((len(names),)), fingerprint, *sorted(map(_name_hash, names))))
        return CutItem(start, closing.end(), mark, is_known=fingerprint in self._known)


def _escapes_to_cdata(item: bytes) -> bytes:
    """Return an item with its escaped texts as CDATA, where it has neither CDATA nor comments."""
    # feedparser handles a CDATA section in one step, but each `&lt;` of a text in its own.
    return item if b"<!" in item or b"&" not in item else _ESCAPED.sub(_cdata_section, item)


def _cdata_section(escaped: re.Match[bytes]) -> bytes:
    text = unescape(escaped[0].decode(), {"&quot;": '"', "&apos;": "'"})
    odd = b"&#" in escaped[0] or "]]>" in text
    return escaped[0] if odd else f"<![CDATA[{text}]]>".encode()


def _reject_entity(*_: object) -> None:
    raise _NotCuttable


def _name_hash(name: str) -> bytes:
    return zlib.crc32(name.encode("utf-8", "replace")).to_bytes(NAME_SIZE, "big")


def _normal_name(written: str) -> str:
    """Return a name as it is compared: a canonical URL, or text without case and accents."""
    return (canonical_url(written) if "://" in written else None) or normalise(written) or written
