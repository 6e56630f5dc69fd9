"""What Telegram shows of the bot beside its messages: the menu of commands, the description in an
empty chat, and the short one where it is shared; in each language of the bot.

Telegram keeps them. They are set when the bot starts, where they are not the same already.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import BotCommand, MenuButtonCommands
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.chat import commands
from bot.i18n import ENGLISH, LANGUAGES, N_, locale_for

log = logging.getLogger(__name__)

DESCRIPTION = N_(
    "I tell you what changes in migration and asylum policy across Europe, soon after a ministry, "
    "a parliament or a court publishes it. Choose countries and themes: each development comes "
    "with its source, at once or in a digest."
)
SHORT_DESCRIPTION = N_(
    "What changes in migration and asylum policy across Europe, with the source."
)
DESCRIPTION_LIMIT, SHORT_DESCRIPTION_LIMIT = 512, 120
"""Characters of each (Bot API, setMyDescription and setMyShortDescription)."""


async def set_profile(bot: ExtBot[Any]) -> None:
    """Set what is not set yet. What Telegram refuses is left for the next start."""
    setters: tuple[Callable[[ExtBot[Any], str], Awaitable[None]], ...] = (
        _set_commands,
        _set_description,
        _set_short_description,
    )
    for set_ in setters:
        for language in LANGUAGES:
            try:
                await set_(bot, language)
            except TelegramError as error:
                log.warning("what Telegram shows of the bot could not be set: %s", error)
                break
    try:
        await _set_menu_button(bot)
    except TelegramError as error:
        log.warning("the menu button could not be set: %s", error)


async def _set_commands(bot: ExtBot[Any], language: str) -> None:
    to = locale_for(language)
    lines = tuple(
        BotCommand(name, to.gettext(each.description)) for name, each in commands.COMMANDS.items()
    )
    if await bot.get_my_commands(language_code=_code(language)) != lines:
        await bot.set_my_commands(lines, language_code=_code(language))


async def _set_description(bot: ExtBot[Any], language: str) -> None:
    text = locale_for(language).gettext(DESCRIPTION)
    known = await bot.get_my_description(_code(language))
    if known.description != text:
        await bot.set_my_description(text, _code(language))


async def _set_short_description(bot: ExtBot[Any], language: str) -> None:
    text = locale_for(language).gettext(SHORT_DESCRIPTION)
    known = await bot.get_my_short_description(_code(language))
    if known.short_description != text:
        await bot.set_my_short_description(text, _code(language))


async def _set_menu_button(bot: ExtBot[Any]) -> None:
    button = MenuButtonCommands()
    if await bot.get_chat_menu_button() != button:
        await bot.set_chat_menu_button(menu_button=button)


def _code(language: str) -> str | None:
    """Return the language for which something is set; None: for all others."""
    return None if language == ENGLISH.code else language
