"""Sources: where news is published, what was fetched there, and the result of a poll."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from bot.models import Development, ItemKeys, Medium, Notice, PageText, ReviewRule, SourceType
from bot.models.readings import Reading, Received
from bot.models.translations import TranslationWait

Scope = Literal["mixed", "migration"]
Kind = Literal["feed", "page"]
DatePlace = Literal["list", "article", "script"]
Tls = Literal["strict", "lenient", "legacy"]
Robots = Literal["none", "allows", "denies"]
Cause = Literal[
    "name", "connection", "tls", "guard",  # nothing came
    "blocked", "robots", "server",  # it is there, and does not want to be read, or cannot
    "stand-in",  # a page stands for it: maintenance, consent, a login, a challenge
    "gone", "no feed", "no list", "empty", "silent",  # it may be elsewhere
    "other",
]  # fmt: skip
"""Why a source gives no news."""


class PageSelectors(Struct, frozen=True, kw_only=True):
    """The selectors of a news list: CSS in HTML, dotted paths in JSON."""

    item: str | None = None  # what holds one piece of news; None: found by itself, by its dates
    link: str | None = None  # within the item; None: the item itself, or the first address in it
    title: str | None = None  # within the item; None: the words of the link
    # Where `date_in` says; None: the item itself, with a `date_attribute`, else a `time` element.
    date: str | None = None
    date_attribute: str | None = None  # None: `datetime`, where there is one, else the words
    date_format: str | None = None  # as `strptime` takes it; None: any format of Europe
    date_in: DatePlace = "list"
    summary: str | None = None


class Source(Struct, frozen=True, kw_only=True):
    """A feed or page that publishes news."""

    id: str
    url: str  # `{year}` in it stands for the current one
    publisher: str
    publisher_native: str | None = None
    kind: Kind = "feed"
    type: SourceType | None = None  # None: it is not known
    country: str | None = None  # ISO 3166-1 alpha-2; None: found in each item
    language: str | None = None  # BCP 47; None: declared by the feed, else detected
    interval: dt.timedelta | None = None  # None: adapts to how often the source publishes
    scope: Scope = "mixed"
    encoding: str | None = None  # for bytes that are no UTF-8 and declare none
    headers: dict[str, str] = {}  # sent with each request, where a server wants them
    tls: Tls = "strict"
    ca_file: str | None = None
    page: PageSelectors = PageSelectors()  # for kind "page"
    is_official: bool = True  # whether it publishes its own decisions; the press tells of others'


class UpdateHints(Struct, frozen=True, kw_only=True):
    """How often a feed asks to be polled: `<ttl>`, `<skipHours>`, `sy:updatePeriod` (RSS)."""

    every: dt.timedelta | None = None
    skip_hours: tuple[int, ...] = ()  # hours of the day, UTC


class Hub(Struct, frozen=True, kw_only=True):
    """The WebSub hub of a feed, which pushes its changes."""

    url: str
    topic: str  # the address under which it knows the feed


class HubSubscription(Struct, frozen=True, kw_only=True):
    """The WebSub subscription of a source."""

    source: str
    hub: Hub
    asked: dt.datetime  # when it was last asked to tell of news
    since: dt.datetime | None = None
    until: dt.datetime | None = None  # the lease that it granted; None: it has not confirmed
    refused: dt.datetime | None = None
    news: dt.datetime | None = None  # when it told of news that the source was not polled for yet
    polled: dt.datetime | None = None  # when the source was last polled because of it


class ItemReading(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a known item has read of late, by its `ItemIdentity.content`."""

    keys: ItemKeys
    recorded: str | None = None  # as it was last recorded; None: as it was first recorded
    other: str | None = None  # as it read at the last poll, which a later one must confirm
    title: str | None = None  # the `ItemIdentity.title` of that
    since: dt.datetime | None = None  # when it first read so
    is_waiting: bool = False  # whether it must read so for long (`dedupe.confirmation.SETTLED`)
    changes: int = 0  # how often it was recorded as changed
    frame: str | None = None  # `ItemIdentity.frame` and `figures` of `other`, or the last such
    figures: tuple[int, ...] = ()
    is_counting: bool = False  # whether these have gone on by 1
    abandoned: tuple[str, ...] = ()  # readings that no later poll has confirmed


