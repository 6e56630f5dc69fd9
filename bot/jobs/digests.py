"""Compose the digests that are due."""

import datetime as dt
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bot import deliver
from bot.models import Chat
from bot.models.sources import Source
from bot.monitoring import source_health
from bot.ports import Store


class DigestJob:
    """Composes digests; one that was missed comes late."""

    name = "digests"
    interval = 15.0

    def __init__(
        self,
        store: Store,
        sources: Sequence[Source],
        clock: Callable[[], dt.datetime],
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store, self._sources, self._clock = store, sources, clock
        self._wake_outbox = wake_outbox

    async def run(self) -> None:
        """Compose what is due."""
        now = self._clock()
        chats = await self._store.digests_due(now)
        states = await self._store.states() if chats else {}
        for chat in chats:
            due = _next(chat, now)
            if not deliver.listens(chat, now):
                await self._store.change_chat(chat.id, _due_later(due))
                continue
            silences = source_health.silences(self._sources, states, _countries(chat))
            if await self._store.compose_digest(chat.id, now, silences, due):
                self._wake_outbox()


def _next(chat: Chat, now: dt.datetime) -> dt.datetime | None:
    if chat.timetable is None:
        return None  # it was the last
    return deliver.next_digest(chat.timetable, chat.timezone, now)


def _due_later(due: dt.datetime | None) -> Callable[[Chat], Chat]:
    return lambda chat: replace(chat, digest_due=due)


def _countries(chat: Chat) -> frozenset[str]:
    """Return the countries that a chat follows by name."""
    return frozenset(code for kept in chat.filters for code in kept.countries)
