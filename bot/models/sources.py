"""Sources: where news is published, what was fetched there, and the result of a poll."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from bot.models import Development, ItemKeys, Notice, PageText

Scope = Literal["mixed", "migration"]

Kind = Literal["feed", "page"]

DatePlace = Literal["list", "article", "script"]

Tls = Literal["strict", "lenient", "legacy"]

Robots = Literal["none", "allows", "denies"]


class PageSelectors(Struct, frozen=True, kw_only=True):
    """The selectors of a news list: CSS in HTML, dotted paths in JSON."""

    item: str | None = None
    """What holds one piece of news; None: found by itself, by its dates."""
    link: str | None = None
    """Within the item; None: the item itself, or the first address in it."""
    title: str | None = None
    """Within the item; None: the words of the link."""
    date: str | None = None
    """Where `date_in` says; in a script, the name whose value it is. None: the item itself, with
    a `date_attribute`, else a `time` element."""
    date_attribute: str | None = None
    """None: `datetime`, where there is one, else the words."""
    date_format: str | None = None
    """As `datetime.strptime` takes it, for what would be misread; None: any of Europe's."""
    date_in: DatePlace = "list"
    summary: str | None = None


class Source(Struct, frozen=True, kw_only=True):
    """A feed or page that publishes news."""

    id: str
    url: str
    """`{year}` in it stands for the current one."""
    publisher: str
    publisher_native: str | None = None
    kind: Kind = "feed"
    country: str | None = None
    """ISO 3166-1 alpha-2; None: found in each item."""
    language: str | None = None
    """BCP 47; None: declared by the feed, else detected."""
    interval: dt.timedelta | None = None
    """None: adapts to how often the source publishes."""
    scope: Scope = "mixed"
    encoding: str | None = None
    """What to try where the bytes are no UTF-8 and say nothing of themselves."""
    headers: dict[str, str] = {}
    """Sent with each request, where a server wants them."""
    tls: Tls = "strict"
    ca_file: str | None = None
    page: PageSelectors = PageSelectors()
    """For kind "page"."""
    is_official: bool = True
    """Whether it publishes its own decisions; the press tells of others'."""


class UpdateHints(Struct, frozen=True, kw_only=True):
    """How often a feed asks to be polled: `<ttl>`, `sy:updatePeriod`, `<skipHours>` (RSS 2.0, RSS
    1.0's syndication module)."""

    every: dt.timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    """Hours of the day, UTC."""


class Hub(Struct, frozen=True, kw_only=True):
    """The WebSub hub of a feed, which pushes its changes."""

    url: str
    topic: str
    """The address under which it knows the feed."""


class Subscription(Struct, frozen=True, kw_only=True):
    """The WebSub subscription of a source."""

    source: str
    hub: Hub
    asked: dt.datetime
    """When it was last asked to tell of news."""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    """The lease that it granted; None: it has not confirmed."""
    refused: dt.datetime | None = None
    news: dt.datetime | None = None
    """When it told of news that the source was not polled for yet."""
    polled: dt.datetime | None = None
    """When the source was last polled because of it."""


class SourceState(Struct, frozen=True, kw_only=True):
    """The state of a source after its last poll."""

    id: str
    url: str
    """The address these facts belong to: another address is another baseline."""
    baseline: bool = False
    """Whether the first readable document has been recorded."""
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    """Of the last body that was read."""
    items: int = 0
    """How many items stood in it."""
    pieces: bytes = b""
    """The marks of its items, as `Document.pieces`."""
    page: PageSelectors | None = None
    """Where its list was found, as `Document.page`."""
    rhythm: UpdateHints = UpdateHints()
    hub: Hub | None = None
    polled: dt.datetime | None = None
    due: dt.datetime | None = None
    answered: dt.datetime | None = None
    """The last poll that gave a document, or the answer that nothing changed."""
    news: dt.datetime | None = None
    """The last poll that found something new."""
    gap: dt.timedelta | None = None
    """The usual time between two pieces of news."""
    waits: int = 0
    """Polls in a row after which items waited for their own pages to be read."""
    failures: int = 0
    """Polls in a row that gave no document."""
    failing: dt.datetime | None = None
    """The first of them."""
    error: str | None = None
    stopped: bool = False
    """The address is gone for good (HTTP 410): it is not polled any more."""
    robots: Robots | None = None
    """What robots.txt says of the address; None: not asked yet."""
    home: str | None = None
    """The URL to which it has moved permanently; None: it has not moved."""
    moved: str | None = None
    """The target of its permanent redirects, where that is not `home`."""
    moves: int = 0
    """Polls in a row that were redirected to `moved`."""