class SourceState(Struct, frozen=True, kw_only=True):
    """The state of a source after its last poll."""

    id: str
    url: str  # the address these facts belong to: another address is another baseline
    baseline: bool = False  # whether the first readable document has been recorded
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None  # of the last body that was read
    items: int = 0  # how many items stood in it
    pieces: bytes = b""  # the marks of its items, as `Document.pieces`
    page: PageSelectors | None = None  # where its list was found, as `Document.page`
    rhythm: UpdateHints = UpdateHints()
    hub: Hub | None = None
    polled: dt.datetime | None = None
    due: dt.datetime | None = None
    answered: dt.datetime | None = None  # the last poll with a document, or with "not modified"
    whole: dt.datetime | None = None  # the last poll that was answered with the document itself
    noted: dt.datetime | None = None  # the last poll that has parsed every item of the document
    stuck: dt.datetime | None = None  # since when it answers "not modified" in spite of news
    news: dt.datetime | None = None  # the last poll that found something new
    gap: dt.timedelta | None = None  # the usual time between two pieces of news
    readings: tuple[ItemReading, ...] = ()  # of the items that have changed of late
    renames: int = 0  # polls in a row that found known items under new GUIDs and URLs
    learns_anew: bool = False  # whether the next document is read by new rules: none has changed
    waits: int = 0  # polls in a row after which items waited for their own pages to be read
    waiting: ItemKeys = ()  # the keys of items that the next poll tries again to read
    failures: int = 0  # polls in a row that gave no document
    failing: dt.datetime | None = None  # the first of them
    error: str | None = None  # of the last of them
    cause: Cause | None = None  # of the last of them
    stopped: bool = False  # the address is gone for good (HTTP 410): it is not polled any more
    robots: Robots | None = None  # what robots.txt says of the address; None: not asked yet
    home: str | None = None  # the URL to which it has moved permanently; None: it has not moved
    moved: str | None = None  # the target of its permanent redirects, where that is not `home`
    moves: int = 0  # polls in a row that were redirected to `moved`


class Fetched(Struct, frozen=True, kw_only=True):
    """The answer of a server, with the validators for the next request (RFC 9110)."""

    url: str
    body: bytes | None  # None: nothing changed
    status: int = 200
    headers: dict[str, str] = {}  # those that matter as evidence (`fetch.EVIDENCE_HEADERS`)
    etag: str | None = None
    modified: str | None = None
    fresh: dt.timedelta | None = None  # how long the answer counts as fresh (RFC 9111, section 4.2)
    moved: str | None = None  # where permanent redirects led (301, 308)
    robots: Robots = "none"
    hub: Hub | None = None  # of its `Link` headers, which go before what the document says


class Item(Struct, frozen=True, kw_only=True):
    """One entry of a source, parsed and cleaned but not interpreted."""

    source: str
    title: str
    url: str | None = None
    guid: str | None = None
    text: str = ""
    beside: str = ""  # what it says beside its text: a teaser, the heading of its page
    is_cut: bool = False  # whether its text was longer than is kept
    published: dt.date | None = None  # the local day; a datetime where the source gives a time
    language: str | None = None
    editions: tuple[str, ...] = ()  # URLs in other languages that it names (`hreflang`)
    english: tuple[str, ...] = ()  # those in English
    medium: Medium = "page"


class Document(Struct, frozen=True, kw_only=True):
    """A parsed document: its items in the source's order, and the problems found in it."""

    items: tuple[Item, ...]  # those not read before; all of them, where that cannot be told
    total: int = 0  # how many items it has, read before or not
    problems: tuple[str, ...] = ()
    digest: str | None = None  # of the body that was read
    pieces: bytes = b""
    """The marks of all its items, by which the next poll recognises them (`parse.new_items`)."""
    rhythm: UpdateHints = UpdateHints()
    hub: Hub | None = None
    page: PageSelectors | None = None  # where its list was found, for a source without selectors
    title: str | None = None
    language: str | None = None


