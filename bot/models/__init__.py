"""The data of the flow: frozen structs without behaviour of their own.

Source ─ Fetched ─ Document[Item] ─ Development ─ Delivery ─ Message ─ Outcome

Here are developments, chats and notices; in `models.pace`, `models.sources` and
`models.deliveries` the others.
Structs of which thousands are kept say `gc=False`: they are part of no cycle, so that Python's
collector of cycles, which stops everything else, need not visit them.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct, field

from bot.models.pace import Pace, ScheduledDigest

DevelopmentType = Literal["Legislative", "Institutional", "Policy"]

ItemKeys = tuple[str, ...]
"""Every name an item goes by, the strongest first (`dedupe.keys.ItemIdentity`)."""

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
    official: bool = True  # whether the publisher tells of its own decisions
    source: str = ""  # the id of the source that it was read from
    editions: tuple[str, ...] = ()  # URLs in other languages that it names
    url_en: str | None = None  # its publisher's English edition of it, whose title is `title_en`


class Evidence(Struct, frozen=True, gc=False, kw_only=True):
    """The words that led to each decision."""

    themes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()  # what its sentences rest on, where an engine has written them
    proposed: tuple[str, ...] = ()  # labels that were close, and which an engine's voice decided


class Confidence(Struct, frozen=True, gc=False, kw_only=True):
    """The probability that each decision is right."""

    relevance: float = 1.0
    themes: tuple[float, ...] = ()
    """Of each theme, in their order."""
    topics: tuple[float, ...] = ()
    type: float = 1.0
    others: tuple[str, ...] = ()
    """Codes of the themes and topics that are the next likely ones."""
    other_shares: tuple[float, ...] = ()
    """The probability of each of these."""
    types: dict[DevelopmentType, float] = {}
    """The probability of each type."""
    is_undecided: bool = False
    """An editor was asked, and did not answer in time."""

    @property
    def least(self) -> float:
        """Return the probability that it is relevant and its first theme right."""
        return self.relevance * next(iter(self.themes), 1.0)


DateKind = Literal[
    "in_force", "until", "comments", "submit", "appeal", "transition", "hearing", "review",
    "deadline",
]  # fmt: skip
"""What a date to come is: an entry into force, an end, or a day by which something is due."""


class DateAhead(Struct, frozen=True, gc=False, kw_only=True):
    """A date after the publication that an item tells, with the words that tell it."""

    kind: DateKind
    day: dt.date | None  # None: a period that begins on another day for everybody
    words: str  # the date as it is written
    sentence: str  # as published

    @property
    def order(self) -> tuple[bool, dt.date]:
        """Return by what dates are sorted: the first one first, periods last."""
        return self.day is None, self.day or dt.date.max


class Provenance(Struct, frozen=True, gc=False, kw_only=True):
    """Whose words each text of a development is in."""

    title: Origin = "original"
    summary: Origin = "original"


class Development(Struct, frozen=True, gc=False, kw_only=True):
    """A change in policy: the record that people receive. Field order is the JSON's."""

    id: str | None = None  # `CZ-2025-0001`: country, year, number; by the store, never reused
    title: str  # in English where there is a translation, else as published
    summary: str  # as the title
    sources: tuple[Citation, ...]
    date: dt.date | None
    country: str | None
    themes: tuple[str, ...]
    topics: tuple[str, ...]
    type: DevelopmentType
    translated_by: str | None = None  # the engine, where one wrote a text
    provenance: Provenance = Provenance()
    summary_native: str | None = None  # as published, where `summary` is a translation of it
    translations: dict[str, Translation] = {}  # into languages (ISO 639-1) beside English
    gloss: str = ""  # who did what, in English words, where a text is in another language
    revision: int = 0  # how often it has changed in substance since it was recorded
    mentions: tuple[str, ...] = ()  # other countries that it names (ISO 3166-1 alpha-2)
    references: tuple[str, ...] = ()  # acts, bills and cases that it names (`enrich.references`)
    own_references: tuple[str, ...] = ()  # those of them that it is about
    ahead: tuple[DateAhead, ...] = ()  # dates to come that it tells, the first one first
    is_corrected: bool = False  # whether an admin has set its labels: they stay as they are
    evidence: Evidence
    confidence: Confidence | None = None  # None: recorded before it was known
    recorded: dt.datetime | None = None


class Join(Struct, frozen=True, kw_only=True):
    """A draft that has joined a development of the same event: what it takes to part them."""

    id: int = 0  # the store's number of the row
    development: str
    before: Development  # as it was
    draft: Development
    keys: ItemKeys  # of the item of the draft
    at: dt.datetime
    translation_wait: TranslationWait | None = None  # of its deliveries


class Review(Struct, frozen=True, kw_only=True):
    """A development whose labels are so uncertain that it waits for an editor."""

    id: int = 0  # the store's number of the row
    development: str
    due: dt.datetime  # when it goes out without one
    is_asked: bool = False  # whether the editors have been sent it
    translation_wait: TranslationWait | None = None  # of its deliveries


