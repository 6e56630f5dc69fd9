"""The data of the flow: frozen structs without behaviour of their own.

Source ─ Fetched ─ Document[Item] ─ Development ─ Delivery ─ Message ─ Outcome

Those of which thousands are kept say `gc=False`: they are part of no cycle, and Python's collector
of cycles, which stops everything else, need not look at them.

Here are developments, the chats that follow them and notices; beside it, sources and deliveries.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct, field

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


class Filter(Struct, frozen=True, kw_only=True):
    """What a chat follows: any of the countries AND any of the themes or topics AND any of the
    types AND any of the countries mentioned; an empty set stands for any."""

    id: int = 0
    countries: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    types: frozenset[DevelopmentType] = frozenset()
    mentions: frozenset[str] = frozenset()
    """Countries that are named beside the one it is about."""
    words: tuple[str, ...] = ()
    """Any of them must occur, as whole words, in the titles or the text."""
    without: tuple[str, ...] = ()
    """None of them may occur."""
    sources: frozenset[str] = frozenset()
    """Ids of sources."""
    less: frozenset[str] = frozenset()
    """Exclusions: `theme:return`, `type:Policy`, `country:CZ`, `source:cz-mv`."""
    references: frozenset[str] = frozenset()
    """Acts, bills and cases that are followed."""
    follows: str | None = None
    """The development under which what is followed comes as an answer."""
    name: str = ""
    """Its name, which the chat has chosen."""
    paused: bool = False
    thread: int | None = None
    """The topic of the group that it sends to; None: the group itself."""


class Recipient(Struct, frozen=True, gc=False):
    """A chat that wants a development, with the ids of its filters that do, and whether it waits
    for the chat's digest."""

    chat: int
    filters: tuple[int, ...]
    is_collected: bool


class Timetable(Struct, frozen=True, kw_only=True):
    """When a digest is sent, in the time zone of the chat."""

    every: Literal["day", "week"]
    minute: int = 8 * 60
    """Of the day."""
    weekday: int = 0
    """Of a weekly one: 0 is Monday."""


class FilterDraft(Struct, frozen=True, kw_only=True):
    """A filter that is being chosen with buttons."""

    number: int
    """Which of a chat's drafts it is: an older keyboard is told apart by it."""
    filter: Filter
    timetable: Timetable | None = None
    editing: int | None = None
    """The id of the filter that it changes; None: it is a new one."""


class Chat(Struct, frozen=True, kw_only=True):
    """A private chat, a group or a channel: its id and its settings, nothing about people."""

    id: int
    filters: tuple[Filter, ...] = ()
    paused: bool = False
    paused_until: dt.datetime | None = None
    """With `paused`: when it ends by itself; None: with /resume."""
    suspended: str | None = None
    """Why Telegram refuses what we send there; None: it does not."""
    away: dt.datetime | None = None
    """Since when it is paused or suspended: what matches meanwhile is offered afterwards."""
    language: str | None = None
    """One of `i18n.LANGUAGES`; None: as Telegram says at each visit."""
    timezone: str = "Europe/Brussels"
    """IANA."""
    timetable: Timetable | None = None
    """Of its digest; None: each development at once."""
    digest_due: dt.datetime | None = None
    digested: dt.datetime | None = None
    """When the last digest was put together."""
    urgent: frozenset[DevelopmentType] = frozenset()
    """With a digest: what comes at once all the same."""
    quiet: tuple[int, int] | None = None
    """Minutes of the day, on its own clocks, from and to which nothing is sent."""
    silent: bool = False
    """Whether messages come without a sound."""
    draft: FilterDraft | None = None
    drafts: int = 0
    """How many there were."""
    pending_question: str | None = field(default=None, name="asked")  # as it is stored
    """What the bot has asked; the next message is the answer."""
    is_invited: bool = False
    seen: dt.date | None = None
    """The last day, within a week, on which somebody has said or pressed something."""
    warned: dt.date | None = None
    """When they were asked whether they are still there."""
    speaks_for: int | None = None
    """A group or channel that is set up from this private chat."""
    speaks_for_title: str = ""
    removed: Filter | None = None
    """The filter that was removed last, for who changes their mind."""
    keeper: int | None = None
    """Of a group: the chat of the person who set it up, who hears when it cannot be written to."""


NoticeKind = Literal[
    "source_gone", "flood_held", "same_event", "uncertain", "label_reported",  # to admins
    "topic_missing", "no_rights", "still_there",  # to a chat
    "rival", "source_failing", "outbox_stuck", "digests_late",  # alerts
    "text",
]  # fmt: skip
"""The event of a notice; its sentence is in the template `chat/notices`. `text` is one that an
earlier version has stored as a sentence."""


class Notice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that admins, or the person who set up a group, get once."""

    id: int = 0
    """The store's number of the row."""
    kind: NoticeKind = "text"
    values: dict[str, str | int] = {}
    """The values of its sentence's placeholders."""
    is_over: bool = False
    """Whether it tells that an alert has ended."""
    chat: int | None = None
    """The chat to send it to; None: to the admins."""
