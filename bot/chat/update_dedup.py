"""Process each update once: after a kill, or where a replica answers too late, Telegram delivers
updates again."""

import logging
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot.errors import FencedError, StoreError
from bot.ports.chats import UpdateClaim
from bot.ports.store import Store, repeat_while_fenced

log = logging.getLogger(__name__)


class DedupApplication(Application[Any, Any, Any, Any, Any, Any]):
    """An application that processes each update once, among all processes."""

    def __init__(self, *, store: Store, **parts: Any) -> None:
        super().__init__(**parts)
        self._store = store
        self._elsewhere: set[int] = set()

    async def process_update(self, update: object) -> None:
        """Process an update, unless it was claimed before (`Application`)."""
        if not isinstance(update, Update):
            raise TypeError("only updates are processed")
        claim = await self._take(update.update_id)
        if claim == "elsewhere":
            self._elsewhere.add(update.update_id)
        if claim == "ours":
            await super().process_update(update)
            await self._finish(update.update_id)

    def was_left(self, update: Update) -> bool:
        """Return whether an update was dropped because another process is about to answer it."""
        is_elsewhere = update.update_id in self._elsewhere
        self._elsewhere.discard(update.update_id)
        return is_elsewhere

    async def _take(self, update: int) -> UpdateClaim:
        # Telegram takes for granted that an update is answered that was polled.
        try:
            return await repeat_while_fenced(lambda: self._store.claim_update(update))
        except FencedError:
            return "elsewhere"
        except StoreError as error:
            log.warning("an update may be answered twice: %s", error)
            return "ours"

    async def _finish(self, update: int) -> None:
        try:
            await self._store.finish_update(update)
        except StoreError as error:
            log.warning("an update may be answered again: %s", error)
