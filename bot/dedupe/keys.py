"""Compute the keys of items: an item is known if one of its keys is.

GUIDs change with a CMS, links gain tracking parameters, dates are corrected; they seldom all
change at once. So an item has several keys, and a known item's new ones are learned.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Literal, TypeVar

from msgspec import Struct

from bot.dates import local_day
from bot.models import ItemKeys
from bot.models.sources import Item
from bot.text import normalise
from bot.urls import canonical_url, slug

LEAD = 300
"""Characters of the text that distinguish items of the same title."""


class ItemIdentity(Struct, frozen=True):
    """The keys of an item: hashes of 128 bits, of its source alone."""

    keys: ItemKeys
    """The strongest first. An item is known if one of them is."""
    shared: ItemKeys
    """Keys that several items of the document have: they identify none of them, now or later."""
    title: str
    """Its title alone, by which it is known only when a whole feed is suddenly new."""
    content: str
    """Its title, text and day. An item has changed if this is new and a key is known."""
    url_key: str | None
    """Its URL alone, where it has a GUID as well: a page may be used again for other news."""
    url_day_key: str
    """Its URL with its day."""

    @property
    def all(self) -> ItemKeys:
        """Return the keys to store."""
        return (
            *self.keys,
            *map(_shared_mark, self.shared),
            self.title,
            self.content,
            self.url_day_key,
        )

    @property
    def lookup_keys(self) -> ItemKeys:
        """Return the keys to look up in the store."""
        return (*self.all, *map(_shared_mark, self.keys))


Status = Literal["new", "known", "changed", "held"]
"""`changed`: known, with another title, text or day; `held`: new, but nobody is notified of it."""


class ClassifiedItem(Struct, kw_only=True):
    """An item of a document, its identity, and its status."""

    item: Item
    identity: ItemIdentity
    status: Status = "known"
    is_known_by_title: bool = False
    """Known by its title alone: its other keys are new."""


Record = TypeVar("Record", bound=ClassifiedItem)


def item_identities(items: Sequence[Item]) -> list[ItemIdentity]:
    """Return the identity of each item of one document.

    A GUID that comes with several URLs, a URL with several titles, or with several GUIDs and days,
    and words with several addresses, are no keys of the items that share them.
    """
    urls = _shared((canonical_url(item.url), normalise(item.title)) for item in items)
    urls |= _reused(items)
    guids = _shared((item.guid, canonical_url(item.url) or normalise(item.title)) for item in items)
    guids |= {item.guid for item in items if item.guid and canonical_url(item.guid) in urls}
    ambiguous = _ambiguous(items)
    return [_identity(item, guids, urls, ambiguous) for item in items]


def classify(records: Iterable[ClassifiedItem], known: Collection[str]) -> None:
    """Set the status of each item of a document to `new`, `changed` or `known`."""
    before = frozenset(known)
    seen = set(before)
    for record in records:
        identity = record.identity
        keys = [key for key in identity.keys if _shared_mark(key) not in before]
        keys = keys or [identity.content]
        if seen.isdisjoint(keys) or _is_reused(identity, keys, before):
            record.status = "new"
        elif identity.content not in seen and not before.isdisjoint(keys):
            record.status = "changed"
        seen.update(keys, (identity.content,))  # an item listed twice is new once


def oldest_first(records: Sequence[Record]) -> list[Record]:
    """Sort the items of a document by calendar day; those without a date come last."""
    # Sources list the newest first: reversed, items of one day are in their order, too.
    ordered = list(reversed(records))
    ordered.sort(key=lambda record: age_key(record.item))
    return ordered


def _is_reused(identity: ItemIdentity, keys: list[str], known: frozenset[str]) -> bool:
    """Return whether only the URL of an item is known, with another GUID, title and day: the page
    of a weekly report, say."""
    matches = known.intersection(keys)
    return (
        matches == {identity.url_key}
        and identity.title not in known
        and identity.url_day_key not in known
    )


def content_hash(body: bytes) -> str:
    """Return the hash of a body (BLAKE2b, 128 bits, hexadecimal)."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _shared_mark(key: str) -> str:
    """Return the key that marks another key as shared by several items."""
    return content_hash(f"shared {key}".encode())


