"""Send what is due from the ledger, each recipient's deliveries in order, in a task of its own.

A recipient that has to wait delays no other; while the other side cannot be reached, all stay
pending. `jobs.outbox` sends messages to chats with it, `jobs.webhooks` events to endpoints.
"""

import asyncio
import contextlib
import itertools
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import ClassVar

from bot import deliver, match
from bot.errors import StoreError, SupersededError, TokenRejectedError
from bot.models.chats import Chat
from bot.models.deliveries import Delivery, Outcome, Recipients, Refused, Sent
from bot.pipeline import Clock
from bot.ports.messenger import BeforeSend
from bot.ports.store import Store

log = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between queries for deliveries that are due; new ones wake the loop at once."""
LONGEST_OUTAGE_WAIT = 30.0
"""Seconds between attempts while the other side or the store does not answer."""
BATCH = 100
"""Recipients that are sent to at a time."""
EACH = 5
"""Deliveries of one recipient that are claimed at a time."""
# More than the rate limiter's 30 slots: a chat that waits for its own limit leaves none unused.
FIRST_SAVE_WAIT = 1.0
LONGEST_SAVE_WAIT = 30.0
"""Seconds between attempts to write to a store that fails."""


class DeliveryLoop(ABC):
    """Sends the deliveries that are due, until `stop`."""

    to: ClassVar[Recipients]
    """Which deliveries it sends."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        on_attempt: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:
        """`on_attempt` is called with the outcome of each attempt."""
        self._store, self._clock, self._on_attempt = store, clock, on_attempt
        self._wake = asyncio.Event()
        self._stopped = asyncio.Event()
        self._rejected = False
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._in_flight: set[int] = set()
        self._failures = 0
        self._is_store_failing = False
        self._has_recovered = False
        self._newest_first: frozenset[int] = frozenset()

    # -------------------------------------------------------------- of what is sent to whom

    @abstractmethod
    async def _attempt(self, on_the_wire: Delivery, chat: Chat, starting: BeforeSend) -> Outcome:
        """Send a delivery once, and return what came of it; `starting` is called right before."""

    @abstractmethod
    async def _handle_outcome(self, chat: Chat, outcome: Outcome, now: datetime) -> None:
        """Save what an outcome says of the recipient itself."""

    async def _other_side_answers(self) -> bool:
        """Return whether anything can be sent at all now."""
        return True

    async def _check_backlogs(self, *, is_over: bool) -> bool:
        """Look for recipients for which much waits, now and then and when an outage `is_over`;
        return whether something else may be due first now."""
        return False

    # -------------------------------------------------------------- the loop

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
        while self._busy or await self._store.claim_deliveries(self._clock(), 1, to=self.to):
            await self._send_due()
            if self._busy:
                await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _recover_once(self) -> None:
        """Before anything is sent, settle what the loop before this one was sending as it ended:
        its process may live on, with another configuration."""
        if self._has_recovered:
            return
        now = self._clock()
        for torn in await self._store.recover_deliveries(now, to=self.to, ours=True):
            log.warning("%s may or may not have arrived: it is now uncertain", torn.development)
        self._has_recovered = True

    async def _send_due(self) -> None:
        due = await self._claim()
        if not due:
            self._failures = 0  # the store answers again; the other side is asked with the next
            return
        was_out = self._failures > 0
        if not await self._is_reachable():
            return
        if await self._check_backlogs(is_over=was_out):
            due = await self._claim()
        due.sort(key=attrgetter("chat"))  # stable: in order within a chat
        for chat, deliveries in itertools.groupby(due, key=attrgetter("chat")):
            self._busy[chat] = asyncio.create_task(self._send_to_chat(chat, list(deliveries)))

    async def _claim(self) -> list[Delivery]:
        return await self._store.claim_deliveries(
            self._clock(),
            max(BATCH - len(self._busy), 0),
            set(self._busy),
            to=self.to,
            each=EACH,
            newest_first=self._newest_first,
        )

    async def _is_reachable(self) -> bool:
        if await self._other_side_answers():
            self._failures = 0
            return True
        self._failures += 1
        return False

    def _note_store_error(self, error: StoreError) -> None:
        if not self._is_store_failing:
            log.error("the store cannot be used, deliveries wait: %s", error)
        self._is_store_failing = True
        self._failures += 1

    # -------------------------------------------------------------- one recipient, one delivery

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

        async def starting() -> None:
            self._in_flight.add(chat.id)  # from here on a task cut short leaves it uncertain
            await self._store.start_delivery(on_the_wire)

        try:
            outcome = await self._attempt(on_the_wire, chat, starting)
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

    async def _save(self, chat: Chat, settled: Delivery, outcome: Outcome, now: datetime) -> None:
        # The other side cannot be asked again what came of it: so it is kept until the store takes
        # it.
        for failures in itertools.count(1):
            try:
                await self._store.save_delivery(settled)
                await self._handle_outcome(chat, outcome, now)
                return
            except StoreError as error:
                what = f"{settled.development} is {settled.state}"
                log.error("%s, which waits to be written: %s", what, error)
            await asyncio.sleep(deliver.backoff(failures, FIRST_SAVE_WAIT, LONGEST_SAVE_WAIT))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    # Not `wait_for`: before Python 3.12 it loses a cancellation that comes as the event is set.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
