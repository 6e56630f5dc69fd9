"""What Telegram shows of the bot beside its messages: the menu of commands, the description in an
empty chat, and the short one where it is shared; in each language of the bot.

Telegram keeps them. They are set when the bot starts, where they are not the same already.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from telegram import BotCommand, MenuButtonCommands
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.chat.commands import COMMANDS
from bot.i18n import ENGLISH, N_, Locale, all_locales

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


class _Profile(NamedTuple):
    """What Telegram shows in a language."""

    language: str | None
    """None: all that have none of their own."""
    commands: tuple[BotCommand, ...]
    description: str
    short_description: str


async def set_profile(bot: ExtBot[Any]) -> None:
    """Set what is not set yet. What Telegram refuses is left for the next start."""
    setters: tuple[Callable[[ExtBot[Any], _Profile], Awaitable[None]], ...] = (
        _set_commands,
        _set_description,
        _set_short_description,
    )
    profiles = [_profile_in(to) for to in all_locales()]
    for set_ in setters:
        for profile in profiles:
            try:
                await set_(bot, profile)
            except TelegramError as error:
                log.warning("what Telegram shows of the bot could not be set: %s", error)
                break
    try:
        await _set_menu_button(bot)
    except TelegramError as error:
        log.warning("the menu button could not be set: %s", error)


def _profile_in(to: Locale) -> _Profile:
    return _Profile(
        None if to.code == ENGLISH.code else to.code,
        tuple(BotCommand(name, to.gettext(each.description)) for name, each in COMMANDS.items()),
        to.gettext(DESCRIPTION),
        to.gettext(SHORT_DESCRIPTION),
    )


async def _set_commands(bot: ExtBot[Any], profile: _Profile) -> None:
    if await bot.get_my_commands(language_code=profile.language) != profile.commands:
        await bot.set_my_commands(profile.commands, language_code=profile.language)


async def _set_description(bot: ExtBot[Any], profile: _Profile) -> None:
    known = await bot.get_my_description(profile.language)
    if known.description != profile.description:
        await bot.set_my_description(profile.description, profile.language)


async def _set_short_description(bot: ExtBot[Any], profile: _Profile) -> None:
    known = await bot.get_my_short_description(profile.language)
    if known.short_description != profile.short_description:
        await bot.set_my_short_description(profile.short_description, profile.language)


async def _set_menu_button(bot: ExtBot[Any]) -> None:
    button = MenuButtonCommands()
    if await bot.get_chat_menu_button() != button:
        await bot.set_chat_menu_button(menu_button=button)
