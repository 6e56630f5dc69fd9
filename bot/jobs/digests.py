"""Digests, put together when they are due."""

import datetime as dt
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bot import match
from bot.deliver import quiet_hours
from bot.jobs.periodic import Rounds
from bot.models import Chat, Source
from bot.monitoring import source_health
from bot.ports import Store

TICK = 15.0
"""Seconds between looks at the clocks."""


class DigestJob:
    """Looks, round after round, for whom a digest is due; one that was missed comes late."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[Source],
        clock: Callable[[], dt.datetime],
        owed: Callable[[], None],
    ) -> None:
        """`owed` is called when there is something to send."""
        self._store, self._sources, self._clock, self._owed = store, sources, clock, owed
        self.rounds = Rounds(self.look, TICK, "digests cannot be put together")

    async def look(self) -> None:
        """Puts together what is due."""
        now = self._clock()
        chats = await self._store.digests_due(now)
        states = await self._store.states() if chats else {}
        for chat in chats:
            due = _next(chat, now)
            if not match.listens(chat, now):
                await self._store.change_chat(chat.id, _due_later(due))
                continue
            silences = source_health.silences(self._sources, states, _countries(chat))
            if await self._store.compose_digest(chat.id, now, silences, due):
                self._owed()


def _next(chat: Chat, now: dt.datetime) -> dt.datetime | None:
    if chat.timetable is None:
        return None  # it was the last
    return quiet_hours.next_digest(chat.timetable, chat.timezone, now)


def _due_later(due: dt.datetime | None) -> Callable[[Chat], Chat]:
    return lambda chat: replace(chat, digest_due=due)


def _countries(chat: Chat) -> frozenset[str]:
    """The countries that a chat follows by name."""
    return frozenset(code for kept in chat.filters for code in kept.countries)
