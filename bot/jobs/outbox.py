"""The outbox: sends the deliveries that are due, each chat's in order, in a task of its own.

A chat that has to wait delays no other; while the messenger cannot be reached, all stay pending.
"""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable
from operator import attrgetter

from bot.deliver import backoff
from bot.errors import StoreError, TokenRejectedError
from bot.models.deliveries import Delivery, Outcome, Sent
from bot.pipeline import Clock, send
from bot.ports import Store, Transport

log = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between queries for deliveries that are due; new ones wake the outbox at once."""
LONGEST_OUTAGE_WAIT = 30.0
"""Seconds between attempts while Telegram or the store does not answer."""
BATCH = 100
"""Chats that are sent to at a time."""
# More than the rate limiter's 30 slots: a chat that waits for its own limit leaves none unused.


class Outbox:
    """Sends the deliveries that are due, until `stop`."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        clock: Clock,
        on_attempt: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:
        """`on_attempt` is called with the outcome of each attempt."""
        self._store, self._transport, self._clock = store, transport, clock
        self._on_attempt = on_attempt
        self._wake = asyncio.Event()
        self._stopped = asyncio.Event()
        self._rejected = False
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._in_flight: set[int] = set()
        self._failures = 0
        self._is_store_failing = False

    def wake(self) -> None:
        """Query now for deliveries that are due."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop`, then wait for what is in flight. Raises TokenRejectedError."""
        while not self._stopped.is_set():
            self._wake.clear()
            if self._failures:  # which new deliveries do not cut short
                await _wait(self._stopped, backoff(self._failures, TICK, LONGEST_OUTAGE_WAIT))
            try:
                await self._send_due()
            except StoreError as error:
                self._note_store_error(error)
            if self._rejected:
                raise TokenRejectedError
            if not self._failures:
                await _wait(self._wake, TICK)
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

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

    async def _send_due(self) -> None:
        free = max(BATCH - len(self._busy), 0)
        due = await self._store.claim_deliveries(self._clock(), free, set(self._busy))
        if not due:
            self._failures = 0  # the store answers again; the messenger is asked with the next
            return
        if not await self._is_reachable():
            return
        due.sort(key=attrgetter("chat"))  # stable: oldest first within a chat
        for chat, deliveries in itertools.groupby(due, key=attrgetter("chat")):
            self._busy[chat] = asyncio.create_task(self._send_to_chat(chat, list(deliveries)))

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
                if self._stopped.is_set():
                    return
                outcome = await self._send(delivery)
                if not isinstance(outcome, Sent):
                    return  # the chat's further deliveries stay behind this one
        except StoreError as error:
            self._note_store_error(error)
        except TokenRejectedError:
            self._rejected = True
        finally:
            del self._busy[chat]
            self._wake.set()

    async def _send(self, delivery: Delivery) -> Outcome | None:
        def on_start() -> None:
            self._in_flight.add(delivery.chat)

        try:
            outcome = await send(self._store, self._transport, self._clock, delivery, on_start)
            self._is_store_failing = False
            if outcome:
                self._on_attempt(outcome)
            return outcome
        finally:
            self._in_flight.discard(delivery.chat)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
