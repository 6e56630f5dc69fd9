"""The outbox: sends the deliveries that are due, each chat's in order, in a task of its own.

A chat that has to wait delays no other; while the messenger cannot be reached, all stay pending.
"""

import asyncio
import contextlib
import functools
import itertools
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from operator import attrgetter

from msgspec.structs import replace

from bot import deliver, digests, match
from bot.errors import StoreError, SupersededError, TokenRejectedError
from bot.jobs.chat_retries import ChatRetries
from bot.jobs.delivery_content import Edit, Post, content_of
from bot.models import Notice
from bot.models.chats import Chat
from bot.models.deliveries import (
    Delivery,
    Moved,
    Outcome,
    Refused,
    Sent,
)
from bot.pipeline import Clock
from bot.ports.messenger import Transport
from bot.ports.store import Store

log = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between queries for deliveries that are due; new ones wake the outbox at once."""
LONGEST_OUTAGE_WAIT = 30.0
"""Seconds between attempts while Telegram or the store does not answer."""
BATCH = 100
"""Chats that are sent to at a time."""
EACH = 5
"""Deliveries of one chat that are claimed at a time."""
# More than the rate limiter's 30 slots: a chat that waits for its own limit leaves none unused.
FIRST_SAVE_WAIT = 1.0
LONGEST_SAVE_WAIT = 30.0
"""Seconds between attempts to write to a store that fails."""
BACKLOGS_EVERY = timedelta(seconds=15)
"""How often it is seen for which chats much waits, beside the end of an outage."""
NEWEST_FIRST = 20
"""News that wait for a chat, above which the newest come first, until none waits."""
IN_DIGEST = 50
"""Above which they come in a digest."""


class Outbox:
    """Sends the deliveries that are due, until `stop`."""

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
        self._store, self._transport, self._clock = store, transport, clock
        self._on_attempt, self._admins = on_attempt, admins
        self._wake = asyncio.Event()
        self._stopped = asyncio.Event()
        self._rejected = False
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._in_flight: set[int] = set()
        self._failures = 0
        self._is_store_failing = False
        self._has_recovered = False
        self._newest_first: frozenset[int] = frozenset()
        self._backlogs_seen: datetime | None = None
        self._retries = ChatRetries("backlogs")

    def wake(self) -> None:
        """Query now for deliveries that are due."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop`, then wait for what is in flight. Raises TokenRejectedError."""
        try:
            while not self._stopped.is_set():
                await self._run_once()
        except asyncio.CancelledError:
            for task in self._busy.values():
                task.cancel()
            raise
        finally:
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _run_once(self) -> None:
        self._wake.clear()
        if self._failures:  # which new deliveries do not cut short
            wait = deliver.backoff(self._failures, TICK, LONGEST_OUTAGE_WAIT)
            await _wait(self._stopped, wait)
        try:
            await self._recover_once()
            await self._send_due()
        except StoreError as error:
            self._note_store_error(error)
        if self._rejected:
            raise TokenRejectedError
        if not self._failures:
            await _wait(self._wake, TICK)

    def stop(self) -> None:
        """Start nothing more; what only waits for the rate limiter stays pending."""
        self._stopped.set()
        self._wake.set()
        for chat, task in self._busy.items():
            if chat not in self._in_flight:
                task.cancel()

    async def drain(self) -> None:
        """Send until nothing is due or in flight."""
        while self._busy or await self._store.claim_deliveries(self._clock(), 1):
            await self._send_due()
            if self._busy:
                await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _recover_once(self) -> None:
        """Before anything is sent, settle what the outbox before this one was sending as it ended:
        its process may live on, with another configuration."""
        if self._has_recovered:
            return
        for torn in await self._store.recover_deliveries(self._clock(), ours=True):
            log.warning("%s may or may not have arrived: it is now uncertain", torn.development)
        self._has_recovered = True

    async def _send_due(self) -> None:
        due = await self._claim()
        if not due:
            self._failures = 0  # the store answers again; the messenger is asked with the next
            return
        was_out = self._failures > 0
        if not await self._is_reachable():
            return
        if await self._see_backlogs(is_over=was_out):
            due = await self._claim()
        due.sort(key=attrgetter("chat"))  # stable: in order within a chat
        for chat, deliveries in itertools.groupby(due, key=attrgetter("chat")):
            self._busy[chat] = asyncio.create_task(self._send_to_chat(chat, list(deliveries)))

    async def _claim(self) -> list[Delivery]:
        return await self._store.claim_deliveries(
            self._clock(),
            max(BATCH - len(self._busy), 0),
            set(self._busy),
            each=EACH,
            newest_first=self._newest_first,
        )

    async def _see_backlogs(self, *, is_over: bool) -> bool:
        """See for which chats much waits, now and then and when an outage `is_over`: then the
        newest come first, or all in a digest. Return whether it was time for that."""
        now = self._clock()
        if not is_over and self._backlogs_seen and now - self._backlogs_seen < BACKLOGS_EVERY:
            return False
        self._backlogs_seen = now
        waiting = await self._store.chats_awaiting(0)
        most = [Chat(id=number) for number, count in waiting.items() if count > IN_DIGEST]
        await self._retries.see_to_each(most, now, functools.partial(self._collect, now=now))
        many = {number for number, count in waiting.items() if count > NEWEST_FIRST}
        self._newest_first = frozenset(many | (self._newest_first & waiting.keys()))
        return True

    async def _collect(self, chat: Chat, now: datetime) -> None:
        """Let all that waits for a chat come in a digest, where it may be sent to."""
        if deliver.sendable_since(await self._store.chat(chat.id), now):
            await self._store.change_chat(chat.id, functools.partial(digests.add_extra, at=now))
            await self._store.collect_pending(chat.id)

    async def _is_reachable(self) -> bool:
        if await self._transport.reachable():
            self._failures = 0
            return True
        self._failures += 1
        return False

    def _note_store_error(self, error: StoreError) -> None:
        if not self._is_store_failing:
            log.error("the store cannot be used, deliveries wait: %s", error)
        self._is_store_failing = True
        self._failures += 1

    async def _send_to_chat(self, chat: int, deliveries: list[Delivery]) -> None:
        try:
            for delivery in deliveries:
                if self._stopped.is_set() or not isinstance(await self._send(delivery), Sent):
                    return  # the chat's further deliveries stay behind this one
        except StoreError as error:
            self._note_store_error(error)
        except TokenRejectedError:
            self._rejected = True
        except Exception:  # one chat that breaks must not stop the others
            log.exception("what came of a delivery could not be noted of its chat")
        finally:
            self._in_flight.discard(chat)
            del self._busy[chat]
            self._wake.set()

    async def _send(self, delivery: Delivery) -> Outcome | None:
        """Send one delivery and save what came of it; None: its chat does not listen now, or it is
        not this process's to send any more."""
        chat = await self._store.chat(delivery.chat)
        if not match.listens(chat, self._clock()):
            return None
        on_the_wire = deliver.mark_in_flight(delivery)
        try:
            outcome = await self._attempt(on_the_wire, chat)
        except SupersededError:
            return None
        except (StoreError, TokenRejectedError):
            raise
        except Exception as error:  # one message that cannot be made must not stop the others
            log.exception("%s could not be sent", delivery.development)
            outcome = Refused(f"its message could not be made: {type(error).__name__}")
        now = self._clock()
        await self._save(chat, deliver.apply_outcome(on_the_wire, outcome, now), outcome, now)
        self._in_flight.discard(chat.id)
        self._is_store_failing = False
        self._on_attempt(outcome)
        return outcome

    async def _attempt(self, on_the_wire: Delivery, chat: Chat) -> Outcome:
        async def starting() -> None:
            self._in_flight.add(chat.id)  # from here on a task cut short leaves it uncertain
            await self._store.start_delivery(on_the_wire)

        content = await content_of(
            self._store, self._transport, on_the_wire, chat, self._admins, self._clock()
        )
        match content:
            case Edit(number, message):
                return await self._transport.edit(chat.id, number, message, starting)
            case Post(destination, message):
                return await self._transport.send(destination, message, starting)
        return content

    async def _save(self, chat: Chat, settled: Delivery, outcome: Outcome, now: datetime) -> None:
        # Telegram cannot be asked again what came of it: so it is kept until the store takes it.
        for failures in itertools.count(1):
            try:
                await self._store.save_delivery(settled)
                await _handle_outcome(self._store, chat, outcome, now)
                return
            except StoreError as error:
                what = f"{settled.development} is {settled.state}"
                log.error("%s, which waits to be written: %s", what, error)
            await asyncio.sleep(deliver.backoff(failures, FIRST_SAVE_WAIT, LONGEST_SAVE_WAIT))


async def _handle_outcome(store: Store, chat: Chat, outcome: Outcome, now: datetime) -> None:
    """Save what an outcome says of the chat itself."""
    match outcome:
        case Moved(new):
            await store.move_chat(chat.id, new)
        case Sent(topic_missing=True):
            await store.change_chat(
                chat.id,
                lambda before: digests.reschedule(before, _without_topics(before), now),
            )
            await store.add_notice(Notice(kind="topic_missing", chat=chat.keeper))
        case Refused(reason, gone=True, lacks_rights=lacks_rights):
            await store.suspend_chat(chat.id, reason, now)
            if lacks_rights:
                await store.add_notice(Notice(kind="no_rights", chat=chat.keeper))


def _without_topics(chat: Chat) -> Chat:
    return replace(chat, filters=tuple(replace(one, thread=None) for one in chat.filters))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    # Not `wait_for`: before Python 3.12 it loses a cancellation that comes as the event is set.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
