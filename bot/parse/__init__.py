"""Fetched -> Document: the items of a source, read and cleaned; nothing is interpreted.

`decode` (with `charset`) makes text of bytes. `feed` reads RSS, Atom and RDF through feedparser;
`mend` makes them well-formed for `cut`, which spares it what was read before. `json_feed` reads
JSON Feed, `page` a news list in HTML (`script` the dates in its scripts), `listing` one in JSON;
`outline` finds the list by itself. `article` reads one item's own page, `links` finds the feed
behind a page, `hub` who tells of its changes, `instead` names what came in place of a feed.
"""

import datetime as dt

from msgspec.structs import replace

from bot.errors import ParseError
from bot.models import Document, Fetched, PageText, Source, SourceState
from bot.parse import article, decode, discovery, feed, html_list, json_feed
from bot.text import one_line

PROBLEMS = 10
"""Problems of one document that are told; of more, only how many there are."""


def parse_document(
    source: Source, fetched: Fetched, today: dt.date, before: SourceState | None = None
) -> Document:
    """The items of what was fetched from a source, in its order; of a feed, those that were not
    read `before`. Raises ParseError."""
    try:
        document = _read(source, fetched, today, before or SourceState(id="", url=""))
    except ParseError:
        raise
    except Exception as error:  # noqa: BLE001 - the supervisor of one document
        raise ParseError(_broken(error)) from None
    more = len(document.problems) - PROBLEMS
    if more <= 0:
        return document
    return replace(document, problems=(*document.problems[:PROBLEMS], f"and {more} more"))


def article_of(source: Source, fetched: Fetched, language: str | None, today: dt.date) -> PageText:
    """How an item's own page reads. Raises ParseError when that is none."""
    try:
        return article.read(source, fetched, language, today)
    except ParseError:
        raise
    except Exception as error:  # noqa: BLE001 - the supervisor of one document
        raise ParseError(_broken(error)) from None


def _read(source: Source, fetched: Fetched, today: dt.date, before: SourceState) -> Document:
    body = fetched.body or b""
    decode.reject_other_content(body)
    text = decode.decode_text(body, source.encoding, source.language)
    is_json = text[:1] in ("{", "[")
    match source.kind, is_json:
        case "page", True:
            return html_list.parse_json_list(source, text, fetched.url, today)
        case "page", False:
            return html_list.parse_html_list(source, text, fetched.url, today, before.page)
        case _, True:
            return json_feed.parse_json_feed(source, text, fetched.url, today)
        case _:
            found = feed.parse_feed(source, text, fetched.url, today, before.pieces)
            return replace(found, hub=discovery.named(text, fetched.url))


def _broken(error: Exception) -> str:
    return f"what came breaks the reader ({type(error).__name__}: {one_line(str(error)[:200])})"
