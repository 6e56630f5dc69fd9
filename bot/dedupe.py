"""Item -> names: what it is known by. One key known is enough for the item to be known.

GUIDs change with a CMS, links gain tracking parameters, dates are corrected; they seldom all
change at once. So an item has several keys, and a known item's new ones are learned.
"""

import datetime as dt
import hashlib
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from msgspec import Struct

from bot.dates import local_day
from bot.models import Document, Item, Keys, SourceState
from bot.text import words

# Campaign parameters of the common analytics products; they never choose what is shown.
_TRACKING = ("utm_", "mtm_", "pk_", "piwik_", "at_", "wt_", "hsa_", "mc_")
_TRACKING_NAMES = set("fbclid gclid dclid msclkid igshid yclid xtor cmpid _ga _gl ocid".split())

LEAD = 300
"""Characters of an item's text that tell it from another of the same title."""
TELLING = 40
"""Characters of text from which an item without an address is known by it, whatever its date."""
SLUG = 20
"""Characters from which the last part of an address is made of a title, and as good as one."""

FLOOD = 10
"""News of one poll, and items of the document before, below which nothing is a flood."""
SURVIVORS = 0.2
"""The share of a document's items that stay at most when all is suddenly new."""
FLOOD_MARGIN = dt.timedelta(days=7)
"""How long before the last poll news may be dated and still be told: drafts carry their own day."""
BURST = 3
"""How many times its usual volume a source may publish."""


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


class Flood(Struct, frozen=True):
    """What to do with a feed that is suddenly all new."""

    news: list[int]
    held: list[int]


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
    seen, news, changed = set(known), [], []
    for place, name in enumerate(named):
        if seen.isdisjoint(name.keys):
            news.append(place)
        elif name.content not in seen and not set(known).isdisjoint(name.keys):
            changed.append(place)
        seen.update(name.keys, (name.content,))
    news.reverse()  # sources list the newest first
    return Sorted(sorted(news, key=lambda place: _age(items[place])), changed)


def flood(
    document: Document,
    named: Sequence[Names],
    news: Sequence[int],
    known: Collection[str],
    state: SourceState,
    now: dt.datetime,
) -> Flood | None:
    """What of the news may be told when a whole feed is suddenly new (another CMS, new GUIDs and
    addresses); None: it is not.

    What is known by its title is old. What is left over the source's usual volume, or was
    published before the last poll, is held back: it is recorded, and nobody is notified of it.
    """
    items, before = document.items, state.items
    since = now - (state.answered or now)
    usual = since / state.gap if state.gap else 0.0
    allowed = max(math.ceil(BURST * usual), 1)
    is_replaced = document.total - len(news) <= SURVIVORS * before
    if before < FLOOD or len(news) <= max(FLOOD, allowed) or not is_replaced:
        return None
    left = [place for place in news if named[place].title not in known]
    earliest = (state.answered or now).date() - FLOOD_MARGIN
    recent = [place for place in left if _age(items[place]) >= earliest.isoformat()]
    told = recent[-allowed:]
    return Flood(told, [place for place in left if place not in told])


def canonical(url: str | None) -> str | None:
    """An address without what does not choose the document: scheme, `www.`, case of the host,
    tracking parameters and their order, a slash at the end. None: no document, or only a home
    page."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        given = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{given}" if given not in (None, 80, 443) else ""
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _is_tracking(name)
    )
    path = unquote(parts.path).rstrip("/")
    fragment = "" if _is_tracking(parts.fragment) else parts.fragment  # `#xtor=RSS-1`
    if not (path or query or fragment):
        return None
    return f"{host}{port}{path}?{urlencode(query)}#{fragment}"


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name.startswith(_TRACKING) or name in _TRACKING_NAMES


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
        if slug := _slug(url):
            yield f"slug {slug} day {_day(item)}"
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


def _slug(url: str | None) -> str | None:
    """The last part of an address, where it is made of a title."""
    last = (url or "").partition("?")[0].rpartition("/")[2]
    return last if len(last) >= SLUG and last.count("-") > 1 else None


def _age(item: Item) -> str:
    """Sorts by calendar day; an item without a date is as new as can be."""
    return _day(item) if item.published else "9999"
