"""Several processes on one PostgreSQL: who leads, who is alive, whose turn it is to send.

This file is the leader election; with a file, the only process leads.

On a server, whoever holds a lock of the server leads: it is free again at the moment that its
holder dies. One that is paused or cut off keeps it, so whoever is late with its lease is shut out
by the others, who then compete for the lock.
"""

import asyncio
from collections.abc import Callable

from bot.build import Replica, this_build
from bot.errors import StoreError
from bot.ports.messenger import SharedRate
from bot.store import schema

Wake = Callable[[], None]


class LeaderElection:
    """Whether this process leads those that share a store; a process that is alone does."""

    is_shared = False
    """Whether there may be others."""
    shared_rate: SharedRate | None = None
    """The pace that is agreed upon with them."""

    def __init__(self) -> None:
        self.build = this_build(schema.VERSION)
        self._leads, self._follows = asyncio.Event(), asyncio.Event()
        self._is_outdated = asyncio.Event()
        self._wakes: dict[str, Wake] = {}
        self.follow()

    @property
    def leads(self) -> bool:
        """Return whether this process leads."""
        return self._leads.is_set()

    async def until_leader(self) -> None:
        """Wait until this process leads."""
        await self._leads.wait()

    async def until_follower(self) -> None:
        """Wait until this process leads no more."""
        await self._follows.wait()

    async def until_outdated(self) -> None:
        """Wait until a later version of the program has the store, or is about to migrate it; then
        raise StoreError."""
        await self._is_outdated.wait()
        raise StoreError(
            "a later version of the program migrates the store: this replica ends; update it too"
        )

    def lead(self) -> None:
        """Make this process the leader."""
        self._follows.clear()
        self._leads.set()

    def follow(self) -> None:
        """Make this process a follower."""
        self._leads.clear()
        self._follows.set()

    def on_write(self, table: str, wake: Wake) -> None:
        """Call a function when another process has written to a table, instead of the one
        before."""
        self._wakes[table] = wake

    def notify(self, table: str) -> None:
        """Call the function for a table that another process has written to."""
        if wake := self._wakes.get(table):
            wake()

    async def replicas(self) -> list[Replica]:
        """Return the processes that share the store, and what program each runs. Raises
        StoreError."""
        return [Replica(number=0, leads=True, build=self.build)]

    async def check(self) -> str | None:
        """Return what is wrong between this process and the others, for /healthz."""
        return None
