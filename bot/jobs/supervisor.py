"""Run the parts of the service: start them, elect a leader, shut down in order."""

import asyncio
import logging
from asyncio import FIRST_COMPLETED
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from msgspec import Struct

from bot.errors import StoreError
from bot.jobs.delivery_loop import DeliveryLoop
from bot.jobs.outbox import Outbox
from bot.jobs.scheduler import PeriodicJob, Scheduler

log = logging.getLogger(__name__)

LEAD_AGAIN = 1.0
"""Seconds until a replica that could not lead tries again."""
STOP_WITHIN = 7.0
"""Seconds for what is in flight; python-telegram-bot's last getUpdates takes 3 of them."""


class Election(Protocol):
    """Which of several processes leads (`store.cluster`); a process that is alone does."""

    is_shared: bool

    async def until_leader(self) -> None:
        """Wait until this process leads."""

    async def until_follower(self) -> None:
        """Wait until this process leads no more."""

    async def until_outdated(self) -> None:
        """Wait until a later version of the program takes the store over; then raise StoreError."""


class ChatApp(Protocol):
    """What listens to people (`chat.telegram_app`)."""

    is_reached: bool

    async def reach(self) -> None:
        """Wait until Telegram answers. Raises TokenRejectedError."""

    async def listen(self) -> None:
        """Begin to take updates."""

    async def until_rejected(self) -> None:
        """Wait until Telegram does not accept the token any more. Raises TokenRejectedError."""

    async def stop_listening(self) -> None:
        """Take no more updates."""

    async def close(self) -> None:
        """Close the connections to Telegram."""


class Supervisor(Struct, frozen=True):
    """Runs the parts of the service: every replica sends, and the leader also polls, listens and
    runs the jobs."""

    scheduler: Scheduler
    jobs: Sequence[PeriodicJob]
    store_jobs: Sequence[PeriodicJob]
    """Those that send nothing, and so do not wait for Telegram."""
    outbox: Outbox
    chats: ChatApp
    election: Election
    measure_loop_lag: Callable[[], Coroutine[Any, Any, None]]
    other_outboxes: Sequence[DeliveryLoop] = ()
    """Those that do not wait for Telegram."""

    async def run(self, end: Coroutine[Any, Any, object]) -> None:
        """Run until `end` is done, or a part cannot go on: then raise what it raised."""
        parts = (self._lead(), self._send(), *(each.run() for each in self.other_outboxes))
        leading, *sending = (asyncio.create_task(part) for part in parts)
        outdated = asyncio.create_task(self.election.until_outdated())
        ended = asyncio.create_task(end)
        measuring = asyncio.create_task(self.measure_loop_lag())
        try:
            tasks = (*sending, leading, outdated, ended)
            await asyncio.wait(tasks, return_when=FIRST_COMPLETED)
        finally:
            ended.cancel()
            await self._shut_down(sending, leading)
            measuring.cancel()
            outdated.cancel()
        for task in (*sending, leading, outdated):
            if task.done() and not task.cancelled():
                task.result()

    async def _send(self) -> None:
        await self.chats.reach()
        await self.outbox.run()

    async def _lead(self) -> None:
        """Do the leader's work whenever this process is elected."""
        while True:
            await self.election.until_leader()
            work = asyncio.create_task(self._run_as_leader())
            replaced = asyncio.create_task(self.election.until_follower())
            try:
                await asyncio.wait((work, replaced), return_when=FIRST_COMPLETED)
                if work.done():
                    return work.result()
                log.warning("another replica leads; this one goes on sending")
                work.cancel()
                await asyncio.wait([work])
            except StoreError as error:
                if not self.election.is_shared:
                    raise
                log.error("this replica cannot lead: %s", error)
                await asyncio.sleep(LEAD_AGAIN)
            finally:
                replaced.cancel()
                if not work.cancelling():  # a second time would cut short what it finishes
                    work.cancel()
                await asyncio.gather(work, return_exceptions=True)

    async def _run_as_leader(self) -> None:
        try:
            await self.scheduler.start()
            for job in self.store_jobs:
                self.scheduler.add(job)
            await self.chats.reach()
            await self.chats.listen()
            # Only now: the jobs send, and another bot's chats are suspended as it begins to listen.
            for job in self.jobs:
                self.scheduler.add(job)
            await self.chats.until_rejected()  # or until it is cancelled
        finally:
            await self.scheduler.stop()
            await self.chats.stop_listening()

    async def _shut_down(
        self, sending: Sequence[asyncio.Task[None]], leading: asyncio.Task[None]
    ) -> None:
        """Let what is in flight finish, for a while.

        A message that is cut short is stored as being sent, and uncertain from the next start on.
        """
        self.outbox.stop()
        for outbox in self.other_outboxes:
            outbox.stop()
        leading.cancel()
        if not self.chats.is_reached:
            sending[0].cancel()  # of messages, which waits for Telegram
        _, late = await asyncio.wait((*sending, leading), timeout=STOP_WITHIN)
        if late:
            log.warning("not everything in flight ended within %.0f s", STOP_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.wait(late, timeout=1)
        await self.chats.close()
