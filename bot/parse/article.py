"""Parse an item's own page, for its text and date, where the list says too little."""

import datetime as dt
import re
from itertools import islice
from urllib.parse import urlsplit

from msgspec.structs import replace

from bot import dates
from bot.models import Fetched, Item, PageText, Source
from bot.parse import decode, news_list
from bot.parse.dom import Element, parse_html, select
from bot.parse.item import TEXT_LIMIT
from bot.text import each_sentence, one_line, tidy

ENOUGH_SENTENCES = 2
"""Whole sentences from which a list's own text makes a summary."""

_SENTENCE_ENDS = (".", "!", "?", "”", ")")

# Where pages say when they were published: Open Graph, Dublin Core, schema.org, HTML.
_DATE_SELECTORS = (
    ("meta[property='article:published_time']", "content"),
    ("meta[name='dcterms.created'], meta[name='DC.date'], meta[name='date']", "content"),
    ("[itemprop='datePublished']", "content"),
    ("main time[datetime], article time[datetime]", "datetime"),
)
_LINKED_DATA = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


def lacks_text(source: Source, item: Item) -> bool:
    """Return whether an item lacks what its own page may tell."""
    # Only the source's own domain is fetched: a link to elsewhere may lead anywhere.
    if not item.url or not is_same_site(source, item.url):
        return False
    if item.published is None:
        return True
    whole = (said for said in each_sentence(item.text) if said.endswith(_SENTENCE_ENDS))
    return sum(1 for _ in islice(whole, ENOUGH_SENTENCES)) < ENOUGH_SENTENCES


def is_same_site(source: Source, url: str) -> bool:
    """Return whether a URL is of the source's host, or of one below it."""
    host, other = (
        (urlsplit(address).hostname or "").removeprefix("www.") for address in (source.url, url)
    )
    return bool(host) and (other == host or other.endswith(f".{host}"))


def parse_article(
    source: Source, fetched: Fetched, language: str | None, today: dt.date
) -> PageText:
    """Return the text of an item's own page. Raises ParseError when it is no page."""
    decode.reject_other_content(fetched.body or b"")
    text = decode.decode_text(fetched.body or b"", source.encoding, language)
    tree = parse_html(text)
    headings = select(tree, "main h1, article h1, h1")
    return PageText(
        title=one_line(headings[0].text_content()) if headings else "",
        text=_article_text(text),
        published=_published(source, tree, text, language, today),
    )


def complete_item(item: Item, page: PageText) -> Item:
    """Return an item with what its page adds."""
    text = page.text if len(page.text) > len(item.text) else item.text
    return replace(item, text=text, published=item.published or page.published)


def _article_text(text: str) -> str:
    """Return the text of an article; empty where the page asks for a browser."""
    from trafilatura import extract  # late: 200 ms that only a worker ever pays

    if decode.is_challenge(text):
        return ""
    text_of_article = extract(text, fast=True, favor_precision=True, include_comments=False,
                   include_tables=False)  # fmt: skip
    return tidy(text_of_article or "")[:TEXT_LIMIT]


def _published(
    source: Source, tree: Element, text: str, language: str | None, today: dt.date
) -> dt.date | None:
    if source.page.date_in == "article" and source.page.date:
        return news_list.select_date(tree, source.page, language, today)
    for selector, attribute in _DATE_SELECTORS:
        for place in select(tree, selector)[:1]:
            if found := dates.parse_date(place.get(attribute), language, today):
                return found
    linked = _LINKED_DATA.search(text)
    return dates.parse_date(linked[1], language, today) if linked else None
