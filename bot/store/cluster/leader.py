"""Which of the processes that share a store leads. A file has one process, which does.

On a server, whoever holds a lock of the server leads: it is free again at the moment that its
holder dies. One that is paused or cut off keeps it, so whoever is late with its lease is shut out
by the others, who then compete for the lock.
"""

import asyncio
import contextlib
import datetime as dt
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.ports import SharedRate
from bot.store.engine import is_server
from bot.store.open import lock

if TYPE_CHECKING:
    from bot.store.store import RowStore

log = logging.getLogger(__name__)

Wake = Callable[[], None]


class LeaderElection:
    """This process among those that share a store."""

    is_shared = False
    """Whether there may be others."""
    shared_rate: SharedRate | None = None
    """The pace that is agreed upon with them."""

    def __init__(self) -> None:
        self._leads, self._follows = asyncio.Event(), asyncio.Event()
        self._wakes = defaultdict[str, list[Wake]](list)
        self.follow()

    @property
    def leads(self) -> bool:
        """Whether this one leads."""
        return self._leads.is_set()

    async def until_leader(self) -> None:
        """Returns when this one leads."""
        await self._leads.wait()

    async def until_follower(self) -> None:
        """Returns when this one does not lead any more."""
        await self._follows.wait()

    def lead(self) -> None:
        """From now on this one leads."""
        self._follows.clear()
        self._leads.set()

    def follow(self) -> None:
        """From now on this one does not lead."""
        self._leads.clear()
        self._follows.set()

    def on_write(self, table: str, wake: Wake) -> None:
        """Calls this when another process has written to a table."""
        self._wakes[table].append(wake)

    def notify(self, table: str) -> None:
        """Another process has written to a table."""
        for wake in self._wakes[table]:
            wake()

    async def check(self) -> str | None:
        """What is wrong between this one and the others, for /healthz."""
        return None


@asynccontextmanager
async def open_leader_election(
    place: str, store: "RowStore", clock: Callable[[], dt.datetime]
) -> AsyncIterator[LeaderElection]:
    """This process among those that share a store, for as long as the context lasts. Raises
    StoreError where a file has a process already, or a server cannot be reached."""
    if not is_server(place):
        election = LeaderElection()
        election.lead()
        with lock(place):
            yield election
        return
    from bot.store.cluster.membership import Membership
    from bot.store.cluster.shared_rate import open_shared_rate

    membership = Membership(place, store, clock)
    await membership.begin()
    attending = asyncio.create_task(membership.run())
    try:
        async with open_shared_rate(place) as membership.shared_rate:
            yield membership
    finally:
        attending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await attending
        await membership.leave()
