"""Read the feeds that an OPML document lists (opml.org/spec2.opml)."""

from urllib.parse import urlsplit

from msgspec import Struct

from bot.errors import ParseError
from bot.parse import decode
from bot.parse.addresses import absolute_url
from bot.parse.dom import parse_xml
from bot.text import one_line, shorten

NAME_LIMIT = 100
LANGUAGE_LIMIT = 20


class ListedFeed(Struct, frozen=True):
    """A feed of a list."""

    url: str
    name: str = ""
    language: str | None = None


def read_opml(body: bytes) -> list[ListedFeed]:
    """Return the feeds of an OPML document in its order, each once. Raises ParseError."""
    root = parse_xml(decode.decode_document(body, None, None))
    if str(root.tag).lower() != "opml":
        raise ParseError(f"a list of feeds begins with <opml>, not with <{str(root.tag)[:40]}>")
    found: dict[str, ListedFeed] = {}
    for outline in root.iter("outline"):
        values = {name.lower(): value for name, value in outline.attrib.items()}
        url = absolute_url("", values.get("xmlurl"))
        if url and urlsplit(url).hostname:
            name = one_line(values.get("title") or values.get("text") or "")
            language = values.get("language", "")[:LANGUAGE_LIMIT] or None
            found.setdefault(url, ListedFeed(url, shorten(name, NAME_LIMIT), language))
    if not found:
        raise ParseError("no feed is listed in it (xmlUrl)")
    return list(found.values())
