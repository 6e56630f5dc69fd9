"""The bot in Telegram: waits until Telegram answers, listens, and stops without losing a word."""

import asyncio
import logging
import time
from typing import Any

from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.chat.handlers import ALLOWED_UPDATES, MENU, AnyApplication, Handlers
from bot.chat.office import Office
from bot.chat.order import ChatByChat
from bot.errors import TokenRejectedError

AnyBot = ExtBot[Any]

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
TROUBLE_LASTS = 40.0
"""Seconds after a failed getUpdates: python-telegram-bot tries again within 30."""


class ChatService:
    """One python-telegram-bot application, which is polled."""

    def __init__(self, bot: AnyBot, office: Office) -> None:
        self._bot = bot
        self._application = _application(bot)
        Handlers(office).register(self._application)
        self._is_listening = False
        self._erred = float("-inf")

    async def check(self) -> str | None:
        """Why people are not heard at the moment, for /readyz."""
        if not self._is_listening:
            return "Telegram has not answered yet"
        lately = time.monotonic() - self._erred < TROUBLE_LASTS
        return "Telegram does not answer" if lately else None

    async def start(self) -> None:
        """Waits for Telegram, however long, then listens. Raises TokenRejectedError."""
        await self._until_it_answers()
        await self._application.start()
        assert self._application.updater
        await self._application.updater.start_polling(
            bootstrap_retries=-1,
            allowed_updates=ALLOWED_UPDATES,
            error_callback=self._note_trouble,
        )
        self._is_listening = True
        log.info("listening in Telegram as @%s", self._bot.username)
        await self._register_commands()

    async def hang_up(self) -> None:
        """Hears nothing more, and finishes the updates it has."""
        updater = self._application.updater
        if updater and updater.running:
            await updater.stop()
        if self._application.running:
            await self._application.stop()

    async def close(self) -> None:
        """Ends the connections, after the last message."""
        if not self._application.running:  # it is, where Telegram hung and it was cut short
            await self._application.shutdown()
        await self._bot.shutdown()  # where the application never began, the bot may have

    async def _until_it_answers(self) -> None:
        wait = 1.0
        while True:
            try:
                return await self._application.initialize()
            except InvalidToken:
                raise TokenRejectedError from None
            except TelegramError as error:
                log.warning("Telegram cannot be reached (%s); next try in %.0f s", error, wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _register_commands(self) -> None:
        try:
            await self._bot.set_my_commands(MENU)
        except TelegramError as error:
            log.warning("the menu of commands could not be set: %s", error)

    def _note_trouble(self, error: TelegramError) -> None:
        self._erred = time.monotonic()
        if isinstance(error, Conflict):
            log.error("another process polls with this bot's token; stop one of the two")
        else:
            log.warning("Telegram does not answer: %s", error)


def _application(bot: AnyBot) -> AnyApplication:
    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any] = Application.builder()
    return builder.bot(bot).concurrent_updates(ChatByChat()).job_queue(None).build()
