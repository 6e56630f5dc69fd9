"""What flows through the house, and nothing else: frozen structs without behaviour of their own.

Source ─ Fetched ─ Document[Item] ─ Development ─ Delivery ─ Message ─ Outcome
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

Scope = Literal["mixed", "migration"]
Kind = Literal["feed"]
DevelopmentType = Literal["Legislative", "Institutional", "Policy"]
DeliveryState = Literal["pending", "sending", "sent", "uncertain", "failed"]

# ------------------------------------------------------------------ where news comes from


class Source(Struct, frozen=True, kw_only=True):
    """One address that publishes news."""

    id: str
    url: str
    publisher: str
    publisher_native: str | None = None
    kind: Kind = "feed"
    country: str | None = None
    """ISO 3166-1 alpha-2; None: found in each item."""
    language: str | None = None
    """BCP 47; None: declared by the feed, else detected."""
    interval: dt.timedelta | None = None
    scope: Scope = "mixed"


class SourceState(Struct, frozen=True, kw_only=True):
    """What the polls of one source have left behind."""

    id: str
    url: str
    """The address these facts belong to: another address is another baseline."""
    baseline: bool = False
    """Whether the first readable document has been recorded."""
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    """Of the last body that was read."""
    polled: dt.datetime | None = None
    due: dt.datetime | None = None
    failures: int = 0
    """Polls in a row that gave no document."""
    error: str | None = None


class Fetched(Struct, frozen=True, kw_only=True):
    """A body as it came over the wire, and the validators to ask with next time (RFC 9110)."""

    url: str
    body: bytes
    etag: str | None = None
    modified: str | None = None


class Item(Struct, frozen=True, kw_only=True):
    """One entry of a source, read and cleaned but not interpreted."""

    source: str
    title: str
    url: str | None = None
    guid: str | None = None
    text: str = ""
    published: dt.date | None = None
    """The local calendar day; a datetime with its offset where the source gives a time."""
    language: str | None = None


class Document(Struct, frozen=True, kw_only=True):
    """What one fetch held: its items in the source's order, and what was odd about it."""

    items: tuple[Item, ...]
    problems: tuple[str, ...] = ()


# ------------------------------------------------------------------ what it means


class Citation(Struct, frozen=True, kw_only=True):
    """Where a development was published."""

    publisher: str
    publisher_native: str | None
    date: dt.date | None
    title_native: str
    title_en: str | None
    language: str | None
    url: str | None


class Evidence(Struct, frozen=True, kw_only=True):
    """The words that led to each decision."""

    themes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    date: tuple[str, ...] = ()


class Development(Struct, frozen=True, kw_only=True):
    """A change in policy: the record that people receive. Field order is the JSON's."""

    id: str | None = None
    """Country, year and number (`CZ-2025-0001`); given by the store, never reused."""
    title: str
    summary: str
    sources: tuple[Citation, ...]
    date: dt.date | None
    country: str | None
    themes: tuple[str, ...]
    topics: tuple[str, ...]
    type: DevelopmentType
    translated_by: str | None = None
    evidence: Evidence
    recorded: dt.datetime | None = None


# ------------------------------------------------------------------ who wants to know


class Filter(Struct, frozen=True, kw_only=True):
    """Any of the countries AND any of the themes or topics AND any of the types; empty: any."""

    id: int = 0
    countries: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    types: frozenset[DevelopmentType] = frozenset()


class Chat(Struct, frozen=True, kw_only=True):
    """A private chat, a group or a channel: its id and its settings, nothing about people."""

    id: int
    filters: tuple[Filter, ...] = ()
    paused: bool = False
    paused_until: dt.datetime | None = None
    """With `paused`: when it ends by itself; None: with /resume."""
    suspended: str | None = None
    """Why Telegram refuses what we send there; None: it does not."""


# ------------------------------------------------------------------ how they hear of it


class Delivery(Struct, frozen=True, kw_only=True):
    """One development owed to one chat: a row of the outbox, and of the ledger for good."""

    id: int = 0
    """The store's number of the row; it stays when the chat moves."""
    development: str
    chat: int
    filters: tuple[int, ...] = ()
    """Ids of the chat's filters that matched."""
    state: DeliveryState = "pending"
    attempts: int = 0
    due: dt.datetime
    created: dt.datetime
    settled: dt.datetime | None = None
    message_id: int | None = None
    reason: str | None = None


class Message(Struct, frozen=True, kw_only=True):
    """The same text twice: as Telegram HTML, and as what people see of it."""

    html: str
    plain: str


class Sent(Struct, frozen=True, tag=True):
    """Telegram took it."""

    message_id: int


class Later(Struct, frozen=True, tag=True):
    """It certainly did not arrive; try again, after `seconds` where Telegram said when."""

    reason: str
    seconds: float | None = None


class Moved(Struct, frozen=True, tag=True):
    """The group became a supergroup with another id."""

    chat: int


class Refused(Struct, frozen=True, tag=True):
    """It will never arrive; with `gone`, nothing else will either until the chat comes back."""

    reason: str
    gone: bool = False


class Unknown(Struct, frozen=True, tag=True):
    """It was written to the wire and no answer came: it may have arrived."""

    reason: str


Outcome = Sent | Later | Moved | Refused | Unknown

# ------------------------------------------------------------------ what a poll reports

PollResult = Literal["baseline", "new", "nothing new", "unchanged", "failed"]


class Report(Struct, frozen=True, kw_only=True):
    """What one poll of one source came to."""

    source: str
    result: PollResult
    items: int = 0
    new: int = 0
    developments: int = 0
    deliveries: int = 0
    problems: tuple[str, ...] = ()
    seconds: float = 0.0


class Tally(Struct, frozen=True, kw_only=True):
    """The ledger in figures: deliveries by state."""

    pending: int = 0
    sending: int = 0
    sent: int = 0
    uncertain: int = 0
    failed: int = 0
    last_sent: dt.datetime | None = None