class NotRelevant(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why an item is taken to be about neither migration nor asylum."""

    relevance: float  # the probability that it is
    least: float  # the one from which it would have been taken
    speaking_for: tuple[str, ...] = ()  # its words that speak for it, the strongest first
    against: tuple[str, ...] = ()


class Unsent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why nobody is notified of an item: it is not relevant, it stood there when its source was
    first polled, or it was held back as one of a flood."""

    at: dt.datetime  # when it was read
    reason: Literal["not relevant", "baseline", "held"]
    irrelevance: NotRelevant | None = None


class SeenItem(Struct, frozen=True, kw_only=True):
    """An item that was committed: of which source, and what has become of it."""

    source: str
    development: str | None = None  # the one that its keys stand for
    unsent: Unsent | None = None


class ItemIdentity(Struct, frozen=True):
    """The keys of an item (`dedupe.keys`): hashes of 128 bits, of its source alone."""

    keys: ItemKeys
    """The strongest first. An item is known if one of them is."""
    shared: ItemKeys
    """The marks of keys that several items of the document have: they identify none of them, now or
    later."""
    title: str
    """Its title alone, by which it is known only when a whole feed is suddenly new."""
    content: str
    """The words of its title and text, and its day. An item has changed if this is new and a key is
    known."""
    words: str
    """The words of its title and text."""
    frame: str
    """These without figures."""
    figures: tuple[int, ...]
    """The figures among them. Neither is stored with the keys."""
    addresses: ItemKeys
    """Those of its keys that are its GUID and its URL."""
    url_key: str | None
    """Its URL alone, where it has a GUID as well: a page may be used again for other news."""
    url_day_key: str
    """Its URL with its day."""

    @property
    def all(self) -> ItemKeys:
        """Return the keys to store."""
        read = (self.title, self.content, self.words)
        return (*self.keys, *self.shared, *read, self.url_day_key)

    @property
    def names(self) -> ItemKeys:
        """Return the keys to store of an item of which how it reads is not to be stored."""
        return (*self.keys, *self.shared, self.url_day_key)


class PendingHistory(Struct, frozen=True, kw_only=True):
    """Some items that stood in a document when its source was first polled, and are still to be
    recorded."""

    source: str
    url: str  # of the document
    answer: Received
    items: tuple[tuple[Item, ItemIdentity], ...]  # the oldest first
    pages: int  # of how many of them, the newest, the own pages may be read
    id: int = 0  # of its row


KeyedDevelopment = tuple[ItemKeys, Development]
"""A development with the keys of its item."""


class PollCommit(Struct, frozen=True, kw_only=True):
    """The result of one poll, to be recorded in one transaction."""

    state: SourceState
    at: dt.datetime  # when the poll began
    seen: tuple[ItemKeys, ...] = ()  # all keys of each item
    same: tuple[ItemKeys, ...] = ()  # keys of one item, which share what is stored
    history: tuple[PendingHistory, ...] = ()  # to be recorded later (`pipeline.history`)
    developments: tuple[KeyedDevelopment, ...] = ()  # new ones
    held: tuple[KeyedDevelopment, ...] = ()  # new ones of which nobody is notified
    texts: dict[ItemKeys, tuple[Reading, ...]] = {}  # of the items of developments
    readings: dict[str, PageText] = {}  # the texts of the pages that were fetched, by URL
    updates: tuple[KeyedDevelopment, ...] = ()  # known ones whose items have changed
    unsent: dict[str, Unsent] = {}  # new items of which nobody is notified, by a key of their URLs
    notices: tuple[Notice, ...] = ()  # for the admins
    review: ReviewRule | None = None  # which of the new ones wait for an editor
    translation_wait: TranslationWait | None = None  # None: no engine has its languages


PollResult = Literal["baseline", "new", "nothing new", "unchanged", "failed"]


class PollReport(Struct, frozen=True, kw_only=True):
    """The result of one poll of one source."""

    source: str
    result: PollResult
    items: int = 0
    new: int = 0
    developments: int = 0
    deliveries: int = 0
    changed: int = 0
    held: int = 0
    revised: int = 0  # developments whose own pages have changed in substance
    problems: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()  # for the admins
    seconds: float = 0.0
