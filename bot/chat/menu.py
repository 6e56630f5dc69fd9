"""Telegram's menu of commands, in the languages that people who write here have."""

import logging
from typing import Any

from telegram import BotCommand
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.chat.commands import COMMANDS
from bot.i18n import ENGLISH, LANGUAGES, Locale, locale_for

log = logging.getLogger(__name__)


class Menu:
    """The menu, set in English at the start and in another language for who first speaks it."""

    def __init__(self, bot: ExtBot[Any]) -> None:
        self._bot = bot
        self._spoken: set[str] = set()

    async def begin(self) -> None:
        """Sets it for everybody."""
        await self._set(ENGLISH, None)

    async def meet(self, language: str | None) -> None:
        """Sets it in the language of a person's Telegram, once."""
        code = (language or "").split("-")[0]
        if code in LANGUAGES and code != ENGLISH.code and code not in self._spoken:
            self._spoken.add(code)
            await self._set(locale_for(code), code)

    async def _set(self, to: Locale, code: str | None) -> None:
        lines = [BotCommand(name, to.gettext(each.description)) for name, each in COMMANDS.items()]
        try:
            await self._bot.set_my_commands(lines, language_code=code)
        except TelegramError as error:
            log.warning("the menu of commands could not be set: %s", error)
