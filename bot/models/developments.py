"""Developments: changes in policy, and what is known of them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from bot.models.notices import Notice
from bot.models.sources import SourceState

DevelopmentType = Literal["Legislative", "Institutional", "Policy"]

ItemKeys = tuple[str, ...]
"""Every name an item goes by, the strongest first (`dedupe.ItemIdentity`)."""

Origin = Literal["original", "edition", "ai", "machine"]
"""Whose words a text is in: the publisher's, its own English edition's, or an engine's."""


class Citation(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Where a development was published."""

    publisher: str
    publisher_native: str | None
    date: dt.date | None
    title_native: str
    title_en: str | None
    language: str | None
    url: str | None
    official: bool = True
    """Whether the publisher tells of its own decisions."""
    source: str = ""
    """The id of the source that it was read from."""


class Evidence(Struct, frozen=True, gc=False, kw_only=True):
    """The words that led to each decision."""

    themes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    date: tuple[str, ...] = ()


class Provenance(Struct, frozen=True, gc=False, kw_only=True):
    """Whose words each text of a development is in."""

    title: Origin = "original"
    summary: Origin = "original"


class Development(Struct, frozen=True, gc=False, kw_only=True):
    """A change in policy: the record that people receive. Field order is the JSON's."""

    id: str | None = None
    """Country, year and number (`CZ-2025-0001`); given by the store, never reused."""
    title: str
    """In English where there is a translation, else as published."""
    summary: str
    """As the title."""
    sources: tuple[Citation, ...]
    date: dt.date | None
    country: str | None
    themes: tuple[str, ...]
    topics: tuple[str, ...]
    type: DevelopmentType
    translated_by: str | None = None
    """The engine, where one wrote a text."""
    provenance: Provenance = Provenance()
    summary_native: str | None = None
    """As published, where `summary` is a translation of it."""
    key_terms: tuple[str, ...] = ()
    """English words for what a text in another language is about, in its order."""
    revision: int = 0
    """How often it has changed in substance since it was recorded."""
    mentions: tuple[str, ...] = ()
    """Other countries that it names (ISO 3166-1 alpha-2)."""
    references: tuple[str, ...] = ()
    """Acts, bills and cases that it names (`enrich.facts`)."""
    is_corrected: bool = False
    """Whether an admin has set its labels: they stay as they are."""
    evidence: Evidence
    recorded: dt.datetime | None = None


class PageText(Struct, frozen=True, kw_only=True):
    """The text of an item's own page."""

    title: str = ""
    text: str = ""
    published: dt.date | None = None


class WatchedPage(Struct, frozen=True, kw_only=True):
    """The page of a development that was sent, and its text when it was last checked."""

    id: int = 0
    """The store's number of the row."""
    source: str
    development: str
    url: str
    since: dt.datetime
    seen: dt.datetime
    """When it was last checked."""
    due: dt.datetime
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    reading: PageText | None = None
    """None: it was not checked yet."""
    other: PageText | None = None
    """A different text that the last check found, and the next one must confirm."""
    missing: int = 0
    """Checks in a row that found no page."""


class Passage(Struct, frozen=True, kw_only=True):
    """The texts of a development that are to be translated."""

    title: str
    text: str
    """The lead."""
    language: str | None


class Translation(Struct, frozen=True, kw_only=True):
    """A passage in English."""

    title: str
    summary: str | None
    """None: the engine gave none that is valid."""
    by: str
    origin: Origin


class PendingTranslation(Struct, frozen=True, kw_only=True):
    """A development that waits for a translation."""

    id: int = 0
    """The store's number of the row."""
    development: str
    since: dt.datetime
    due: dt.datetime | None
    """None: no further attempt."""
    attempts: int = 0


class Change(Struct, frozen=True, kw_only=True):
    """What has changed in substance of a published item: each as it was and as it is."""

    title: tuple[str, str] | None = None
    date: tuple[dt.date | None, dt.date | None] | None = None
    text: tuple[str, str] | None = None
    """The sentences that are gone, and those that have come."""
    is_gone: bool = False
    """Its page has disappeared."""


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


class Correction(Struct, frozen=True, kw_only=True):
    """Labels that an admin has corrected, for the lexicon to learn from."""

    development: str
    title: str
    """As published."""
    language: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    """Themes, topics and the type."""
    evidence: tuple[str, ...]
    """The words that had led to them."""
