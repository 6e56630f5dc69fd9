"""The rules that a store applies within its transactions: pure functions of the stages."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from bot.models import Change, Chat, Development, Passage, Recipient, Translation
from bot.models.deliveries import Delivery, SilentCountry


class Audience(Protocol):
    """All chats, indexed by what they follow."""

    def put(self, chat: Chat) -> None:
        """Add a chat, or replace what was known of it."""

    def remove(self, chat: int) -> None:
        """Remove a chat, if it is known."""

    def clear(self) -> None:
        """Remove every chat."""

    def recipients(self, development: Development, now: dt.datetime) -> list[Recipient]:
        """Return the listening chats that want a development, each once, with their filters."""
        ...


class EventIndex(Protocol):
    """Recent developments, indexed by what those of one event have in common."""

    def put(self, development: Development) -> None:
        """Add a development, or replace the one of the same id."""

    def find_same_event(self, draft: Development) -> Development | None:
        """Return the development of the same event as a draft, if there is one."""
        ...

    def find_similar(self, draft: Development) -> list[Development]:
        """Return developments in other languages that may be of the same event."""
        ...


class DeliveriesFor(Protocol):
    """Decides which deliveries a development is enqueued as (`match.deliveries_for`)."""

    def __call__(
        self, development: Development, audience: Audience, now: dt.datetime
    ) -> Iterable[Delivery]:
        """Return the deliveries of a development that has its id; called within the commit, with
        the audience as the store is then."""
        ...


class Rules(Struct, frozen=True, kw_only=True):
    """The pure functions that a store applies within its transactions: it decides nothing itself.

    They are assembled in one place (`pipeline.rules`) and handed to `open_store`.
    """

    new_audience: Callable[[], Audience]
    new_event_index: Callable[[Iterable[Development]], EventIndex]
    event_window: dt.timedelta
    """How far apart two developments of one event may be dated."""
    merge: Callable[[Development, Development], Development]
    """(recorded, draft of the same event) -> the one development they make."""
    revise: Callable[[Development, Development], tuple[Development, Change | None]]
    """(recorded, draft as it reads now) -> the revised development, and what changed of it."""
    passage_to_translate: Callable[[Development], Passage | None]
    with_translation: Callable[[Development, Translation], Development]
    compose_digest: Callable[
        [Chat, Sequence[str], Sequence[SilentCountry], dt.datetime], list[Delivery]
    ]
    """(chat, ids of developments, silent countries, now) -> the parts of the digest."""
    sendable_since: Callable[[Chat, dt.datetime], dt.datetime | None]
    """Since when a chat may be sent to, seen from now; None: it may not be now."""
