"""Parse a fetched document into items; nothing is interpreted.

decode         bytes -> text: charset detection, and the description of what is no feed
feed           RSS, Atom and RDF; JSON Feed
xml_repair     XML that is not well-formed
new_items      the items of a feed that were not parsed before
news_list      a list of news in an HTML page, or in JSON
article        the page of one item
pdf            the same as a PDF
  pdf_text       the text of its pages, without what runs along all of them
language_links its editions in other languages
main_text      the heading and the text of an article, among all that a page has
discovery      the selectors of the list of news on a page
leads          where the news of a web site may stand: feeds, pages, a list
addresses      the address of an item among its links, mended
entries        what feedparser reads of a feed
item           an entry of any format -> Item
cleaning       items without what stands around them on a page: in their texts (boilerplate,
               word_lists), in their titles (titles, capitals, authorities)
opml           a list of feeds
dom            HTML as the text that a reader sees, and as a tree
markup         mending HTML before it is parsed
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from bot.errors import ParseError
from bot.models import PageText
from bot.models.sources import Document, Fetched, Source, SourceState
from bot.parse import article, decode, news_list, pdf
from bot.parse.cleaning import clean_document
from bot.parse.item import ParseContext
from bot.text import one_line

PROBLEM_LIMIT = 10
"""Problems of one document that are listed; the others are only counted."""


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


@_parser_failures()
def parse_document(
    source: Source, fetched: Fetched, today: dt.date, before: SourceState | None = None
) -> Document:
    """Return the items of a fetched document, in its order; of a feed, those that were not parsed
    `before`. Raises ParseError."""
    document = _parse(source, fetched, today, before or SourceState(id="", url=""))
    more = len(document.problems) - PROBLEM_LIMIT
    if more <= 0:
        return document
    return replace(document, problems=(*document.problems[:PROBLEM_LIMIT], f"and {more} more"))


@_parser_failures()
def parse_article_page(
    source: Source, fetched: Fetched, language: str | None, today: dt.date
) -> PageText:
    """Return the text of an item's own page, or of the PDF in its place. Raises ParseError when it
    is neither."""
    if pdf.is_pdf(fetched.body or b""):
        return pdf.parse_pdf(fetched.body or b"")
    return article.parse_article(source, fetched, language, today)


@_parser_failures()
def parse_pdf(source: Source, fetched: Fetched) -> Document:
    """Return a PDF as a document of one item. Raises ParseError."""
    return pdf.pdf_document(source, fetched)


def _parse(source: Source, fetched: Fetched, today: dt.date, before: SourceState) -> Document:
    from bot.parse import feed  # late: expat is for the workers, as feedparser and lxml are

    text = decode.decode_document(fetched.body, source.encoding, source.language)
    context = ParseContext(source, fetched.url, today, source.language)
    is_json = text[:1] in ("{", "[")
    match source.kind, is_json:
        case "page", True:
            document = news_list.parse_json_list(context, text)
        case "page", False:
            document = news_list.parse_html_list(context, text, before.page)
        case _, True:
            document = feed.parse_json_feed(context, text)
        case _:
            document = feed.parse_feed(context, text, before.pieces)
    return clean_document(document, source, text)
