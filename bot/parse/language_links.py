"""Find the links of a page to its editions in other languages."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from bot.data_files import read_data
from bot.parse.addresses import EDITION_LIMIT, absolute_url, is_media_file
from bot.parse.dom import Element, select
from bot.parse.leads import FEED_TYPES
from bot.text import normalise, one_line
from bot.urls import canonical_url, english_twin, is_home, site

LABEL = 40
"""Characters of the longest name of a language."""
CANDIDATES = 3
"""Addresses that a page may name as its English edition."""

_LINKS = "a[href], area[href], option[value]"
_DOCUMENT = re.compile(r"\.(?:docx?|od[tsp]|pdf|pptx?|rtf|xlsx?|zip)(?:[?#]|\Z)", re.IGNORECASE)
_CLASS = re.compile(r"(?<!\S)(?:lang|language|locale|flag-icon|flag|fi)[-_]([\w-]+)")
_FLAG = re.compile(r"(?:flag|lang)[^?#]*/([\w-]{2,10})\.(?:svg|png|gif|webp)\b", re.IGNORECASE)
_ENGLISH_PATH = re.compile(r"/(?:en|eng|english)(?:[-_][a-z]{2})?(?=[/.?]|\Z)", re.IGNORECASE)


class LanguageLink(NamedTuple):
    """A link to a page in some language; `x-default` names none."""

    language: str
    url: str


class LanguageLinks(NamedTuple):
    """The links of a page to its editions."""

    editions: tuple[str, ...]
    """Pages in other languages, of which the page says so."""
    english: tuple[str, ...]
    """Addresses that its English edition may have, the likeliest first."""
    english_feed: str | None


def language_links(url: str, tree: Element) -> LanguageLinks:
    """Return the links from the page of a URL to its editions in other languages: those that its
    head declares (`hreflang`), those that a reader follows to switch the language, and the address
    that differs from its own in the language alone."""
    own = canonical_url(urldefrag(url).url)
    declared = [link for link in _declared(url, tree) if canonical_url(link.url) != own]
    switches = [link for link in _switches(url, tree) if canonical_url(link.url) != own]
    named = [*declared, *(link for link in switches if not is_home(link.url))]
    english = [link.url for link in named if link.language == "en"]
    if not english:
        defaults = (link.url for link in declared if link.language == "x-default")
        english = [each for each in (*defaults, _twin(url, declared, switches)) if each]
    return LanguageLinks(
        editions=tuple(dict.fromkeys(link.url for link in named))[:EDITION_LIMIT],
        english=tuple(each for each in dict.fromkeys(english) if not is_home(each))[:CANDIDATES],
        english_feed=_english_feed(url, tree),
    )


def _declared(url: str, tree: Element) -> Iterator[LanguageLink]:
    for link in select(tree, "link[rel~='alternate'][hreflang][href]"):
        is_feed = FEED_TYPES.match((link.get("type") or "").lower())
        if not is_feed and (address := _address(url, link.get("href"))):
            yield LanguageLink(_primary(link.get("hreflang")), address)


def _switches(url: str, tree: Element) -> Iterator[LanguageLink]:
    """Yield the links within the site that name a language, by its code, in words or as a flag."""
    own_site = site(url)
    for element in select(tree, _LINKS):
        language = _language_of(element)
        address = _address(url, element.get("href") or element.get("value"))
        if not (language and address) or _DOCUMENT.search(address) or is_media_file(address):
            continue
        if site(address) == own_site:
            yield LanguageLink(language, address)


def _language_of(element: Element) -> str | None:
    """Return the language that a link names."""
    if code := element.get("hreflang") or element.get("lang"):
        return _primary(code)
    for label in _labels(element):
        name = one_line(label or "")
        if 0 < len(name) <= LABEL and (language := _names().get(normalise(name))):
            return language
    return None


def _labels(element: Element) -> Iterator[str | None]:
    """Yield what a link is called: its words, its title, what its picture is and how its class or
    file is named (`lang-en`, `flags/gb.svg`)."""
    yield from (element.text_content(), element.get("title"), element.get("aria-label"))
    for part in (element, *select(element, "img, svg, i, span")):
        yield from (part.get("alt"), part.get("title"))
        yield from _CLASS.findall(part.get("class") or "")
        yield from _FLAG.findall(part.get("src") or "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Return the languages by what links to them are called."""
    languages = read_data("language_names", dict[str, tuple[str, ...]])
    return {normalise(name): code for code, names in languages.items() for name in names}


def _primary(tag: str) -> str:
    tag = tag.strip().lower()
    if tag == "x-default":
        return tag
    code = re.split(r"[-_]", tag)[0]
    return "en" if code == "eng" else code


def _twin(url: str, declared: list[LanguageLink], switches: list[LanguageLink]) -> str | None:
    """Return the address of the English edition where it can be told from the page's own; None for
    a page that names its editions, none of them in English."""
    if {link.language for link in declared} - {"x-default"}:
        return None
    if twin := english_twin(url):
        return twin
    for link in switches:
        path = _ENGLISH_PATH.search(urlsplit(link.url).path)
        if link.language == "en" and is_home(link.url) and path:
            own = urlsplit(url)
            return urljoin(link.url, f"{path[0]}{own.path}{own.query and '?'}{own.query}")
    return None


def _english_feed(url: str, tree: Element) -> str | None:
    """Return the feed of the site that the page declares to be in English."""
    for link in select(tree, "link[rel~='alternate'][href]"):
        address = absolute_url(url, link.get("href"))
        if address and FEED_TYPES.match((link.get("type") or "").lower()):
            words = f" {normalise(link.get('title') or '')} "
            is_declared = _primary(link.get("hreflang") or "") == "en"
            if is_declared or " english " in words or _ENGLISH_PATH.search(urlsplit(address).path):
                return address
    return None


def _address(url: str, link: str | None) -> str | None:
    """Return the address that a link on the page of a URL leads to, without a place within it."""
    address = absolute_url(url, link)
    return address and urldefrag(address).url
