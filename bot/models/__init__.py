"""The data of the flow: frozen structs without behaviour of their own.

Source ─ Fetched ─ Document[Item] ─ Development ─ Delivery ─ Message ─ Outcome

Here are developments and notices; in `models.sources`, `models.readings`, `models.translations`,
`models.chats`, `models.pace` and `models.deliveries` the others.
Structs of which thousands are kept say `gc=False`: they are part of no cycle, so that Python's
collector of cycles, which stops everything else, need not visit them.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from bot.models.readings import Received
from bot.models.translations import Origin, Translation, TranslationWait

DevelopmentType = Literal["Legislative", "Institutional", "Policy"]

SourceType = Literal[
    "ministry", "agency", "court", "gazette", "parliament", "eu", "international", "ngo", "press"
]
"""What kind of body publishes a source: `ministry` stands for the government as a whole, too, `eu`
for the institutions of the European Union that are nothing else of these."""

ItemKeys = tuple[str, ...]
"""Every name an item goes by, the strongest first (`sources.ItemIdentity`)."""

Medium = Literal["page", "pdf", "scanned", "locked"]
"""What a URL leads to: a web page, or a PDF; one that is `scanned` has no text that can be read,
one that is `locked` opens with a password alone."""


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
    source_type: SourceType | None = None  # None: it is not known
    editions: tuple[str, ...] = ()  # URLs in other languages that it names
    url_en: str | None = None  # its publisher's English edition of it, whose title is `title_en`
    medium: Medium = "page"


class Evidence(Struct, frozen=True, gc=False, kw_only=True):
    """The words that led to each decision."""

    themes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()  # what its sentences rest on, where an engine has written them
    pages: tuple[int | None, ...] = ()  # the pages of a PDF on which these begin
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


DatePrecision = Literal["day", "month", "quarter"]
"""How exactly a date to come is told."""


class DateAhead(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A date after the publication that an item tells, with the words that tell it."""

    kind: DateKind
    day: dt.date | None  # None: a period that begins on another day for everybody
    words: str  # the date as it is written
    sentence: str  # as published
    page: int | None = None  # on which page of a PDF it begins
    precision: DatePrecision = "day"  # of a month or quarter that is told, `day` is the first

    @property
    def last(self) -> dt.date | None:
        """Return the last day that it may be: that of the month or quarter, where only this is
        told."""
        if self.day is None or self.precision == "day":
            return self.day
        longest = dt.timedelta(days=31 if self.precision == "month" else 92)
        return (self.day + longest).replace(day=1) - dt.timedelta(days=1)

    @property
    def key(self) -> tuple[DateKind, dt.date | None, DatePrecision]:
        """Return the key that dates have in common which tell the same."""
        return self.kind, self.day, self.precision

    @property
    def order(self) -> tuple[bool, dt.date]:
        """Return by what dates are sorted: the first one first, periods last."""
        return self.day is None, self.day or dt.date.max


StageKind = Literal[
    "announced", "consultation", "bill", "amended", "adopted", "rejected", "published", "in_force",
    "challenged", "decided", "upheld", "suspended", "annulled", "withdrawn",
]  # fmt: skip
"""The stage of a matter: an act, a bill or a case."""


class Stage(Struct, frozen=True, gc=False, kw_only=True):
    """The stage of a matter that an item tells."""

    kind: StageKind
    body: str | None = None  # who decided (`data/events`, `data/procedures.toml`)
    words: str = ""  # the sentence that tells it, as published
    is_tentative: bool = False  # it is one only of a matter that is known already


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
    stage: Stage | None = None  # that it tells of its matter
    matter: str | None = None  # the id of the first development of its matter; by the store
    matter_references: tuple[str, ...] = ()  # the numbers of its matter that were known by then
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
    """The text of an item's own page, or of the PDF that is in its place."""

    title: str = ""
    text: str = ""
    published: dt.date | None = None
    editions: tuple[str, ...] = ()  # URLs in other languages that it names
    english: tuple[str, ...] = ()  # URLs that its English edition may have, the likeliest first
    english_feed: str | None = None  # the feed in English that it names
    medium: Medium = "page"
    is_cut: bool = False  # whether its text was longer than is kept
    received: Received | None = None  # the answer that it was read from; not known within a parser


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
    read: dt.datetime | None = None  # the last check at which it read so
    told: PageText | None = None  # what readers know, where it has changed silently since
    other: PageText | None = None  # a different text of the last check, which the next must confirm
    other_since: dt.datetime | None = None  # when that was first read
    abandoned: tuple[str, ...] = ()  # hashes of the texts that it had otherwise
    missing: int = 0  # checks in a row that found no page, or another one in its place
    missing_since: dt.datetime | None = None  # the first of them
    instead: Received | None = None  # what was answered instead, where that shows that it is gone
    is_gone: bool = False  # whether it was found to be gone for good, and has not come back since


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


NoticeKind = Literal[
    "source_gone", "source_moved", "source_lost",  # to admins
    "flood_held", "same_event", "uncertain",  # to admins
    "label_reported", "item_missed",  # by readers, to admins
    "update_skipped", "own_endpoint_suspended",  # to admins
    "topic_missing", "no_rights", "removed", "still_there", "endpoint_suspended",  # to a chat
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
