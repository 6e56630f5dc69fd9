"""Deliveries to chats, their messages, their outcomes and their numbers."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from bot.models import Change
from bot.models.chats import Chat, is_endpoint

DeliveryKind = Literal["news", "edit", "correction", "digest", "announcement", "offer", "reminder"]
"""`edit`: the message is to read as its development reads now; `correction`: an answer to it that
tells of a change; `digest`: several in one message, whose id `Delivery.development` holds; `offer`:
it asks what is wanted of what came during a pause; `reminder`: of a date ahead of a development,
which its revision names (`bot.reminders`)."""

DeliveryState = Literal[
    "pending", "sending", "sent", "uncertain", "failed", "suspended", "withdrawn", "collected"
]
"""`suspended`: it waits until its chat takes messages again; `withdrawn`: its chat wants it no
more; `collected`: it comes with the next digest."""


Recipients = Literal["chats", "endpoints"]
"""Which deliveries: messages to chats, or events to webhook endpoints."""


class SilentCountry(Struct, frozen=True, kw_only=True):
    """A country of which a digest may lack something, and how many of its sources have answered."""

    country: str  # empty: the sources that tell of several
    answered: int = 0
    sources: int = 0
    is_told: bool = False  # whether the digest has news of it, and failing sources may hide more
    failing: tuple[tuple[str, dt.datetime], ...] = ()  # ids of sources, and since when
    off: tuple[str, ...] = ()  # ids of sources that are switched off

    @property
    def is_unread(self) -> bool:
        """Return whether a source of it was not read."""
        return bool(self.failing or self.off)


DigestEvery = Literal["day", "week", "once"]
"""How often a digest comes; `once`: its filters have none any more."""


class Digest(Struct, frozen=True, kw_only=True):
    """A part of a digest; it does not change any more."""

    every: DigestEvery
    since: dt.datetime
    until: dt.datetime
    filters: tuple[int, ...] = ()  # ids of its filters; none: of an earlier version, of all
    items: tuple[str, ...]  # ids of the developments of this part
    part: int = 1
    parts: int = 1
    total: int  # developments of all parts
    silences: tuple[SilentCountry, ...] = ()
    more_silent: int = 0  # countries beside these
    unread: tuple[SilentCountry, ...] = ()  # where it is of any: those not read in full
    more_unread: int = 0
    is_picture: bool = False  # of the weeks before, instead of developments


class Delivery(Struct, frozen=True, gc=False, kw_only=True):
    """A development to be sent to a chat, and its state: a row of the outbox."""

    id: int = 0  # the store's number of the row; it stays when the chat moves
    development: str
    chat: int
    kind: DeliveryKind = "news"
    revision: int = 0  # of the development, for a correction; the part, for a digest
    change: Change | None = None
    digest: Digest | None = None
    within: str | None = None  # the digest that contains it
    text: str | None = None  # of an announcement
    filters: tuple[int, ...] = ()  # ids of the chat's filters that matched
    target: str = "en"  # what its texts are translated into (`reader_language.Reader.target`)
    state: DeliveryState = "pending"
    holder: int | None = None  # the process that has claimed it, where there are several
    attempts: int = 0
    due: dt.datetime
    created: dt.datetime
    settled: dt.datetime | None = None
    message_id: int | None = None
    reason: str | None = None

    @property
    def is_repeatable(self) -> bool:
        """Return whether it does no harm when it is sent twice: an edit, and an event of which the
        endpoint knows by its id that it has it."""
        return self.kind == "edit" or is_endpoint(self.chat)


class ComposedDigests(Struct, frozen=True, kw_only=True):
    """The digests of a chat that were due."""

    chat: Chat  # with when the next ones are
    parts: tuple[Delivery, ...] = ()
    within: dict[int, str] = {}  # of collected deliveries, by id, the digest that contains each
    unwanted: tuple[int, ...] = ()  # ids of those that the chat wants no more


class Destination(Struct, frozen=True):
    """Where a message goes: a chat, a topic of it, and the message it answers."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    silent: bool = False  # without a sound


BUTTON_LIMIT = 64
"""Bytes of a button's data (Bot API, InlineKeyboardButton)."""

COPY_LIMIT = 256
"""Characters that a button copies (Bot API, CopyTextButton)."""
ALERT_LIMIT = 200
"""Characters of an alert (Bot API, answerCallbackQuery)."""


ButtonStyle = Literal["primary", "danger"]
PRIMARY: ButtonStyle = "primary"
"""Of the button that keeps what was chosen."""
DANGER: ButtonStyle = "danger"
"""Of one that removes something."""


class Button(Struct, frozen=True):
    """A button: its text, and the callback data (at most BUTTON_LIMIT), the URL it opens, or what
    it copies (at most COPY_LIMIT)."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    style: ButtonStyle | None = None


Buttons = tuple[tuple[Button, ...], ...]
"""Rows of them."""


class Message(Struct, frozen=True, kw_only=True):
    """A text as Telegram HTML and as plain text, its buttons, and the picture above it."""

    html: str
    plain: str
    buttons: Buttons = ()
    picture: bytes | None = None


class Sent(Struct, frozen=True, tag=True):
    """Telegram took it; `topic_missing`: its topic is closed or gone, so it went to the group."""

    message_id: int
    topic_missing: bool = False


class RetryLater(Struct, frozen=True, tag=True):
    """It certainly did not arrive; try again, after `seconds` where Telegram said when."""

    reason: str
    seconds: float | None = None


class Moved(Struct, frozen=True, tag=True):
    """The group became a supergroup with another id."""

    chat: int


class Refused(Struct, frozen=True, tag=True):
    """It will never arrive; with `gone`, nothing will until the chat comes back."""

    reason: str
    gone: bool = False
    lacks_rights: bool = False  # with `gone`: those who run the chat can mend it


class Unwanted(Struct, frozen=True, tag=True):
    """The chat does not want it any more; it was not sent."""

    reason: str


class Unknown(Struct, frozen=True, tag=True):
    """It was written to the wire and no answer came: it may have arrived."""

    reason: str


Outcome = Sent | RetryLater | Moved | Refused | Unwanted | Unknown


class Backlog(Struct, frozen=True, kw_only=True):
    """The pending deliveries: how many, and since when the oldest could have been sent."""

    pending: int = 0
    oldest: dt.datetime | None = None


class DayLedger(Struct, frozen=True, kw_only=True):
    """What has become of all that was matched with a chat on a day (UTC), as it stands now."""

    day: dt.date
    matched: int = 0  # but for those withdrawn
    delivered: int = 0  # in messages of their own
    in_digests: int = 0
    uncertain: int = 0
    failed: int = 0
    waiting: int = 0
    withdrawn: int = 0  # no filter of their chats wanted them any more

    @property
    def adds_up(self) -> bool:
        """Return whether each match is accounted for."""
        known = self.delivered + self.in_digests + self.uncertain + self.failed + self.waiting
        return self.matched == known


WAITING_STATES: tuple[DeliveryState, ...] = ("pending", "sending", "suspended", "collected")


class Tally(Struct, frozen=True, kw_only=True):
    """The numbers of deliveries by state."""

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
        """Return how many are still to be sent."""
        return self.pending + self.sending + self.suspended + self.collected

    @property
    def matched(self) -> int:
        """Return how many were matched, whatever became of them; not those withdrawn."""
        return self.waiting + self.sent + self.uncertain + self.failed
