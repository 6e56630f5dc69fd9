"""The protocol of a store: what each noun has in a file of its own, together."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bot.errors import DamageError, FencedError
from bot.ports.chats import ChatStore
from bot.ports.deliveries import DeliveryStore, NoticeStore
from bot.ports.developments import ArchiveStore, DevelopmentStore
from bot.ports.sources import SourceEditStore, SourceStore

JOINS_WITHIN = 5.0
"""Seconds until a process that has lost its lease has another, where the server can be reached."""
TRY_EVERY = 0.25
"""Seconds between two attempts meanwhile."""

T = TypeVar("T")


class Store(
    SourceStore,
    SourceEditStore,
    DevelopmentStore,
    ArchiveStore,
    ChatStore,
    DeliveryStore,
    NoticeStore,
    Protocol,
):
    """A store. Each verb is one transaction, and raises StoreError and what its docstring names."""

    async def check_writable(self) -> None:
        """Raise StoreError when the store cannot be written."""

    async def remove_expired(self, now: dt.datetime) -> bool:
        """Remove some of what is older than it is kept, and return whether there was any."""

    async def remove_expired_keys(self, now: dt.datetime, after: int) -> int | None:
        """Remove the expired among some of the keys that come after a number, and return the last
        one's; None: none comes after it."""

    @property
    def damage(self) -> DamageError | None:
        """What was met first that cannot be read; it stays so."""


async def repeat_while_fenced(step: Callable[[], Awaitable[T]]) -> T:
    """Take a step that rests on nothing this process held before; where its lease has ended, again
    once it has another. Raises FencedError where it gets none, and what the step raises."""
    until = asyncio.get_running_loop().time() + JOINS_WITHIN
    while True:
        try:
            return await step()
        except FencedError:
            if asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(TRY_EVERY)
