"""End pauses, and send in a digest what has come in quiet hours, where it is much."""

import datetime as dt
import functools
from collections.abc import Callable

from msgspec import Struct, field
from msgspec.structs import replace

from bot import catch_up, deliver, digests
from bot.jobs.chat_retries import ChatRetries
from bot.models.chats import Chat
from bot.models.deliveries import Delivery
from bot.pipeline import Clock
from bot.ports.store import Store

MANY = 20
"""Developments that wait for the end of quiet hours, above which they come in a digest."""

BEFORE = dt.timedelta(minutes=1)
"""How long before the end of quiet hours such a digest is composed."""


class EndOfPauses(Struct, frozen=True):
    """Ends the pauses that are over, and offers or collects what came meanwhile.

    A private chat is asked what of it is wanted. In a group or channel a question would be put to
    all who read there: it gets a digest.
    """

    name = "pauses"
    interval = 15.0

    store: Store
    clock: Clock
    wake_outbox: Callable[[], None]
    retries: ChatRetries = field(default_factory=lambda: ChatRetries(EndOfPauses.name))

    async def run(self) -> None:
        """End what is over."""
        now = self.clock()
        over = await self.store.pauses_over(now)
        await self.retries.run_for_each(over, now, functools.partial(self._end, now=now))

    async def _end(self, chat: Chat, now: dt.datetime) -> None:
        is_private = chat.id > 0
        # What is enqueued twice, as after a crash, is sent once.
        await self.store.enqueue([_offer(chat, now)] if is_private else await self._owed(chat, now))
        await self.store.change_chat(chat.id, _ended(chat, now, is_over=not is_private))
        self.wake_outbox()

    async def _owed(self, chat: Chat, now: dt.datetime) -> list[Delivery]:
        missed = await catch_up.missed(self.store, chat, now)
        return await catch_up.deliveries(self.store, chat, missed, now, "collected")


def _offer(chat: Chat, now: dt.datetime) -> Delivery:
    return Delivery(
        development=f"pause until {chat.paused_until:%Y-%m-%d %H:%M:%S}",
        chat=chat.id,
        kind="offer",
        due=now,
        created=now,
    )


def _ended(chat: Chat, now: dt.datetime, *, is_over: bool) -> Callable[[Chat], Chat]:
    """Return a function that ends the pause of a chat, unless it was changed meanwhile. `is_over`:
    what came is enqueued, and is to be told in a digest now."""

    def ended(current: Chat) -> Chat:
        if current.paused_until != chat.paused_until:
            return current
        listening = replace(current, paused=False, paused_until=None, back=current.paused_until)
        after = digests.reschedule(current, listening, now)
        return digests.add_extra(replace(after, away=None, back=None), now) if is_over else after

    return ended


class QuietHours(Struct, frozen=True):
    """Collects what came in quiet hours for a digest at their end, where it is much."""

    name = "quiet hours"
    interval = 60.0

    store: Store
    clock: Clock
    retries: ChatRetries = field(default_factory=lambda: ChatRetries(QuietHours.name))

    async def run(self) -> None:
        """Collect what waits in the chats where it has become much."""
        now = self.clock()
        chats = [await self.store.chat(each) for each in await self.store.chats_awaiting(MANY)]
        await self.retries.run_for_each(chats, now, functools.partial(self._collect, now=now))

    async def _collect(self, chat: Chat, now: dt.datetime) -> None:
        if until := deliver.quiet_until(chat, now):
            before = until - BEFORE  # else what else has come would be sent already
            await self.store.change_chat(chat.id, functools.partial(digests.add_extra, at=before))
            await self.store.collect_pending(chat.id)
