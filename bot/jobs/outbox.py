"""The outbox at work: what is due is sent, each chat by a task of its own, in order.

A chat that has to wait keeps no other waiting; a messenger that cannot be reached keeps all
of them pending.
"""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable
from operator import attrgetter

from bot.deliver.retry import backoff
from bot.errors import StoreError, TokenRejectedError
from bot.models import Delivery, Outcome, Sent
from bot.pipeline import Clock, send
from bot.ports import Store, Transport

log = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between looks for what has come due by itself; new deliveries wake it at once."""
LONGEST_OUTAGE_WAIT = 30.0
"""Seconds between attempts while Telegram or the store does not answer."""
BATCH = 100
"""Chats that are sent to at a time: some more than the slots of the pace."""


class Outbox:
    """Sends what the store says is owed, until it is told to stop."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        clock: Clock,
        attempted: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:
        """`attempted` is called with what came of each attempt."""
        self._store, self._transport, self._clock = store, transport, clock
        self._attempted = attempted
        self._wake = asyncio.Event()
        self._stopped = asyncio.Event()
        self._rejected = False
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._on_the_wire: set[int] = set()
        self._failures = 0
        self._is_ailing = False

    def wake(self) -> None:
        """Something new is owed."""
        self._wake.set()

    async def run(self) -> None:
        """Sends until `stop`, then waits for what is on the wire. Raises TokenRejectedError."""
        while not self._stopped.is_set():
            self._wake.clear()
            await self._sit_out()
            try:
                await self._send_due()
            except StoreError as error:
                self._note_trouble(error)
            if self._rejected:
                raise TokenRejectedError
            if not self._failures:
                await _wait(self._wake, TICK)
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def stop(self) -> None:
        """Starts nothing more; what only waits for its turn stays pending."""
        self._stopped.set()
        self._wake.set()
        for chat, task in self._busy.items():
            if chat not in self._on_the_wire:
                task.cancel()

    async def drain(self) -> None:
        """Returns when nothing is due or under way."""
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
        for chat, owed in itertools.groupby(due, key=attrgetter("chat")):
            self._busy[chat] = asyncio.create_task(self._send_to_chat(chat, list(owed)))

    async def _is_reachable(self) -> bool:
        if await self._transport.reachable():
            self._failures = 0
            return True
        self._wait_longer()
        return False

    def _note_trouble(self, error: StoreError) -> None:
        if not self._is_ailing:
            log.error("the ledger cannot be used, deliveries wait: %s", error)
        self._is_ailing = True
        self._wait_longer()

    def _wait_longer(self) -> None:
        self._failures += 1

    async def _send_to_chat(self, chat: int, owed: list[Delivery]) -> None:
        try:
            for delivery in owed:
                if self._stopped.is_set():
                    return
                outcome = await self._send(delivery)
                if not isinstance(outcome, Sent):
                    return  # the rest of the chat waits its turn behind this one
        except StoreError as error:
            self._note_trouble(error)
        except TokenRejectedError:
            self._rejected = True
        finally:
            del self._busy[chat]
            self._wake.set()

    async def _send(self, delivery: Delivery) -> Outcome | None:
        def begun() -> None:
            self._on_the_wire.add(delivery.chat)

        try:
            outcome = await send(self._store, self._transport, self._clock, delivery, begun)
            self._is_ailing = False
            if outcome:
                self._attempted(outcome)
            return outcome
        finally:
            self._on_the_wire.discard(delivery.chat)

    async def _sit_out(self) -> None:
        """An outage takes its time, whatever comes meanwhile."""
        if self._failures:
            await _wait(self._stopped, backoff(self._failures, TICK, LONGEST_OUTAGE_WAIT))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
