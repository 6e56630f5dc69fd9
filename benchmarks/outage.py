"""What 100 chats are owed after Telegram was out: how long it takes to come, in simulated time and
at the rate limiter's pace, and what it costs."""

import asyncio
import datetime as dt
import logging
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measured
from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.jobs.outbox import Outbox
from bot.jobs.periodic import DigestJob
from bot.models import Development
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from bot.transport.rate_limiter import RateLimiter
from bot.transport.sender import TelegramTransport, make_bot
from tests.end_to_end.simulated import in_simulated_time
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.samples import NOW, commit, delivery, development

CHATS = range(1, 101)
OUTAGES = (("5 minutes", 5), ("an hour", 30), ("a day", 60))
"""How long each is, and how much news comes meanwhile."""


def clock() -> dt.datetime:
    """The simulated time."""
    return NOW + dt.timedelta(seconds=asyncio.get_running_loop().time())


async def owe(store: RowStore, news: int) -> None:
    """Enqueue so much news for every chat."""
    now = clock()

    def owed(made: Development, *_: object) -> Iterator[Delivery]:
        for chat in CHATS:
            facts = {"development": str(made.id), "chat": chat, "filters": (1,)}
            yield delivery(**facts, due=now, created=now)

    for number in range(news):
        title = f"News {number}"
        await store.commit(commit((title,), development(title=title)), owed)


async def settle(folder: Path, news: int) -> str:
    """A row: the seconds from the end of an outage until nothing is owed."""
    loop = asyncio.get_running_loop()
    async with FakeTelegram(TOKEN) as telegram, open_store(str(folder / "x.db"), RULES) as store:
        config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(telegram.base_url))
        for chat in CHATS:
            telegram.says(chat, "/start")
            await store.change_chat(chat, lambda known: Chat(id=known.id, filters=(Filter(id=1),)))
        telegram.limit(per_chat=1, overall=30)
        telegram.latency = 0.02
        await owe(store, news)
        async with make_bot(config, RateLimiter()) as bot:
            outbox = Outbox(store, TelegramTransport(bot), clock)
            digests = DigestJob(store, [], clock, outbox.wake)
            begun, cost = loop.time(), time.process_time()
            sending = asyncio.create_task(outbox.run())
            while (tally := await store.tally()).pending or tally.collected:
                await asyncio.sleep(digests.interval)
                await digests.run()
            cost = time.process_time() - cost
            outbox.stop()
            await sending
        messages = sum(len(telegram.messages(chat)) for chat in CHATS)
        ratio = (loop.time() - begun) / (messages / 30)
        return (
            f"{messages:9}{loop.time() - begun:8.0f} s{ratio:7.2f}{telegram.floods:6}{cost:8.1f} s"
        )


def main() -> None:
    """Prints the table."""
    logging.disable()
    print(measured.machine())
    print(
        f"{'outage':<12}{'news':>5}{'messages':>9}{'takes':>10}{'x best':>7}{'429':>6}{'CPU':>10}"
    )
    for name, news in OUTAGES:
        with tempfile.TemporaryDirectory() as folder:
            row = in_simulated_time(settle(Path(folder), news))
        print(f"{name:<12}{news:5}{row}", flush=True)


if __name__ == "__main__":
    main()
