"""Several processes on one PostgreSQL: who leads, who is alive, whose turn it is to send."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.store.cluster.leader import LeaderElection
from bot.store.database import is_server
from bot.store.open import lock

if TYPE_CHECKING:
    from bot.store.store import RowStore


@asynccontextmanager
async def open_leader_election(
    place: str, store: "RowStore", clock: Callable[[], dt.datetime]
) -> AsyncIterator[LeaderElection]:
    """Join the processes that share a store, for as long as the context lasts. Raises StoreError
    where a file has a process already, or a server cannot be reached."""
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
