"""Fetched -> Document: the items of a source, read and cleaned; nothing is interpreted.

`decode` (with `charset`) makes text of bytes. `feed` reads RSS, Atom and RDF through feedparser;
`mend` makes them well-formed for `cut`, which spares it what was read before. `json_feed` reads
JSON Feed, `page` a news list in HTML (`script` the dates in its scripts), `listing` one in JSON;
`outline` finds the list by itself. `article` reads one item's own page, `links` finds the feed
behind a page, `instead` names what came in place of a feed.
"""

import datetime as dt

from bot.models import Document, Fetched, Source
from bot.parse import decode, feed, instead, json_feed, listing, page


def read(source: Source, fetched: Fetched, today: dt.date, known: bytes = b"") -> Document:
    """The items of what was fetched from a source, in its order; of a feed, those whose
    fingerprints are not among the `known`. Raises ParseError."""
    body = fetched.body or b""
    instead.check(body)
    text = decode.text(body, source.encoding, source.language)
    is_json = text[:1] in ("{", "[")
    match source.kind, is_json:
        case "page", True:
            return listing.read(source, text, fetched.url, today)
        case "page", False:
            return page.read(source, text, fetched.url, today)
        case _, True:
            return json_feed.read(source, text, fetched.url, today)
        case _:
            return feed.read(source, text, fetched.url, today, known)