def _shared(pairs: Iterable[tuple[str | None, str]]) -> set[str]:
    """Return the names that occur with several different values."""
    distinct = {(name, named) for name, named in pairs if name}
    return {name for name, times in Counter(name for name, _ in distinct).items() if times > 1}


def _reused(items: Sequence[Item]) -> set[str]:
    """Return the URLs that come with several GUIDs and several days."""
    guids, days = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for item in items:
        if (url := canonical_url(item.url)) and item.guid:
            guids[url].add(item.guid)
            days[url].add(_day(item))
    return {url for url in guids if len(guids[url]) > 1 and len(days[url]) > 1}


def _ambiguous(items: Sequence[Item]) -> set[str]:
    """Return the keys of words that several items share: items of different GUIDs and URLs, or,
    without GUIDs, of different URLs and texts."""
    placed = [item for item in items if item.url]
    both = [item for item in placed if item.guid]
    bare = [
        (name, item)
        for item in placed
        if not item.guid and item.text
        for name in (_title_and_day(item), _slug(item))
        if name
    ]
    return (
        _shared((_title_and_day(item), _guid_and_url(item)) for item in both)
        | _shared((_content(item), _guid_and_url(item)) for item in both)
        | (
            _shared((name, normalise(item.text[:LEAD])) for name, item in bare)
            & _shared((name, _guid_and_url(item)) for name, item in bare)
        )
        | _with_different_titles(
            (name, normalise(item.title)) for item in placed if (name := _slug(item))
        )
    )


def _with_different_titles(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Return the names whose titles are not all longer forms of the shortest."""
    # The same news may stand twice, with a short title and with a long one.
    titles = defaultdict[str, set[str]](set)
    for name, title in pairs:
        titles[name].add(title)
    return {
        name
        for name, variants in titles.items()
        if not all(title.startswith(min(variants, key=len)) for title in variants)
    }


def _identity(item: Item, guids: set[str], urls: set[str], ambiguous: set[str]) -> ItemIdentity:
    content, url = _content(item), canonical_url(item.url)
    every = list(_keys(item))
    shared = [
        name
        for name in every
        if name in ambiguous
        or (name == f"guid {_guid(item)}" and item.guid in guids)
        or (name == f"url {url}" and url in urls)
    ]
    own = [name for name in every if name not in shared] or [content]
    return ItemIdentity(
        keys=tuple(_key(item, name) for name in own),
        shared=tuple(_key(item, name) for name in shared),
        title=_key(item, f"title {normalise(item.title)}"),
        content=_key(item, content),
        url_key=_key(item, f"url {url}") if item.guid and url else None,
        url_day_key=_key(item, f"visit {url} {_day(item)}"),
    )


def _keys(item: Item) -> Iterator[str]:
    url, guid = canonical_url(item.url), _guid(item)
    if guid:
        yield f"guid {guid}"
    if url:
        yield f"url {url}"
    if item.published and (guid or url):  # else only its text tells it from another
        yield _title_and_day(item)
    if not guid and (name := _slug(item)):
        yield name
    if not guid and not url:
        yield _title_and_text(item)


def _title_and_text(item: Item) -> str:
    """Return the key of an item without GUID and URL."""
    return f"title {normalise(item.title)} text {normalise(item.text[:LEAD])}"


def _guid(item: Item) -> str | None:
    return canonical_url(item.guid) if "://" in (item.guid or "") else item.guid


def _key(item: Item, name: str) -> str:
    return content_hash(f"{item.source} {name}".encode())


def _title_and_day(item: Item) -> str:
    return f"title {normalise(item.title)} day {_day(item)}"


def _content(item: Item) -> str:
    return f"title {normalise(item.title)} text {normalise(item.text[:LEAD])} day {_day(item)}"


def _slug(item: Item) -> str | None:
    """Return the part of an item's URL that is made of its title, with its day, else with its
    title."""
    if (part := slug(item.url)) is None:
        return None
    return (
        f"slug {part} {f'day {_day(item)}' if item.published else f'title {normalise(item.title)}'}"
    )


def _day(item: Item) -> str:
    return local_day(item.published).isoformat() if item.published else "unknown"


def _guid_and_url(item: Item) -> str:
    return f"{item.guid} {canonical_url(item.url)}"


def age_key(item: Item) -> str:
    """Return a sort key by calendar day; an item without a date counts as the newest."""
    return _day(item) if item.published else "9999"
