"""Find on a page where the news of its site may stand: the feeds that it declares or links to, the
pages that its links lead to, and the list of news on itself."""

import datetime as dt
import re
from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct

from bot.data_files import read_data
from bot.errors import ParseError
from bot.models.sources import Fetched, PageSelectors
from bot.parse import decode
from bot.parse.addresses import absolute_url
from bot.parse.discovery import find_selectors
from bot.parse.dom import Element, parse_html, readable_text, select, select_first
from bot.text import normalise, one_line, shorten
from bot.text.phrases import Phrases
from bot.urls import registered_domain

FEED_TYPES = re.compile(
    r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|application/json|text/xml"
)
FEED_WORDS = re.compile(r"\b(?:rss|atom|feed)\b", re.IGNORECASE)
_REFRESH = re.compile(r"\burl\s*=\s*[\"']?([^\"'\s]+)", re.IGNORECASE)
COMMON_PATHS = ("/rss", "/feed/", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/?feed=rss2")
"""Where WordPress, Drupal, TYPO3 and the static generators put a feed that nothing points to."""
TEXT_LIMIT = 3000
"""Characters of the text of a page by which it is told what the page is."""
NAME_LIMIT = 200
SHORT = 1000
"""Characters of the text of a page that says little."""
SITES = 2
"""Other sites that such a page may lead to."""
LEADS_LIMIT = 60
"""Links of a kind that are kept of one page."""


class Lead(Struct, frozen=True):
    """An address that news may stand at, and what the link to it says."""

    url: str
    name: str = ""


class Leads(Struct, frozen=True, kw_only=True):
    """What leads from a page to the news of its site."""

    url: str
    """Of the page itself."""
    title: str = ""
    heading: str = ""
    text: str = ""
    """The beginning of what a reader sees."""
    is_challenge: bool = False
    """Whether it asks for a browser or a human."""
    feeds: tuple[Lead, ...] = ()
    """Those that are declared (`rel=alternate`) come before those that are linked."""
    pages: tuple[Lead, ...] = ()
    """Where it leads by itself, and those that are called news."""
    elsewhere: tuple[Lead, ...] = ()
    """Other sites, where it says little but that: a site that was given up names the new one."""
    list_: PageSelectors | None = None


class _Words(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/channel_words.toml`."""

    news: tuple[str, ...]
    others: tuple[str, ...]


def read_leads(fetched: Fetched, language: str | None, today: dt.date) -> Leads | None:
    """Return what leads from a page to news; None where what came is no page."""
    text = decode.decode_text(fetched.body or b"")
    try:
        tree = parse_html(text) if text.startswith("<") else None
    except ParseError:
        tree = None
    if tree is None:
        return None
    base = select_first(tree, "base[href]")
    url = (absolute_url(fetched.url, base.get("href")) if base is not None else None) or fetched.url
    heading, body = select_first(tree, "h1"), select_first(tree, "body")
    seen = "" if body is None else one_line(readable_text(body))[:TEXT_LIMIT]
    return Leads(
        url=fetched.url,
        title=shorten(one_line(tree.findtext(".//title") or ""), NAME_LIMIT),
        heading="" if heading is None else shorten(one_line(readable_text(heading)), NAME_LIMIT),
        text=seen,
        is_challenge=decode.is_challenge(text),
        feeds=_leads(url, _feed_links(tree)),
        pages=(*_refresh(url, tree), *_leads(url, _news_links(tree))),
        elsewhere=_elsewhere(url, tree) if len(seen) < SHORT else (),
        list_=find_selectors(tree, language, today),
    )


def common_feed_urls(url: str) -> list[str]:
    """Return the URLs where a feed may be: beside the page, and at the root of its host."""
    beside = [urljoin(url.rstrip("/") + "/", name.lstrip("/")) for name in COMMON_PATHS[:2]]
    return list(dict.fromkeys([*beside, *(urljoin(url, name) for name in COMMON_PATHS)]))


def names_news(text: str) -> bool:
    """Return whether the words of a link, or of an address, say that news stand behind it."""
    return _has(_channel_words()[0], text)


def names_something_else(text: str) -> bool:
    """Return whether they say that it is of comments, jobs, events, pictures, tenders."""
    return _has(_channel_words()[1], text)


def _has(phrases: Phrases, text: str) -> bool:
    words = normalise(re.sub(r"[/_.?=&+-]+", " ", unquote(text))).split()
    return any(phrases.length_at(words, at) for at in range(len(words)))


@lru_cache(maxsize=1)
def _channel_words() -> tuple[Phrases, Phrases]:
    words = read_data("channel_words", _Words)
    return Phrases(words.news), Phrases(words.others)


def _leads(base: str, links: list[Element]) -> tuple[Lead, ...]:
    found: dict[str, Lead] = {}
    for link in links:
        if url := absolute_url(base, link.get("href")):
            name = link.get("title") or one_line(link.text_content()) or ""
            found.setdefault(url, Lead(url, shorten(one_line(name), NAME_LIMIT)))
    return tuple(found.values())[:LEADS_LIMIT]


def _feed_links(tree: Element) -> list[Element]:
    alternates, links = select(tree, "link[rel~=alternate][href]"), select(tree, "a[href]")
    return [
        *(link for link in alternates if FEED_TYPES.match((link.get("type") or "").lower())),
        *(link for link in links if FEED_WORDS.search(link.get("href"))),
        *(link for link in links if FEED_WORDS.search(link.text_content()[:NAME_LIMIT])),
    ]


def _refresh(base: str, tree: Element) -> list[Lead]:
    """Return where a page leads by itself (`<meta http-equiv="refresh">`)."""
    found = []
    for meta in select(tree, "meta[http-equiv][content]"):
        target = _REFRESH.search(meta.get("content"))
        if meta.get("http-equiv").lower() == "refresh" and target:
            found.append(absolute_url(base, target[1]))
    return [Lead(url) for url in found if url]


def _elsewhere(base: str, tree: Element) -> tuple[Lead, ...]:
    """Return the links of a page to other sites, where they are few."""
    leads = [
        lead
        for lead in _leads(base, select(tree, "a[href]"))
        if registered_domain(lead.url) != registered_domain(base)
    ]
    is_few = len({registered_domain(lead.url) for lead in leads}) <= SITES
    return tuple(leads) if is_few else ()


def _news_links(tree: Element) -> list[Element]:
    """Return the links that are called news, by their words before those by their addresses."""
    links = [link for link in select(tree, "a[href]") if not FEED_WORDS.search(link.get("href"))]
    by_words = [link for link in links if names_news(link.text_content()[:NAME_LIMIT])]
    by_address = [link for link in links if names_news(_path(link.get("href")))]
    return list(dict.fromkeys([*by_words, *by_address]))


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:  # no address
        return ""
