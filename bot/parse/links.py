"""The feeds of a web site: those a page declares, and where they usually lie."""

import re
from urllib.parse import urljoin, urlsplit

from bot.errors import ParseError
from bot.parse.dom import select, tree_of
from bot.parse.item import web_address

TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|application/json|text/xml")
USUAL = ("/rss", "/feed/", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/?feed=rss2")
"""Where WordPress, Drupal, TYPO3 and the static generators put a feed that nothing points to."""


def declared(text: str, url: str) -> list[str]:
    """The addresses of the feeds that a page declares (HTML, `rel=alternate`) or links to."""
    try:
        tree = tree_of(text)
    except ParseError:
        return []
    alternates = [
        link.get("href")
        for link in select(tree, "link[rel~=alternate][href]")
        if TYPES.match((link.get("type") or "").lower())
    ]
    linked = [
        link.get("href")
        for link in select(tree, "a[href]")
        if re.search(r"\b(?:rss|atom|feed)\b", link.get("href"), re.IGNORECASE)
    ]
    found = [web_address(url, href) for href in [*alternates, *linked]]
    return list(dict.fromkeys(address for address in found if address))


def usual(url: str) -> list[str]:
    """Where a feed may lie: beside the page, and at the root of its host."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    beside = [urljoin(url.rstrip("/") + "/", name.lstrip("/")) for name in USUAL[:2]]
    return list(dict.fromkeys([*beside, *(root + name for name in USUAL)]))
