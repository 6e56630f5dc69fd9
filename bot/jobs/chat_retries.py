"""Run a job for each chat apart: where it breaks, it goes on with the others, and tries that chat
again later."""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from bot.deliver import backoff
from bot.errors import StoreError
from bot.models.chats import Chat

log = logging.getLogger(__name__)

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)


class _Failed(Struct, frozen=True):
    failures: int
    until: dt.datetime
    """Before this the chat is not tried again."""


class ChatRetries:
    """Runs a job for each chat for which something is due."""

    def __init__(self, job: str) -> None:
        """`job`: what the log calls it."""
        self._job = job
        self._failed = dict[int, _Failed]()

    async def run_for_each(
        self, chats: Sequence[Chat], now: dt.datetime, see_to: Callable[[Chat], Awaitable[None]]
    ) -> None:
        """Run the job for each chat but those that broke a while ago. Raises StoreError: then the
        next round begins with another chat, as the store may fail with this one alone."""
        due = {chat.id for chat in chats}
        self._failed = {chat: failed for chat, failed in self._failed.items() if chat in due}
        for chat in chats:
            failed = self._failed.get(chat.id)
            if failed and now < failed.until:
                continue
            try:
                await see_to(chat)
            except StoreError:
                self._put_off(chat, now)
                raise
            except Exception:  # one chat that breaks must not stop the others
                until = self._put_off(chat, now)
                log.exception("%s: one chat broke; it is tried again at %s", self._job, until)
            else:
                self._failed.pop(chat.id, None)

    def _put_off(self, chat: Chat, now: dt.datetime) -> dt.datetime:
        before = self._failed.get(chat.id)
        failures = before.failures + 1 if before else 1
        until = now + backoff(failures, FIRST_WAIT, LONGEST_WAIT)
        self._failed[chat.id] = _Failed(failures, until)
        return until
