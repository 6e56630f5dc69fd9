"""Find the feeds of a web site, and the WebSub hub of a feed."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from bot.errors import ParseError
from bot.models.sources import Hub
from bot.parse.dom import parse_html, select
from bot.parse.item import absolute_url

FEED_TYPES = re.compile(
    r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|application/json|text/xml"
)
COMMON_PATHS = ("/rss", "/feed/", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/?feed=rss2")
"""Where WordPress, Drupal, TYPO3 and the static generators put a feed that nothing points to."""


def declared_feed_urls(text: str, url: str) -> list[str]:
    """Return the URLs of the feeds that an HTML page declares (`rel=alternate`) or links to."""
    try:
        tree = parse_html(text)
    except ParseError:
        return []
    alternates = [
        link.get("href")
        for link in select(tree, "link[rel~=alternate][href]")
        if FEED_TYPES.match((link.get("type") or "").lower())
    ]
    linked = [
        link.get("href")
        for link in select(tree, "a[href]")
        if re.search(r"\b(?:rss|atom|feed)\b", link.get("href"), re.IGNORECASE)
    ]
    found = [absolute_url(url, href) for href in [*alternates, *linked]]
    return list(dict.fromkeys(address for address in found if address))


def common_feed_urls(url: str) -> list[str]:
    """Return the URLs where a feed may be: beside the page, and at the root of its host."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    beside = [urljoin(url.rstrip("/") + "/", name.lstrip("/")) for name in COMMON_PATHS[:2]]
    return list(dict.fromkeys([*beside, *(root + name for name in COMMON_PATHS)]))


_LINK = re.compile(r"<(?:\w+:)?link\b([^<>]{1,2000})>")
_FIELD = re.compile(r"""\b(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
HEAD = 20_000
"""Characters before the first item in which it is looked for."""


def find_hub(text: str, url: str) -> Hub | None:
    """Return the WebSub hub of an RSS or Atom feed that came from a URL."""
    first = _ITEM.search(text)
    head = text[: min(first.start() if first else len(text), HEAD)]
    found: dict[str, str] = {}
    for link in _LINK.finditer(head):
        attributes = {name: unescape(one or other) for name, one, other in _FIELD.findall(link[1])}
        for relation in attributes.get("rel", "").lower().split():
            found.setdefault(relation, attributes.get("href", ""))
    return hub_from_links(found.get("hub"), found.get("self"), url)


def hub_from_links(hub: str | None, topic: str | None, url: str) -> Hub | None:
    """Return a hub, with the URL under which it knows the feed: its own, where none is given."""
    if not hub:
        return None
    try:
        return Hub(url=urljoin(url, hub), topic=urljoin(url, topic or url))
    except ValueError:  # no address
        return None
