"""What flows through the house, and nothing else: frozen structs without behaviour of their own.

Source ─ Fetched ─ Document[Item] ─ Development ─ Delivery ─ Message ─ Outcome
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

Scope = Literal["mixed", "migration"]
Kind = Literal["feed", "page"]
DatePlace = Literal["list", "article", "script"]
Tls = Literal["strict", "lenient", "legacy"]
Robots = Literal["none", "allows", "denies"]
DevelopmentType = Literal["Legislative", "Institutional", "Policy"]
Keys = tuple[str, ...]
"""Every name an item goes by, the strongest first (`dedupe.Names`)."""
DeliveryKind = Literal["news", "edit", "correction", "digest", "announcement"]
Origin = Literal["original", "edition", "ai", "machine"]
"""Whose words a text is in: the publisher's, its own English edition's, or an engine's."""
DeliveryState = Literal[
    "pending", "sending", "sent", "uncertain", "failed", "suspended", "withdrawn", "collected"
]
"""`suspended`: it waits until its chat takes messages again; `withdrawn`: the chat has asked for
none of it since; `collected`: it comes with the next digest."""

# ------------------------------------------------------------------ where news comes from


class Page(Struct, frozen=True, kw_only=True):
    """Where things stand in a news list: CSS selectors in HTML, dotted paths in JSON."""

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
    """One address that publishes news."""

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
    page: Page = Page()
    """For kind "page"."""
    is_official: bool = True
    """Whether it publishes its own decisions; the press tells of others'."""


class Rhythm(Struct, frozen=True, kw_only=True):
    """How often a feed asks to be read: `<ttl>`, `sy:updatePeriod`, `<skipHours>` (RSS 2.0,
    RSS 1.0's syndication module)."""

    every: dt.timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    """Hours of the day, UTC."""


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
    items: int = 0
    """How many items stood in it."""
    pieces: bytes = b""
    """Their fingerprints, as `Document.pieces`."""
    page: Page | None = None
    """Where its list was found, as `Document.page`."""
    rhythm: Rhythm = Rhythm()
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
    """Where it has moved for good; None: it is where its address says."""
    moved: str | None = None
    """Where permanent redirects lead now, if not home."""
    moves: int = 0
    """Polls in a row that were led there."""


class Fetched(Struct, frozen=True, kw_only=True):
    """What a server answered, and what to ask with next time (RFC 9110)."""

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
    """Those not read before; all of them, where that cannot be told."""
    total: int = 0
    """How many items it has, read before or not."""
    problems: tuple[str, ...] = ()
    pieces: bytes = b""
    """The fingerprints of all its items as they are written, PIECE bytes each, to know those
    read before by; empty where they could not be told apart."""
    rhythm: Rhythm = Rhythm()
    page: Page | None = None
    """The selectors by which its list was found, where the source has none."""
    title: str | None = None
    language: str | None = None


# ------------------------------------------------------------------ what it means


class Citation(Struct, frozen=True, kw_only=True, omit_defaults=True):
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


class Evidence(Struct, frozen=True, kw_only=True):
    """The words that led to each decision."""

    themes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    date: tuple[str, ...] = ()


class Provenance(Struct, frozen=True, kw_only=True):
    """Whose words each text of a development is in."""

    title: Origin = "original"
    summary: Origin = "original"


class Development(Struct, frozen=True, kw_only=True):
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
    """Acts, bills and cases that it names (`enrich.references`)."""
    is_corrected: bool = False
    """Whether an admin has set its labels: they stay as they are."""
    evidence: Evidence
    recorded: dt.datetime | None = None


class Reading(Struct, frozen=True, kw_only=True):
    """How an item's own page reads."""

    title: str = ""
    text: str = ""
    published: dt.date | None = None


class Watched(Struct, frozen=True, kw_only=True):
    """The page of a development that people were told of, and how it read when it was last
    looked at."""

    id: int = 0
    """The store's number of the row."""
    source: str
    development: str
    url: str
    since: dt.datetime
    seen: dt.datetime
    """The last look."""
    due: dt.datetime
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    reading: Reading | None = None
    """None: it was not looked at yet."""
    other: Reading | None = None
    """How it read last, where that is not so yet for good."""
    missing: int = 0
    """Looks in a row that found no page."""


class Passage(Struct, frozen=True, kw_only=True):
    """What of a development is to be translated."""

    title: str
    text: str
    """The lead."""
    language: str | None


