"""Choose the address of an item among its links, and mend it where it lacks its scheme."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from msgspec import Struct

from bot.parse.markup import without_cdata
from bot.text import one_line

URL_LIMIT = 2000
EDITION_LIMIT = 30
"""Languages of one entry; the European Union has 24."""

_SOUND_URL = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/(?:(?!&amp;|://)[\w./~%+,;=&?#!$'()*@:-])*)?",
    re.ASCII,
)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\s*[\r\n\t]+\s*")
_NO_LINKS = {"#", "-", "n/a", "none", "null", "undefined"}
# What was put together of two addresses: `https://host.examplehttps://host.example/path`.
_TWO_ADDRESSES = re.compile(r"https?://([\w.-]+?)(/?)(?=https?:/{1,2}([\w.-]*))", re.IGNORECASE)
# A scheme as it is also written: `https:/`, `http//`, `htp://`, `https:\\`, `http://https://`.
_SCHEME = re.compile(
    r"(?:(?:feed:)?(?:h{1,2}t{1,3}|t{2})p{1,2}(s?)\s*"
    r"(?:[:;]\s*[/\\]+\s*|[/\\]{2,}\s*|:(?=[\w-]+(?:\.[\w-]+)+/))|feed://)+",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}([a-z]{2,24})(?::\d{1,5})?(?=/)", re.IGNORECASE)
# Endings of programs and pages, which a path can follow: none of them is a top-level domain of a
# country with a ministry that is read.
_FILE_ENDINGS = set(
    "action asp aspx axd cfm cgi dll do exe htm html jsf jsp nsf php phtml py xml".split()
)
_UNSAFE = re.compile(r"[^\x21-\x7e]|[\"<>`]")
_MEDIA_FILE = re.compile(
    r"\.(?:avif|bmp|gif|ico|jpe?g|png|svg|webp|avi|m4[av]|mov|mp[34]|ogg|wav|webm)(?:[?#]|\Z)",
    re.IGNORECASE,
)
_PAGES = {"", "text/html", "application/xhtml+xml", "text/plain"}
_FEED_TYPES = re.compile(r"(?:atom|rss|rdf)\+xml|json|calendar")


class Link(Struct, frozen=True, kw_only=True):
    """A link of an entry, as Atom describes it (RFC 4287, section 4.2.7)."""

    href: str
    relation: str = "alternate"
    media_type: str = ""
    language: str | None = None
    is_bare: bool = False
    """The link of RSS: nothing but an address."""


def choose_address(base: str, links: Iterable[Link], language: str | None) -> str | None:
    """Return the absolute address of an entry: its own page, in its own language if there are
    several; else a document that is enclosed. A picture, a related page, or another's is none."""
    found = [(link, absolute_url(base, link.href)) for link in links if not _is_media(link)]
    pages = [(link, url) for link, url in found if url and _relation(link) == "alternate"]
    if pages:
        return min(pages, key=lambda page: _distance(page[0], language))[1]
    enclosed = (url for link, url in found if url and _relation(link) == "enclosure")
    return next((url for url in enclosed if not is_media_file(url)), None)


def find_editions(base: str, links: Iterable[Link]) -> tuple[str, ...]:
    """Return the absolute addresses of an entry's pages that say which language they are in."""
    pages = (link for link in links if link.language and _relation(link) == "alternate")
    found = (absolute_url(base, link.href) for link in pages)
    return tuple(dict.fromkeys(url for url in found if url))[:EDITION_LIMIT]


def find_english(base: str, links: Iterable[Link]) -> tuple[str, ...]:
    """Return the absolute addresses of an entry's pages that say they are in English."""
    return find_editions(base, (link for link in links if _primary(link.language) == "en"))


def _distance(link: Link, language: str | None) -> tuple[bool, bool, bool, bool, bool]:
    """Return how far a link is from a page of an entry in its language; the least is nearest."""
    is_foreign = bool(link.language) and _primary(link.language) != _primary(language)
    return (
        not link.is_bare,
        is_foreign,
        bool(_FEED_TYPES.search(link.media_type)),
        is_media_file(link.href),
        link.media_type not in _PAGES,
    )


def _primary(language: str | None) -> str:
    return (language or "").replace("_", "-").partition("-")[0].lower()


def _relation(link: Link) -> str:
    """Return the relation of a link by its name, which may be the end of a URI."""
    names = [name.rpartition("/")[2] for name in link.relation.lower().split()]
    return "alternate" if not names or "alternate" in names else names[0]


def _is_media(link: Link) -> bool:
    return link.media_type.startswith(("image/", "audio/", "video/"))


def is_media_file(address: str) -> bool:
    """Return whether an address names a picture, a film or a sound."""
    return bool(_MEDIA_FILE.search(address))


def absolute_url(base: str, link: Any) -> str | None:
    """Return an absolute http(s) URL, or None."""
    # `javascript:` and the like end here: every link of every source passes this function.
    if not link or len(str(link)) > URL_LIMIT:
        return None
    if _SOUND_URL.fullmatch(str(link)):  # as most are
        return str(link)
    try:
        address = mend_address(str(link))
        url = urljoin(base, address) if address else ""
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and len(url) <= URL_LIMIT
    return _encode(url, len(parts.scheme) + len("://") + len(parts.netloc)) if good else None


def is_address(name: str) -> bool:
    """Return whether a name, such as a guid, is an address by itself."""
    return bool(re.match(r"(?:https?://|www\.)[^\s/]+\.", name.strip(), re.IGNORECASE))


def mend_address(link: str) -> str:
    """Return an address with one scheme, slashes for backslashes, and no line break; `www.host` and
    `host/path` are made addresses, a mere `#` none."""
    link = without_cdata(link)
    if "<" in link and (anchor := _HREF.search(link)):
        link = anchor[1]
    link = one_line(_LINE_BREAK.sub("", link.strip(" \r\n\t<>\"'"))).replace("&amp;", "&")
    if link.lower() in _NO_LINKS:
        return ""
    if (two := _TWO_ADDRESSES.match(link)) and (not two[2] or two[1] == two[3]):
        link = link[two.end() :]
    path, mark, query = link.partition("?")
    link = path.replace("\\", "/") + mark + query
    if scheme := _SCHEME.match(link):
        secure = (scheme[1] or "").lower() if scheme[1] is not None else "s"
        return f"http{secure}://{link[scheme.end() :].lstrip('/')}"
    host = _HOST.match(link)
    if link.lower().startswith("www.") or (host and host[1].lower() not in _FILE_ENDINGS):
        return f"https://{link}"
    return link


def _encode(url: str, start: int) -> str:
    """Return a URL of which what follows the host is ASCII."""
    return url[:start] + _UNSAFE.sub(lambda letter: quote(letter[0]), url[start:])
