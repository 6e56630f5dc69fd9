"""Compute the keys of items: an item is known if one of its keys is.

GUIDs change with a CMS, links gain tracking parameters, dates are corrected; they seldom all
change at once. So an item has several keys, and a known item's new ones are learned.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.dates import written_day
from bot.dedupe.substance import substance
from bot.models import ItemKeys
from bot.models.sources import Item, ItemIdentity
from bot.text import normalise
from bot.urls import canonical_url, slug

LEAD = 300
"""Characters of the text that distinguish items of the same title."""
READ, BESIDE = 600, 200
"""Characters by which a change of a text is noticed, as much as a summary holds; and those that may
stand beside them without being of substance."""


_FIGURE = re.compile(r"\b[0-9]{1,9}\b")


class _Parts(NamedTuple):
    """The parts of an item that make its keys."""

    item: Item
    guid: str | None
    """Where it is a URL, its canonical form."""
    url: str | None
    day: str
    title: str
    lead: str

    @property
    def title_day(self) -> str:
        return f"title {self.title} day {self.day}"

    @property
    def title_lead(self) -> str:
        return f"title {self.title} text {self.lead}"

    @property
    def content(self) -> str:
        return f"{self.title_lead} day {self.day}"

    @property
    def words(self) -> str:
        """Return what it says, without what changes while that stays."""
        text = substance(self.item.text[: READ + BESIDE])[:READ]
        return f"title {substance(self.item.title)} text {text}"

    @property
    def slug(self) -> str | None:
        """Return the part of the URL that is made of the title, with the day, else with the
        title."""
        if (part := slug(self.item.url)) is None:
            return None
        return f"slug {part} {f'day {self.day}' if self.item.published else f'title {self.title}'}"

    @property
    def address(self) -> str:
        return f"{self.item.guid} {self.url}"

    def keys(self) -> Iterator[str]:
        """Return all keys, the strongest first."""
        if self.guid:
            yield f"guid {self.guid}"
        if self.url:
            yield f"url {self.url}"
        if self.item.published and (self.guid or self.url):  # else only its text identifies it
            yield self.title_day
        if not self.guid and (part := self.slug):
            yield part
        if not self.guid and not self.url:
            yield self.title_lead


def item_identities(items: Sequence[Item]) -> list[ItemIdentity]:
    """Return the identity of each item of one document.

    A GUID that comes with several URLs, a URL with several titles, or with several GUIDs and days,
    and words with several addresses, are no keys of the items that share them.
    """
    document = [_parts(item) for item in items]
    with_guid = [parts for parts in document if parts.item.guid]
    urls = _shared((parts.url, parts.title) for parts in document) | (
        _shared((parts.url, str(parts.item.guid)) for parts in with_guid)
        & _shared((parts.url, parts.day) for parts in with_guid)
    )
    guids = _shared((parts.guid, parts.url or parts.title) for parts in document)
    ambiguous = {
        *(f"url {url}" for url in urls),
        *(f"guid {guid}" for guid in guids | urls),
        *_ambiguous_words([parts for parts in document if parts.item.url]),
    }
    return [_identity(parts, ambiguous) for parts in document]


def _parts(item: Item) -> _Parts:
    return _Parts(
        item=item,
        guid=canonical_url(item.guid) if "://" in (item.guid or "") else item.guid,
        url=canonical_url(item.url),
        day=written_day(item.published).isoformat() if item.published else "unknown",
        title=normalise(item.title),
        lead=normalise(item.text[:LEAD]),
    )


def _ambiguous_words(document: Sequence[_Parts]) -> set[str]:
    """Return the keys of words that several items share: items of different GUIDs and URLs, or,
    without GUIDs, of different URLs and texts."""
    with_guid = [parts for parts in document if parts.item.guid]
    bare = [
        (name, parts)
        for parts in document
        if not parts.item.guid and parts.item.text
        for name in (parts.title_day, parts.slug)
    ]
    return (
        _shared((parts.title_day, parts.address) for parts in with_guid)
        | _shared((parts.content, parts.address) for parts in with_guid)
        | (
            _shared((name, parts.lead) for name, parts in bare)
            & _shared((name, parts.address) for name, parts in bare)
        )
        | _with_different_titles(document)
    )


def _shared(pairs: Iterable[tuple[str | None, str]]) -> set[str]:
    """Return the names that occur with several different values."""
    return {name for name, values in _values(pairs).items() if len(values) > 1}


def _with_different_titles(document: Iterable[_Parts]) -> set[str]:
    """Return the slugs whose titles are not all longer forms of the shortest."""
    # The same news may stand twice, with a short title and with a long one.
    titles = _values((parts.slug, parts.title) for parts in document)
    return {
        name
        for name, variants in titles.items()
        if not all(title.startswith(min(variants, key=len)) for title in variants)
    }


def _values(pairs: Iterable[tuple[str | None, str]]) -> dict[str, set[str]]:
    """Return the different values of each name."""
    values = defaultdict[str, set[str]](set)
    for name, value in pairs:
        if name:
            values[name].add(value)
    return values


def _identity(parts: _Parts, ambiguous: set[str]) -> ItemIdentity:
    def key(name: str) -> str:
        return content_hash(f"{parts.item.source} {name}".encode())

    every, words = list(parts.keys()), parts.words
    own = [name for name in every if name not in ambiguous] or [parts.content]
    return ItemIdentity(
        keys=tuple(map(key, own)),
        shared=tuple(ambiguous_key(key(name)) for name in every if name in ambiguous),
        title=key(f"title {substance(parts.item.title)}"),
        content=key(f"read {words} day {parts.day}"),
        words=key(f"read {words}"),
        frame=key(f"frame {_FIGURE.sub('', words)}"),
        figures=tuple(map(int, _FIGURE.findall(words))),
        addresses=tuple(key(name) for name in own if name.startswith(("guid ", "url "))),
        url_key=key(f"url {parts.url}") if parts.item.guid and parts.url else None,
        url_day_key=key(f"visit {parts.url} {parts.day}"),
    )


def lookup_keys(identity: ItemIdentity) -> ItemKeys:
    """Return the keys of an item to look up in the store."""
    return (*identity.all, *map(ambiguous_key, identity.keys))


def address_keys(source: str, url: str) -> ItemKeys:
    """Return the keys that an item of a source has whose URL, or GUID, is this one."""
    name = canonical_url(url)
    return tuple(content_hash(f"{source} {kind} {name}".encode()) for kind in ("url", "guid"))


def ambiguous_key(key: str) -> str:
    """Return the key that marks another key as shared by several items."""
    return content_hash(f"shared {key}".encode())


def content_hash(body: bytes) -> str:
    """Return the hash of a body (BLAKE2b, 128 bits, hexadecimal)."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()
