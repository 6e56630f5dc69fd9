"""Item -> keys: the names it goes by. One of them known is enough for the item to be known.

GUIDs change with a CMS, links gain tracking parameters, dates are corrected; they seldom all
change at once. So an item has several keys, and a known item's new ones are learned.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from bot.dates import local_day
from bot.models import Item
from bot.ports import Keys
from bot.text import words

# Campaign parameters of the common analytics products; they never choose what is shown.
_TRACKING = ("utm_", "mtm_", "pk_", "piwik_", "at_", "wt_", "hsa_", "mc_")
_TRACKING_NAMES = set("fbclid gclid dclid msclkid igshid yclid xtor cmpid _ga _gl ocid".split())

LEAD = 300
"""Characters of an item's text that tell it from another of the same title."""
TELLING = 40
"""Characters of text from which an item without an address is known by it, whatever its date."""


def keys(items: Sequence[Item]) -> list[Keys]:
    """The keys of each item of one document, the strongest first: 128 bits each, and of its
    source alone.

    A GUID or address that items of different titles share names none of them, nor do words that
    items of different GUIDs and addresses share.
    """
    guids = _shared((item.guid, words(item.title)) for item in items)
    urls = _shared((canonical(item.url), words(item.title)) for item in items)
    telling = _shared(
        (_words(item), f"{item.guid} {canonical(item.url)}")
        for item in items
        if item.guid and item.url
    )
    return [
        tuple(
            digest(f"{item.source} {name}".encode())
            for name in _names(item, guids, urls)
            if name not in telling
        )
        or (digest(f"{item.source} {_words(item)}".encode()),)
        for item in items
    ]


def fresh(items: Sequence[Item], names: Sequence[Keys], known: Collection[str]) -> list[int]:
    """The positions of the items that are news, oldest first; one that stands twice counts once."""
    seen, found = set(known), []
    for position, name in enumerate(names):
        if seen.isdisjoint(name):
            found.append(position)
        seen.update(name)
    found.reverse()  # sources list the newest first
    return sorted(found, key=lambda position: _age(items[position]))


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


def _names(item: Item, shared_guids: set[str], shared_urls: set[str]) -> list[str]:
    url = canonical(item.url)
    guid = canonical(item.guid) if "://" in (item.guid or "") else item.guid
    names = []
    if guid and item.guid not in shared_guids:
        names.append(f"guid {guid}")
    if url and url not in shared_urls:
        names.append(f"url {url}")
    if item.published:
        names.append(_words(item))
    if not names or (not url and len(item.text) >= TELLING):
        names.append(f"title {words(item.title)} text {words(item.text[:LEAD])}")
    return names


def _words(item: Item) -> str:
    day = local_day(item.published) if item.published else "unknown"
    return f"title {words(item.title)} text {words(item.text[:LEAD])} day {day}"


def _age(item: Item) -> str:
    """Sorts by calendar day; an item without a date is as new as can be."""
    return local_day(item.published).isoformat() if item.published else "9999"
