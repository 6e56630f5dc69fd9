"""600 messages to 600 chats: our pace against python-telegram-bot's AIORateLimiter, before a server
that takes 30 a second, and before one that shuts for three seconds when it is sent more."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from benchmarks import measured
from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.transport.rate_limiter import Notification
from bot.transport.sender import make_bot
from tests.fakes.telegram import TOKEN, FakeTelegram

MESSAGES = 600
BEST = MESSAGES / 30
"""Seconds that 30 a second take."""


def ours(base_url: str) -> tuple[ExtBot[Any], Any]:
    """A bot, and what its limiter is told with each message."""

    async def starting() -> None:
        """Nothing is written down here."""

    config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(base_url))
    return make_bot(config), Notification(starting)


def theirs(base_url: str) -> tuple[ExtBot[Any], Any]:
    """As its documentation shows it, with three retries."""
    patient = HTTPXRequest(64, read_timeout=30, pool_timeout=600)
    limiter = AIORateLimiter(max_retries=3)
    return ExtBot(TOKEN, base_url, request=patient, rate_limiter=limiter), None


async def seconds_for_all(bot: ExtBot[Any], limits: Any) -> float:
    """Seconds until every message was sent or given up."""

    async def one(chat: int) -> None:
        try:
            await bot.send_message(chat, "News", rate_limit_args=limits)
        except TelegramError:
            return

    async with bot:
        begun = time.monotonic()
        await asyncio.gather(*(one(chat) for chat in range(1, MESSAGES + 1)))
        return time.monotonic() - begun


async def measure(make: Callable[[str], tuple[ExtBot[Any], Any]], punished: int) -> str:
    """A row of the table."""
    async with FakeTelegram(TOKEN) as telegram:
        telegram.latency = 0.02
        for chat in range(1, MESSAGES + 1):
            telegram.says(chat, "/start")
        telegram.limit(per_chat=1, overall=30, punished=punished)
        seconds = await seconds_for_all(*make(telegram.base_url))
        lost = MESSAGES - sum(len(telegram.messages(chat)) for chat in range(1, MESSAGES + 1))
        return f"{seconds:7.1f} s{seconds / BEST:7.2f} x best{lost:6} lost{telegram.floods:6} x 429"


async def main() -> None:
    """Prints the table."""
    print(measured.machine(), flush=True)
    logging.getLogger("telegram.ext").setLevel(logging.CRITICAL)  # it tells of each loss at length
    for punished, server in ((0, "says 429"), (3, "shuts for 3 s")):
        for make, name in ((ours, "our pace"), (theirs, "AIORateLimiter")):
            print(f"{server:<15}{name:<16}{await measure(make, punished)}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
