"""Send messages to chats; where much waits for a chat, let it come newest first, or in a digest."""

import functools
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot import deliver, digests
from bot.jobs.chat_retries import ChatRetries
from bot.jobs.delivery_content import Edit, Post, content_of
from bot.jobs.delivery_loop import DeliveryLoop
from bot.models import Notice
from bot.models.chats import Chat
from bot.models.deliveries import Delivery, Moved, Outcome, Refused, Sent
from bot.pipeline import Clock
from bot.ports.messenger import BeforeSend, Transport
from bot.ports.store import Store

BACKLOGS_EVERY = timedelta(seconds=15)
"""How often it is seen for which chats much waits, beside the end of an outage."""
NEWEST_FIRST = 20
"""News that wait for a chat, above which the newest come first, until none waits."""
IN_DIGEST = 50
"""Above which they come in a digest."""


class Outbox(DeliveryLoop):
    """Sends the messages that are due to chats, until `stop`."""

    to = "chats"

    def __init__(
        self,
        store: Store,
        transport: Transport,
        clock: Clock,
        on_attempt: Callable[[Outcome], None] = lambda outcome: None,
        admins: Collection[int] = (),
    ) -> None:
        """`on_attempt` is called with the outcome of each attempt; `admins` may part what was
        joined."""
        super().__init__(store, clock, on_attempt)
        self._transport, self._admins = transport, admins
        self._backlogs_seen: datetime | None = None
        self._retries = ChatRetries("backlogs")

    async def _other_side_answers(self) -> bool:
        return await self._transport.reachable()

    async def _check_backlogs(self, *, is_over: bool) -> bool:
        """Look for chats for which much waits, now and then and when an outage `is_over`: then the
        newest come first, or all in a digest. Return whether it was time for that."""
        now = self._clock()
        if not is_over and self._backlogs_seen and now - self._backlogs_seen < BACKLOGS_EVERY:
            return False
        self._backlogs_seen = now
        waiting = await self._store.chats_awaiting(0)
        most = [Chat(id=number) for number, count in waiting.items() if count > IN_DIGEST]
        await self._retries.run_for_each(most, now, functools.partial(self._collect, now=now))
        many = {number for number, count in waiting.items() if count > NEWEST_FIRST}
        self._newest_first = frozenset(many | (self._newest_first & waiting.keys()))
        return True

    async def _collect(self, chat: Chat, now: datetime) -> None:
        """Collect all that waits for a chat for a digest, where the chat may be sent to."""
        if deliver.sendable_since(await self._store.chat(chat.id), now):
            await self._store.change_chat(chat.id, functools.partial(digests.add_extra, at=now))
            await self._store.collect_pending(chat.id)

    async def _attempt(self, on_the_wire: Delivery, chat: Chat, starting: BeforeSend) -> Outcome:
        content = await content_of(
            self._store, self._transport, on_the_wire, chat, self._admins, self._clock()
        )
        match content:
            case Edit(number, message):
                return await self._transport.edit(chat.id, number, message, starting)
            case Post(destination, message):
                return await self._transport.send(destination, message, starting)
        return content

    async def _handle_outcome(self, chat: Chat, outcome: Outcome, now: datetime) -> None:
        match outcome:
            case Moved(new):
                await self._store.move_chat(chat.id, new)
            case Sent(topic_missing=True):
                await self._store.change_chat(
                    chat.id,
                    lambda before: digests.reschedule(before, _without_topics(before), now),
                )
                await self._store.add_notice(Notice(kind="topic_missing", chat=chat.keeper))
            case Refused(reason, gone=True, lacks_rights=lacks_rights):
                await self._store.suspend_chat(chat.id, reason, now)
                if lacks_rights:
                    await self._store.add_notice(Notice(kind="no_rights", chat=chat.keeper))


def _without_topics(chat: Chat) -> Chat:
    return replace(chat, filters=tuple(replace(one, thread=None) for one in chat.filters))