class Fetched(Struct, frozen=True, kw_only=True):
    """The answer of a server, with the validators for the next request (RFC 9110)."""

    url: str
    body: bytes | None
    """None: nothing changed."""
    etag: str | None = None
    modified: str | None = None
    fresh: dt.timedelta | None = None
    """How long the answer counts as fresh (RFC 9111, section 4.2)."""
    moved: str | None = None
    """Where permanent redirects led (301, 308)."""
    robots: Robots = "none"
    hub: Hub | None = None
    """Of its `Link` headers, which go before what the document says."""


class Item(Struct, frozen=True, kw_only=True):
    """One entry of a source, parsed and cleaned but not interpreted."""

    source: str
    title: str
    url: str | None = None
    guid: str | None = None
    text: str = ""
    published: dt.date | None = None
    """The local calendar day; a datetime with its offset where the source gives a time."""
    language: str | None = None


class Document(Struct, frozen=True, kw_only=True):
    """A parsed document: its items in the source's order, and the problems found in it."""

    items: tuple[Item, ...]
    """Those not read before; all of them, where that cannot be told."""
    total: int = 0
    """How many items it has, read before or not."""
    problems: tuple[str, ...] = ()
    digest: str | None = None
    """Of the body that was read."""
    pieces: bytes = b""
    """The marks of all its items (`parse.new_items`), by which the next poll recognises them; empty
    where the feed was parsed whole."""
    rhythm: UpdateHints = UpdateHints()
    hub: Hub | None = None
    page: PageSelectors | None = None
    """The selectors by which its list was found, where the source has none."""
    title: str | None = None
    language: str | None = None


class PollCommit(Struct, frozen=True, kw_only=True):
    """The result of one poll, to be recorded in one transaction."""

    state: SourceState
    at: dt.datetime
    """When the poll began."""
    seen: tuple[ItemKeys, ...] = ()
    """All keys of each item."""
    same: tuple[ItemKeys, ...] = ()
    """Keys of one item: what is stored for one of them holds for all."""
    developments: tuple[tuple[ItemKeys, Development], ...] = ()
    """New developments, with the keys of their items."""
    held: tuple[tuple[ItemKeys, Development], ...] = ()
    """New developments of which nobody is notified."""
    readings: dict[str, PageText] = {}
    """The texts of the pages that were fetched, by URL."""
    updates: tuple[tuple[ItemKeys, Development], ...] = ()
    """Known developments whose items have changed."""
    notices: tuple[Notice, ...] = ()
    """Notices for the admins."""
    patience: dt.timedelta | None = None
    """How long a delivery may wait for a translation; None: there is no engine."""


PollResult = Literal["baseline", "new", "nothing new", "unchanged", "failed"]


class Report(Struct, frozen=True, kw_only=True):
    """The result of one poll of one source."""

    source: str
    result: PollResult
    items: int = 0
    new: int = 0
    developments: int = 0
    deliveries: int = 0
    changed: int = 0
    held: int = 0
    revised: int = 0
    """Developments whose own pages have changed in substance."""
    problems: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    """Notices for the admins."""
    seconds: float = 0.0
