"""Item -> names. One of its keys known is enough for the item to be known.

GUIDs change with a CMS, links gain tracking parameters, dates are corrected; they seldom all
change at once. So an item has several keys, and a known item's new ones are learned.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from bot.dates import local_day
from bot.dedupe.address import canonical, slug
from bot.models import Item, Keys
from bot.text import words

LEAD = 300
"""Characters of an item's text that tell it from another of the same title."""
TELLING = 40
"""Characters of text from which an item without an address is known by it, whatever its date."""


class Names(Struct, frozen=True):
    """What an item is known by: 128 bits each, and of its source alone."""

    keys: Keys
    """The strongest first. One of them known, and the item is."""
    title: str
    """Its title alone, by which it is known only when a whole feed is suddenly new."""
    content: str
    """Its title, text and day: where this is new and a key is known, the item has changed."""

    @property
    def all(self) -> Keys:
        """All of them, to be remembered."""
        return (*self.keys, self.title, self.content)


class Sorted(Struct, frozen=True):
    """The places of the items of a document that are to be looked at."""

    news: list[int]
    """Oldest first."""
    changed: list[int]
    """Known before, with another title, text or day."""


def names(items: Sequence[Item]) -> list[Names]:
    """The names of each item of one document.

    A GUID that goes with different addresses, an address that goes with different titles, and
    words that go with different GUIDs and addresses, name none of the items that share them.
    """
    guids = _shared((item.guid, canonical(item.url) or words(item.title)) for item in items)
    urls = _shared((canonical(item.url), words(item.title)) for item in items)
    both = [item for item in items if item.guid and item.url]
    telling = _shared((_headline(item), _place(item)) for item in both)
    telling |= _shared((_words(item), _place(item)) for item in both)
    return [_names(item, guids, urls, telling) for item in items]


def sort(items: Sequence[Item], named: Sequence[Names], known: Collection[str]) -> Sorted:
    """Which items are news and which have changed; one that stands twice counts once."""
    before = frozenset(known)
    seen, news, changed = set(before), [], []
    for place, name in enumerate(named):
        if seen.isdisjoint(name.keys):
            news.append(place)
        elif name.content not in seen and not before.isdisjoint(name.keys):
            changed.append(place)
        seen.update(name.keys, (name.content,))
    news.reverse()  # sources list the newest first
    return Sorted(sorted(news, key=lambda place: age(items[place])), changed)


def digest(body: bytes) -> str:
    """The fingerprint of a body, to know it when it comes again."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _shared(pairs: Iterable[tuple[str | None, str]]) -> set[str]:
    """The names that go with more than one of what they should name."""
    distinct = {(name, named) for name, named in pairs if name}
    return {name for name, times in Counter(name for name, _ in distinct).items() if times > 1}


def _names(item: Item, guids: set[str], urls: set[str], telling: set[str]) -> Names:
    content = _words(item)
    keys = [name for name in _keys(item, guids, urls) if name not in telling]
    return Names(
        keys=tuple(_key(item, name) for name in keys or [content]),
        title=_key(item, f"title {words(item.title)}"),
        content=_key(item, content),
    )


def _keys(item: Item, shared_guids: set[str], shared_urls: set[str]) -> Iterator[str]:
    url = canonical(item.url)
    guid = canonical(item.guid) if "://" in (item.guid or "") else item.guid
    has_name = False
    if guid and item.guid not in shared_guids:
        has_name = True
        yield f"guid {guid}"
    if url and url not in shared_urls:
        has_name = True
        yield f"url {url}"
    if item.published and (item.guid or url):  # else only its text tells it from another
        has_name = True
        yield _headline(item)
        if name := slug(url):
            yield f"slug {name} day {_day(item)}"
    if not has_name or (not url and len(item.text) >= TELLING):
        yield f"title {words(item.title)} text {words(item.text[:LEAD])}"


def _key(item: Item, name: str) -> str:
    return digest(f"{item.source} {name}".encode())


def _headline(item: Item) -> str:
    return f"title {words(item.title)} day {_day(item)}"


def _words(item: Item) -> str:
    return f"title {words(item.title)} text {words(item.text[:LEAD])} day {_day(item)}"


def _day(item: Item) -> str:
    return local_day(item.published).isoformat() if item.published else "unknown"


def _place(item: Item) -> str:
    return f"{item.guid} {canonical(item.url)}"


def age(item: Item) -> str:
    """Sorts by calendar day; an item without a date is as new as can be."""
    return _day(item) if item.published else "9999"
