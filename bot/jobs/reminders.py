"""Remind chats of the dates ahead of what they follow."""

from collections.abc import Callable

from msgspec import Struct

from bot import match, reminders
from bot.pipeline import Clock
from bot.ports.store import Store


class ReminderJob(Struct, frozen=True):
    """Enqueues the reminders that are due; what is enqueued twice is sent once."""

    name = "reminders"
    interval = 3600.0

    store: Store
    clock: Clock
    wake_outbox: Callable[[], None]

    async def run(self) -> None:
        """Enqueue what is due."""
        now = self.clock()
        days = reminders.due_days(now)
        due = await self.store.developments_ahead(
            lambda development, has_word: any(date.day in days for date in development.ahead),
            min(days),
        )
        if not due:
            return
        chats = [chat for chat in await self.store.chats() if chat.filters]
        words = match.words_of(one for chat in chats for one in chat.filters)
        for development in due:
            found = await self.store.words_in(str(development.id), words) if words else ()
            for each in reminders.deliveries(development, chats, now, found.__contains__):
                if await self.store.enqueue([each]):
                    self.wake_outbox()