class Translation(Struct, frozen=True, kw_only=True):
    """A passage in English."""

    title: str
    summary: str | None
    """None: none that can be believed."""
    by: str
    origin: Origin


class Untranslated(Struct, frozen=True, kw_only=True):
    """A development that waits for an engine."""

    id: int = 0
    """The store's number of the row."""
    development: str
    since: dt.datetime
    due: dt.datetime | None
    """None: no more."""
    attempts: int = 0


class Change(Struct, frozen=True, kw_only=True):
    """What has changed in substance of a published item: each as it was and as it is."""

    title: tuple[str, str] | None = None
    date: tuple[dt.date | None, dt.date | None] | None = None
    text: tuple[str, str] | None = None
    """The sentences that are gone, and those that have come."""
    is_gone: bool = False
    """Its page has disappeared."""


class Harvest(Struct, frozen=True, kw_only=True):
    """What one poll brought in, to be recorded in one step."""

    state: SourceState
    at: dt.datetime
    """When it was brought in."""
    seen: tuple[Keys, ...] = ()
    """Every name of every item."""
    same: tuple[Keys, ...] = ()
    """Names that stand for the same item: what one of them is known for, all of them are."""
    developments: tuple[tuple[Keys, Development], ...] = ()
    """What is new and somebody may want, with its keys."""
    held: tuple[tuple[Keys, Development], ...] = ()
    """What is new and is to be told to nobody."""
    readings: dict[str, Reading] = {}
    """How the pages of items read, as far as they were looked at, by their addresses."""
    updates: tuple[tuple[Keys, Development], ...] = ()
    """What is known, as it reads now."""
    notices: tuple[str, ...] = ()
    """What the admins are to hear."""
    patience: dt.timedelta | None = None
    """How long what is to be told may wait for a translation; None: there is no engine."""


class Notice(Struct, frozen=True, kw_only=True):
    """Something that is to be heard: a row of the store until it is."""

    id: int = 0
    text: str
    chat: int | None = None
    """Whose concern it is; None: the admins'."""


class Correction(Struct, frozen=True, kw_only=True):
    """Labels that an admin has set right: what the lexicon is to learn from."""

    development: str
    title: str
    """As published."""
    language: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    """Themes, topics and the type."""
    evidence: tuple[str, ...]
    """The words that had led to them."""


# ------------------------------------------------------------------ who wants to know


class Filter(Struct, frozen=True, kw_only=True):
    """Any of the countries AND any of the themes or topics AND any of the types AND any of the
    countries mentioned; empty: any."""

    id: int = 0
    countries: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    types: frozenset[DevelopmentType] = frozenset()
    mentions: frozenset[str] = frozenset()
    """Countries that are named beside the one it is about."""
    words: tuple[str, ...] = ()
    """Any of them must be said, as whole words, in its titles or its text."""
    without: tuple[str, ...] = ()
    """None of them may be."""
    sources: frozenset[str] = frozenset()
    """Ids of sources."""
    less: frozenset[str] = frozenset()
    """What of it is wanted no more: `theme:return`, `type:Policy`, `country:CZ`, `source:cz-mv`."""
    references: frozenset[str] = frozenset()
    """Acts, bills and cases that are followed."""
    follows: str | None = None
    """The development under which what is followed comes as an answer."""
    name: str = ""
    """What its people call it."""
    paused: bool = False
    thread: int | None = None
    """The topic of the group that it sends to; None: the group itself."""


class Timetable(Struct, frozen=True, kw_only=True):
    """When a digest comes, on the clocks of the chat."""

    every: Literal["day", "week"]
    minute: int = 8 * 60
    """Of the day."""
    weekday: int = 0
    """Of a weekly one: 0 is Monday."""


class Draft(Struct, frozen=True, kw_only=True):
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
    """One of `tongues.LANGUAGES`; None: as Telegram says at each visit."""
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
    draft: Draft | None = None
    drafts: int = 0
    """How many there were."""
    asked: str | None = None
    """What the bot has asked, whose answer is the next message."""
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


# ------------------------------------------------------------------ how they hear of it


class Silence(Struct, frozen=True, kw_only=True):
    """A country of which a digest tells nothing, and how many of its sources have answered."""

    country: str
    answered: int
    sources: int
    is_told: bool = False
    """Whether the digest does tell something of it, and a failing source may hide more."""
    failing: tuple[tuple[str, dt.datetime], ...] = ()
    """Ids of sources, and since when they have failed."""


