"""Remove what is older than it is kept."""

import asyncio

from msgspec import Struct

from bot.pipeline import Clock
from bot.ports.store import Store

PAUSE = 0.05
"""Seconds between two steps, in which others may write."""


class RetentionJob(Struct, frozen=True):
    """Removes what has expired, some rows at a time."""

    name = "retention"
    interval = 6 * 3600.0

    store: Store
    clock: Clock
    pause: float = PAUSE

    async def run(self) -> None:
        """Look at all tables."""
        now = self.clock()
        after: int | None = 0
        is_left = True
        while is_left:
            is_left = await self.store.remove_expired(now)
            await asyncio.sleep(self.pause)
        while after is not None:
            after = await self.store.remove_expired_keys(now, after)
            await asyncio.sleep(self.pause)
