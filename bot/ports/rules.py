"""The rules that a store applies within its transactions: pure functions that it is handed
(`pipeline.rules`)."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from bot.models import Change, Development, Join, Told
from bot.models.chats import Chat, Filter, Recipient
from bot.models.deliveries import ComposedDigests, Delivery, SilentCountry
from bot.models.translations import Passage, Translation
from bot.search import HasWord


class Audience(Protocol):
    """All chats, indexed by what they follow."""

    def put(self, chat: Chat) -> None:
        """Add a chat, or replace what was known of it."""

    def remove(self, chat: int) -> None:
        """Remove a chat, if it is known."""

    def clear(self) -> None:
        """Remove every chat."""

    def recipients(
        self, development: Development, now: dt.datetime, has_word: HasWord | None = None
    ) -> list[Recipient]:
        """Return the listening chats that want a development, each once, with their filters."""


class EventIndex(Protocol):
    """Recent developments, indexed by what those of one event have in common."""

    def put(self, development: Development) -> None:
        """Add a development, or replace the one of the same id."""

    def find_same_event(self, draft: Development) -> Development | None:
        """Return the development of the same event as a draft, if there is one."""

    def find_similar(self, draft: Development) -> list[Development]:
        """Return developments in other languages that may be of the same event."""


DeliveriesFor = Callable[[Development, Audience, dt.datetime, HasWord], Iterable[Delivery]]
"""`match.deliveries_for`: the deliveries of a development that has its id, found in the commit."""


class Rules(Struct, frozen=True, kw_only=True):
    """The pure functions that a store applies within its transactions (`pipeline.rules`)."""

    new_audience: Callable[[], Audience]
    new_event_index: Callable[[Iterable[Development]], EventIndex]
    event_window: dt.timedelta
    """How far apart two developments of one event may be dated."""
    merge: Callable[[Development, Development], Development]
    """(recorded, draft of the same event) -> the one development they make."""
    part: Callable[[Development, Join], tuple[Development, Development]]
    """(joined, a draft that has joined it) -> what is left of it, and the draft."""
    of_one_matter: Callable[[Development, Sequence[Development]], list[Development]]
    """(draft, others) -> those of the others that are stages of the same matter."""
    revise: Callable[[Development, Development], tuple[Development, Change | None]]
    """(recorded, draft as it reads now) -> the revised development, and what changed of it."""
    as_told: Callable[[Development, dt.datetime], Told]
    """(development, when) -> what readers know who were told then how it has changed."""
    change_since: Callable[[Told, Development, dt.datetime], Change | None]
    """(what readers know, revised development, now) -> the change that they are to be told."""
    passage_to_translate: Callable[[Development, str, str], Passage | None]
    """(development, all that its source says, language) -> what of it is to be translated into that
    language, if anything."""
    with_translation: Callable[[Development, Translation, str, str], Development]
    """(development, its translation, into which language) -> the development with it."""
    compose_digests: Callable[
        [
            Chat,
            Sequence[Delivery],
            Mapping[str, Development],
            Sequence[SilentCountry],
            dt.datetime,
        ],
        ComposedDigests,
    ]
    """(chat, what was collected for it, its developments by their ids, what the sources of each
    country say, now) -> the digests that are due."""
    at_once: Callable[[Chat], Sequence[Filter]]
    """(chat) -> its filters that have no digest."""
    sendable_since: Callable[[Chat, dt.datetime], dt.datetime | None]
    """Since when a chat may be sent to, seen from now; None: it may not be now."""