class Digest(Struct, frozen=True, kw_only=True):
    """A part of a digest, as it was put together."""

    every: Literal["day", "week", "once"]
    """How often it comes; `once`: when its chat was away."""
    since: dt.datetime
    until: dt.datetime
    items: tuple[str, ...]
    """Ids of the developments of this part."""
    part: int
    parts: int
    total: int
    """Developments of all parts."""
    silences: tuple[Silence, ...] = ()
    more_silent: int = 0
    """Countries beside these."""
    is_picture: bool = False
    """Of the weeks before, instead of developments."""


class Delivery(Struct, frozen=True, kw_only=True):
    """One development owed to one chat, or what became of it since: a row of the outbox, and of
    the ledger for good."""

    id: int = 0
    """The store's number of the row; it stays when the chat moves."""
    development: str
    chat: int
    kind: DeliveryKind = "news"
    """`edit`: the message sent is to read as the development reads now; `correction`: an answer
    to it, which tells of a change; `digest`: several in one message, which `development` names."""
    revision: int = 0
    """Of the development, for a correction; the part, for a digest."""
    change: Change | None = None
    digest: Digest | None = None
    within: str | None = None
    """The digest that tells of it."""
    text: str | None = None
    """Of an announcement."""
    filters: tuple[int, ...] = ()
    """Ids of the chat's filters that matched."""
    state: DeliveryState = "pending"
    attempts: int = 0
    due: dt.datetime
    created: dt.datetime
    settled: dt.datetime | None = None
    message_id: int | None = None
    reason: str | None = None


class Place(Struct, frozen=True):
    """Where a message goes: a chat, a topic of it, and the message it answers."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    silent: bool = False
    """Without a sound."""


class Button(Struct, frozen=True):
    """What it says; and what a press sends back (at most 64 bytes), or opens."""

    text: str
    data: str | None = None
    url: str | None = None


Buttons = tuple[tuple[Button, ...], ...]
"""Rows of them."""


class Message(Struct, frozen=True, kw_only=True):
    """The same text twice: as Telegram HTML, and as what people see of it; the buttons under it,
    and the picture that it is the caption of."""

    html: str
    plain: str
    buttons: Buttons = ()
    picture: bytes | None = None


class Sent(Struct, frozen=True, tag=True):
    """Telegram took it; `astray`: its topic takes nothing any more, so it went to the group."""

    message_id: int
    astray: bool = False


class Later(Struct, frozen=True, tag=True):
    """It certainly did not arrive; try again, after `seconds` where Telegram said when."""

    reason: str
    seconds: float | None = None


class Moved(Struct, frozen=True, tag=True):
    """The group became a supergroup with another id."""

    chat: int


class Refused(Struct, frozen=True, tag=True):
    """It will never arrive; with `gone`, it and all else waits until the chat comes back."""

    reason: str
    gone: bool = False
    lacks_rights: bool = False
    """With `gone`: those who run the chat can mend it."""


class Unwanted(Struct, frozen=True, tag=True):
    """The chat has asked for none of it since; it was not sent."""

    reason: str


class Unknown(Struct, frozen=True, tag=True):
    """It was written to the wire and no answer came: it may have arrived."""

    reason: str


Outcome = Sent | Later | Moved | Refused | Unwanted | Unknown

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
    changed: int = 0
    held: int = 0
    revised: int = 0
    """Developments whose own pages have changed in substance."""
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    """What the admins are to hear of it."""
    seconds: float = 0.0


class Backlog(Struct, frozen=True, kw_only=True):
    """What waits to be sent: how many deliveries, and since when the oldest could have been."""

    pending: int = 0
    oldest: dt.datetime | None = None


class Tally(Struct, frozen=True, kw_only=True):
    """The ledger in figures: deliveries by state."""

    pending: int = 0
    sending: int = 0
    sent: int = 0
    uncertain: int = 0
    failed: int = 0
    suspended: int = 0
    withdrawn: int = 0
    collected: int = 0
    last_sent: dt.datetime | None = None

    @property
    def waiting(self) -> int:
        """What is still to be sent."""
        return self.pending + self.sending + self.suspended + self.collected

    @property
    def matched(self) -> int:
        """All that was owed, whatever became of it; not what was withdrawn."""
        return self.waiting + self.sent + self.uncertain + self.failed
