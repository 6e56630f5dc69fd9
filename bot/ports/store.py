"""The protocol of a store: what each noun has in a file of its own, together."""

import datetime as dt
from typing import Protocol

from bot.errors import DamageError
from bot.ports.chats import ChatStore
from bot.ports.deliveries import DeliveryStore, NoticeStore
from bot.ports.developments import ArchiveStore, DevelopmentStore
from bot.ports.sources import SourceEditStore, SourceStore


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
