"""What Telegram says of chats and of who runs them; python-telegram-bot's side of `Office`."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError
from telegram.ext import ExtBot

_RUN = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}


def runs(bot: ExtBot[Any]) -> Callable[[int, int], Awaitable[bool]]:
    """Whether a person is an admin of a chat, asked each time: rights come and go."""

    async def asked(chat: int, person: int) -> bool:
        try:
            member = await bot.get_chat_member(chat, person)
        except TelegramError:
            return False
        return member.status in _RUN

    return asked


def find(bot: ExtBot[Any]) -> Callable[[int | str], Awaitable[tuple[int, str] | None]]:
    """The id and the title of a chat, by its id or its public `@name`; None: the bot sees none."""

    async def asked(name: int | str) -> tuple[int, str] | None:
        try:
            chat = await bot.get_chat(name)
        except TelegramError:
            return None
        return chat.id, chat.title or str(name)

    return asked