class ReviewRule(Struct, frozen=True):
    """Which developments wait for an editor, and for how long."""

    below: float
    """The probability of relevance and of the first theme below which one waits."""
    within: dt.timedelta


class PageText(Struct, frozen=True, kw_only=True):
    """The text of an item's own page."""

    title: str = ""
    text: str = ""
    published: dt.date | None = None
    editions: tuple[str, ...] = ()  # URLs in other languages that it names
    english: tuple[str, ...] = ()  # URLs that its English edition may have, the likeliest first
    english_feed: str | None = None  # the feed in English that it names


class WatchedPage(Struct, frozen=True, kw_only=True):
    """The page of a development that was sent, and its text when it was last checked."""

    id: int = 0  # the store's number of the row
    source: str
    development: str
    url: str
    since: dt.datetime
    seen: dt.datetime  # when it was last checked
    due: dt.datetime
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    whole: dt.datetime | None = None  # the last check that was answered with the page itself
    reading: PageText | None = None  # None: it was not checked yet
    told: PageText | None = None  # what readers know, where it has changed silently since
    other: PageText | None = None  # a different text of the last check, which the next must confirm
    other_since: dt.datetime | None = None  # when that was first read
    abandoned: tuple[str, ...] = ()  # hashes of the texts that it had otherwise
    missing: int = 0  # checks in a row that found no page, or another one in its place
    missing_since: dt.datetime | None = None  # the first of them


