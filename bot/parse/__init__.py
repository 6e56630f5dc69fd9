"""Parse a fetched document into items; nothing is interpreted.

decode       bytes -> text: charset detection, and the description of what is no feed
feed         RSS, Atom and RDF, through feedparser
new_items    the items of a feed that were not parsed before
json_feed    JSON Feed
news_list    a list of news in an HTML page, or in JSON
find_list    detection of the selectors of such a list
article      the page of one item
discovery    the feeds of a web site, and the WebSub hub of a feed
item         an entry of any format -> Item
dom          HTML as a tree
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from bot.errors import ParseError
from bot.models import PageText
from bot.models.sources import Document, Fetched, Source, SourceState
from bot.parse import article, decode, discovery, feed, json_feed, news_list
from bot.text import one_line

PROBLEM_LIMIT = 10
"""Problems of one document that are listed; the others are only counted."""


def parse_document(
    source: Source, fetched: Fetched, today: dt.date, before: SourceState | None = None
) -> Document:
    """Return the items of a fetched document, in its order; of a feed, those that were not parsed
    `before`. Raises ParseError."""
    with _parser_failures():
        document = _parse(source, fetched, today, before or SourceState(id="", url=""))
    more = len(document.problems) - PROBLEM_LIMIT
    if more <= 0:
        return document
    return replace(document, problems=(*document.problems[:PROBLEM_LIMIT], f"and {more} more"))


def parse_article_page(
    source: Source, fetched: Fetched, language: str | None, today: dt.date
) -> PageText:
    """Return the text of an item's own page. Raises ParseError when it is no page."""
    with _parser_failures():
        return article.parse_article(source, fetched, language, today)


def _parse(source: Source, fetched: Fetched, today: dt.date, before: SourceState) -> Document:
    body = fetched.body or b""
    decode.reject_other_content(body)
    text = decode.decode_text(body, source.encoding, source.language)
    is_json = text[:1] in ("{", "[")
    match source.kind, is_json:
        case "page", True:
            return news_list.parse_json_list(source, text, fetched.url, today)
        case "page", False:
            return news_list.parse_html_list(source, text, fetched.url, today, before.page)
        case _, True:
            return json_feed.parse_json_feed(source, text, fetched.url, today)
        case _:
            found = feed.parse_feed(source, text, fetched.url, today, before.pieces)
            return replace(found, hub=discovery.find_hub(text, fetched.url))


@contextmanager
def _parser_failures() -> Iterator[None]:
    """Raise ParseError for any other error of a parser."""
    # feedparser and lxml raise errors of all kinds on broken documents: one costs its source alone.
    try:
        yield
    except ParseError:
        raise
    except Exception as error:  # noqa: BLE001
        reason = f"{type(error).__name__}: {one_line(str(error)[:200])}"
        raise ParseError(f"what came breaks the reader ({reason})") from None
