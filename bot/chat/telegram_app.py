"""Connect the bot to Telegram: wait until it answers, take updates, and stop without losing one."""

import asyncio
import itertools
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.chat.context import ChatContext
from bot.chat.handlers import ALLOWED_UPDATES, Handlers
from bot.chat.per_chat_queue import PerChatProcessor
from bot.chat.profile import set_profile
from bot.chat.update_dedup import DedupApplication
from bot.chat.webhook import Webhook
from bot.deliver import backoff
from bot.errors import TokenRejectedError
from bot.models import Notice
from bot.ports.store import Store
from bot.transport.updates import UpdatesRequest

AnyBot = ExtBot[Any]

log = logging.getLogger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
RIVAL = "another process polls with this bot's token; stop one of the two"
CONFLICTS = 3
CONFLICTS_WITHIN = 300.0
"""Answers 409 to getUpdates within so many seconds tell of another process. One or two do not: they
come where another replica takes over, and where the one before was paused, and wakes up."""
UNHEARD = 60.0
"""Seconds without an answer to getUpdates: a long poll takes 10, and python-telegram-bot tries
again within 30."""
DEAF = 120.0
"""Seconds without a finished getUpdates, after which polling counts as stopped."""


class TelegramApp:
    """The application of python-telegram-bot: it takes updates and answers them."""

    def __init__(
        self, bot: AnyBot, updates_request: UpdatesRequest, context: ChatContext, webhook: str = ""
    ) -> None:
        """`webhook`: the URL to which Telegram is to send updates; empty: they are polled."""
        self._bot, self._updates_request, self._store = bot, updates_request, context.store
        self._application = _application(bot, context.store)
        self.webhook = Webhook(bot, webhook, self._on_update) if webhook else None
        Handlers(context).register(self._application)
        self._profile: asyncio.Task[None] | None = None
        self.is_reached = False
        """Whether Telegram has ever answered."""
        self._reaching = asyncio.Lock()
        self._is_listening = False
        self._trouble: tuple[float, str] | None = None
        self._conflicts = deque[float](maxlen=CONFLICTS)

    async def check(self) -> str | None:
        """Return why people are not heard at the moment, for /readyz."""
        if not self.is_reached:
            return "Telegram has not answered yet"
        if not self._is_listening:
            return None  # another replica does
        if self.webhook:
            return await self.webhook.trouble()
        silent = time.monotonic() - self._updates_request.answered
        unheard = f"getUpdates was last answered {silent:.0f} s ago" if silent > UNHEARD else None
        return self._in_trouble() or unheard

    async def check_asking(self) -> str | None:
        """Return whether updates are not even asked for any more, for /healthz."""
        silent = time.monotonic() - self._updates_request.ended
        is_deaf = self._is_listening and not self.webhook and silent > DEAF
        return f"getUpdates was last asked {silent:.0f} s ago" if is_deaf else None

    async def find_rival(self) -> Notice | None:
        """Return an alert when another process takes this bot's updates."""
        return Notice(kind="rival") if self._has_rival() else None

    def _has_rival(self) -> bool:
        since = time.monotonic() - CONFLICTS_WITHIN
        return sum(moment > since for moment in self._conflicts) == CONFLICTS

    def _in_trouble(self) -> str | None:
        """Return the trouble that getUpdates has had since it was last answered."""
        if self._trouble and self._trouble[0] >= self._updates_request.answered:
            return self._trouble[1]
        return None

    async def reach(self) -> None:
        """Wait until Telegram answers. Raises TokenRejectedError."""
        async with self._reaching:
            if not self.is_reached:
                await self._persist(self._application.initialize)
                self.is_reached = True
                if self.webhook:
                    await self._application.start()

    async def listen(self) -> None:
        """Take updates from now on. Telegram must have been reached."""
        if await self._store.set_bot(self._bot.id):
            log.warning("another bot than before: each chat waits until it writes to this one")
        if self.webhook:
            await self._persist(self.webhook.announce)
        else:
            await self._poll()
        self._is_listening = True
        log.info("listening in Telegram as @%s", self._bot.username)
        self._profile = asyncio.create_task(set_profile(self._bot))  # it takes some 30 requests

    async def _poll(self) -> None:
        await self._application.start()
        assert self._application.updater
        await self._application.updater.start_polling(
            bootstrap_retries=-1,
            allowed_updates=ALLOWED_UPDATES,
            error_callback=self._note_trouble,
        )
        self._updates_request.ended = self._updates_request.answered = time.monotonic()

    async def _on_update(self, update: Update) -> bool:
        """Process an update; False: not now, or not by this process."""
        if not self._application.running:
            return False
        coroutine = self._application.process_update(update)
        await self._application.update_processor.process_update(update, coroutine)
        return not self._application.was_left(update)

    async def until_rejected(self) -> None:
        """Wait until Telegram does not accept the token any more. Raises TokenRejectedError."""
        await self._updates_request.rejected.wait()
        raise TokenRejectedError

    async def stop_listening(self) -> None:
        """Take no more updates, and finish those that were taken."""
        self._is_listening = False
        if self._profile:
            self._profile.cancel()
        self._conflicts.clear()
        updater = self._application.updater
        if updater and updater.running:
            await updater.stop()
        if self._application.running and not self.webhook:
            await self._application.stop()

    async def close(self) -> None:
        """Close the connections, after the last message."""
        if self.webhook and self._application.running:
            await self._application.stop()
        if not self._application.running:  # it runs where a hanging stop was cut short
            await self._application.shutdown()
        await self._bot.shutdown()  # where the application never began, the bot may have

    async def _persist(self, step: Callable[[], Awaitable[None]]) -> None:
        """Repeat a step until Telegram answers."""
        for failures in itertools.count(1):
            wait = backoff(failures, FIRST_WAIT, LONGEST_WAIT)
            try:
                await step()
                return
            except InvalidToken:
                raise TokenRejectedError from None
            except TelegramError as error:
                log.warning("Telegram cannot be reached (%s); next try in %.0f s", error, wait)
            await asyncio.sleep(wait)

    def _note_trouble(self, error: TelegramError) -> None:
        """Log an error of getUpdates once."""
        # python-telegram-bot asks again, each time later, up to 30 s.
        trouble = f"Telegram does not answer ({type(error).__name__})"
        if isinstance(error, Conflict):
            self._conflicts.append(time.monotonic())
            trouble = RIVAL if self._has_rival() else "another poll took the place of this one"
        if self._in_trouble() != trouble:
            level = logging.ERROR if trouble == RIVAL else logging.WARNING
            log.log(level, "%s: %s", trouble, error)
        self._trouble = time.monotonic(), trouble


def _application(bot: AnyBot, store: Store) -> DedupApplication:
    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any] = Application.builder()
    builder.application_class(DedupApplication, {"store": store})
    application = builder.bot(bot).concurrent_updates(PerChatProcessor()).job_queue(None).build()
    assert isinstance(application, DedupApplication)
    return application