class Passage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The texts of a development that are to be translated."""

    title: str
    text: str  # the lead
    language: str | None
    target: str = "en"  # the language (ISO 639-1) that they are translated into
    article: str = ""  # its whole text, as far as it is known and longer than the lead
    publisher: str = ""
    country: str | None = None
    published: dt.date | None = None


class Proposal(Struct, frozen=True, kw_only=True):
    """A label that an engine proposes, and the words of the text that speak for it."""

    label: str  # the code of a theme, or a type
    words: str


class Translation(Struct, frozen=True, kw_only=True):
    """A passage in another language."""

    title: str
    summary: str | None  # None: the engine gave none that is valid
    by: str
    origin: Origin
    quotations: tuple[str, ...] = ()  # the words that each sentence of the summary rests on
    proposals: tuple[Proposal, ...] = ()


class TranslationWait(Struct, frozen=True, kw_only=True):
    """The translations that engines can give, and how long deliveries wait for them."""

    deadline: dt.timedelta
    targets: tuple[str, ...] = ("en",)  # languages (ISO 639-1)


class PendingTranslation(Struct, frozen=True, kw_only=True):
    """A development that waits for a translation."""

    id: int = 0  # the store's number of the row
    development: str
    target: str = "en"  # the language (ISO 639-1) that it is translated into
    since: dt.datetime
    due: dt.datetime | None  # None: no further attempt
    attempts: int = 0


class Change(Struct, frozen=True, kw_only=True):
    """What has changed in substance of a published item: each as it was and as it is."""

    title: tuple[str, str] | None = None
    date: tuple[dt.date | None, dt.date | None] | None = None
    text: tuple[str, str] | None = None  # the sentences that are gone, and those that have come
    # The dates to come that have moved, and those in their place.
    ahead: tuple[tuple[DateAhead, ...], tuple[DateAhead, ...]] | None = None
    is_gone: bool = False  # its page has disappeared


class Told(Struct, frozen=True, gc=False, kw_only=True):
    """What readers know of a development since they were told of a change."""

    at: dt.datetime  # when they were
    title: str  # as published, with the lead
    text: str
    date: dt.date | None
    ahead: tuple[DateAhead, ...] = ()


class Correction(Struct, frozen=True, kw_only=True):
    """Labels that an admin has corrected, for the lexicon to learn from."""

    development: str
    title: str  # as published
    language: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]  # themes, topics and the type
    evidence: tuple[str, ...]  # the words that had led to them
    is_review: bool = False  # whether it was asked for; then `after` may equal `before`
    is_relevant: bool = True


class Filter(Struct, frozen=True, kw_only=True):
    """What a chat follows: any of the countries AND any of the themes or topics AND any of the
    types AND any of the countries mentioned; an empty set stands for any."""

    id: int = 0
    countries: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    types: frozenset[DevelopmentType] = frozenset()
    mentions: frozenset[str] = frozenset()  # countries that are named beside the one it is about
    words: tuple[str, ...] = ()  # any of them must occur, as whole words, in the titles or the text
    without: tuple[str, ...] = ()  # none of them may occur
    sources: frozenset[str] = frozenset()  # ids of sources
    less: frozenset[str] = frozenset()  # exclusions: `theme:return`, `country:CZ`, `source:cz-mv`
    references: frozenset[str] = frozenset()  # acts, bills and cases that are followed
    follows: str | None = None  # the development under which what is followed comes as an answer
    name: str = ""  # its name, which the chat has chosen
    paused: bool = False
    reminds: bool = True  # whether the chat is reminded of dates ahead
    thread: int | None = None  # the topic of the group that it sends to; None: the group itself
    pace: Pace | None = None  # when what it wants comes; None: as the chat has it (`Chat.pace`)


class RemovedFilter(Struct, frozen=True, kw_only=True):
    """A filter that was removed, and where it stood."""

    filter: Filter
    after: int | None  # the id of the filter before it, which may be removed as well; None: it led
    removal: int  # the id of the first filter that was removed at once with it


class FilterChange(Struct, frozen=True, kw_only=True):
    """A change of filters of a group or channel."""

    number: int
    at: dt.datetime
    person: int | None  # the user id of who made it; None: an admin who is anonymous
    before: tuple[Filter, ...]  # those that were changed or removed
    places: tuple[int, ...]  # where these stood
    after: tuple[Filter, ...]  # those that were changed or added


class LostChat(Struct, frozen=True, kw_only=True):
    """A group or channel that the bot was removed from."""

    chat: int
    title: str
    is_channel: bool
    at: dt.datetime


class Recipient(Struct, frozen=True, gc=False):
    """A chat that wants a development."""

    chat: int
    filters: tuple[int, ...]  # ids of its filters that do
    is_collected: bool  # for a digest
    target: str = "en"  # what its texts are translated into (`reader.Reader.target`)


class FilterDraft(Struct, frozen=True, kw_only=True):
    """A filter that is being chosen with buttons."""

    number: int  # which of a chat's drafts it is: an older keyboard is told apart by it
    filter: Filter
    editing: int | None = None  # the id of the filter that it changes; None: it is a new one


class Chat(Struct, frozen=True, kw_only=True):
    """A private chat, a group or a channel: its id and its settings; of people only user ids."""

    id: int
    filters: tuple[Filter, ...] = ()
    paused: bool = False
    paused_until: dt.datetime | None = None  # when `paused` ends by itself; None: with /resume
    suspended: str | None = None  # why Telegram refuses what we send there; None: it does not
    away: dt.datetime | None = None  # since it is paused or suspended; what comes is offered later
    back: dt.datetime | None = None  # since it is neither any more; what came until then is offered
    language: str | None = None  # one of `i18n.LANGUAGES`; None: as Telegram says at each visit
    timezone: str = "Europe/Brussels"  # an IANA name
    pace: Pace = Pace()  # of the filters that have none of their own
    digests: tuple[ScheduledDigest, ...] = ()
    digest_due: dt.datetime | None = None  # when the next of them is to be composed
    urgent: frozenset[str] = frozenset()  # what comes at once all the same: `type:Legislative`
    quiet: tuple[int, int] | None = None  # minutes of its local day between which nothing is sent
    silent: bool = False  # whether messages come without a sound
    texts: str = "en"  # the language that texts are translated into; empty: none
    short: bool = False  # whether developments come without the block of sources and labels
    draft: FilterDraft | None = None
    drafts: int = 0  # how many there were
    # What the bot has asked, which the next message answers; it is stored under its old name.
    pending_question: str | None = field(default=None, name="asked")
    question_until: dt.datetime | None = None  # when it is too old to be answered
    typed: str = ""  # the last search that is too long for the buttons that turn its pages
    is_invited: bool = False
    seen: dt.date | None = None  # the last day, within a week, on which somebody used the bot
    warned: dt.date | None = None  # when they were asked whether they are still there
    speaks_for: int | None = None  # a group or channel that is set up from this private chat
    speaks_for_title: str = ""
    lost_chats: tuple[LostChat, ...] = ()  # set up from here, before the bot was removed from them
    removed_filters: tuple[RemovedFilter, ...] = ()  # which "Undo" brings back
    keeper: int | None = None  # of a group: the private chat that hears when it takes nothing
    filter_changes: tuple[FilterChange, ...] = ()  # of a group: the last ones, which can be undone


NoticeKind = Literal[
    "source_gone", "flood_held", "same_event", "uncertain",  # to admins
    "label_reported", "item_missed",  # by readers, to admins
    "update_skipped",  # to admins
    "topic_missing", "no_rights", "removed", "still_there",  # to a chat
    "rival", "source_failing", "outbox_stuck", "digests_late", "backup_failed",  # alerts
    "store_damaged", "store_lost",  # to admins, not by way of the store
    "text",
]  # fmt: skip
"""The event of a notice; its sentence is in the template `chat/notices`. `text` is one that an
earlier version has stored as a sentence."""


class Notice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that admins, or the person who set up a group, get once."""

    id: int = 0  # the store's number of the row
    kind: NoticeKind = "text"
    values: dict[str, str | int] = {}  # the values of its sentence's placeholders
    is_over: bool = False  # whether it tells that an alert has ended
    chat: int | None = None  # the chat to send it to; None: to the admins
