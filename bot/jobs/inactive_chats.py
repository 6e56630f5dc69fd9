"""Forget chats that nobody uses: asked once after a year, forgotten a month later."""

import datetime as dt
from collections.abc import Callable

from msgspec.structs import replace

from bot.models import Chat, Notice
from bot.ports import Store

YEAR = dt.timedelta(days=365)
MONTH = dt.timedelta(days=30)


class InactiveChats:
    """Asks a chat that was silent for a year whether it is still there, and forgets it a month
    later."""

    name = "inactive chats"
    interval = 3600.0

    def __init__(
        self, store: Store, clock: Callable[[], dt.datetime], wake_notices: Callable[[], None]
    ) -> None:
        self._store, self._clock, self._wake_notices = store, clock, wake_notices

    async def run(self) -> None:
        """Ask and forget the chats for which it is time."""
        today = self._clock().date()
        for chat in await self._store.chats():
            if chat.seen is None:
                await self._note(chat, seen=today)
            elif chat.warned and today - chat.warned >= MONTH:
                await self._store.forget_chat(chat.id)
            elif not chat.warned and today - chat.seen >= YEAR:
                await self._note(chat, warned=today)
                await self._store.add_notice(Notice(kind="still_there", chat=chat.id))
                self._wake_notices()

    async def _note(self, chat: Chat, **changes: dt.date) -> None:
        await self._store.change_chat(chat.id, lambda known: replace(known, **changes))
