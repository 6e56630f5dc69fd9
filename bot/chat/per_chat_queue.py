"""Process the updates of each chat in order, and chats side by side."""

import asyncio
import inspect
import logging
from collections import Counter
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 64
WAITING = 20
"""Updates of one chat that may wait; whoever sends more is a script."""
HELD = 4096
"""Updates that python-telegram-bot hands over before it waits."""

log = logging.getLogger(__name__)


class PerChatProcessor(BaseUpdateProcessor):
    """Processes the updates of each chat in order, and chats side by side."""

    def __init__(self) -> None:
        super().__init__(HELD)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[int] = Counter()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Process an update after those of its chat that came before (`BaseUpdateProcessor`)."""
        chat = _chat(update)
        if chat is None:
            async with self._places:
                await coroutine
            return
        if self._waiting[chat] >= WAITING and inspect.iscoroutine(coroutine):
            log.warning("a chat sends more than can be answered; an update of it is dropped")
            coroutine.close()
            return
        self._waiting[chat] += 1
        try:
            async with self._locks.setdefault(chat, asyncio.Lock()), self._places:
                await coroutine
        finally:
            self._waiting -= Counter({chat: 1})  # forgets who has none left

    async def initialize(self) -> None:
        """Do nothing."""

    async def shutdown(self) -> None:
        """Do nothing."""


def _chat(update: object) -> int | None:
    """Return the chat of an update; for one without, as an inline query, that of its person."""
    sender = update.effective_chat or update.effective_user if isinstance(update, Update) else None
    return sender.id if sender else None
