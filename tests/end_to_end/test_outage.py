"""Telegram is out for minutes, an hour, a day: what comes afterwards, in which order, how fast.

Telegram is the fake server, the clock a simulated one; the store, the rate limiter and
python-telegram-bot are real.
"""

import asyncio
import datetime as dt
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.jobs import delivery_loop
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
from tests.fakes.telegram import TOKEN, FakeTelegram, Heard
from tests.samples import NOW, commit, delivery, development

CZECH, GERMAN, BOTH = 1, 2, 3
FOLLOWED = {CZECH: {"CZ"}, GERMAN: {"DE"}, BOTH: {"CZ", "DE"}}
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


class World:
    """Chats that follow countries, the news of which come while Telegram is out."""

    def __init__(self, telegram: FakeTelegram, store: RowStore, outbox: Outbox) -> None:
        self.telegram, self.store, self.outbox = telegram, store, outbox
        self._numbers = itertools.count(1)

    async def publish(self, country: str, count: int, every: float) -> None:
        """News of a country, `every` so many seconds."""
        for number in itertools.islice(self._numbers, count):
            now, title = clock(), f"News {number}."

            def owed(made: Development, *_: object, now: dt.datetime = now) -> Iterator[Delivery]:
                for chat, followed in FOLLOWED.items():
                    if made.country in followed:
                        facts = {"development": str(made.id), "chat": chat, "filters": (1,)}
                        yield delivery(**facts, due=now, created=now)

            made = development(title=title, country=country, recorded=now)
            await self.store.commit(commit((title,), made, at=now), owed)
            self.outbox.wake()
            await asyncio.sleep(every)

    async def settle(self) -> float:
        """Returns when nothing is owed any more: the seconds that took."""
        digests, begun = DigestJob(self.store, [], clock, self.outbox.wake), loop_time()
        async with asyncio.timeout(HOUR):
            while (tally := await self.store.tally()).pending or tally.collected:
                await asyncio.sleep(1)
                if loop_time() % digests.interval < 1:
                    await digests.run()
        assert not tally.uncertain
        return loop_time() - begun

    def heard(self, chat: int) -> list[Heard]:
        return self.telegram.messages(chat)

    def numbers(self, chat: int) -> list[int]:
        """The news that a chat has heard, in order."""
        said = " ".join(message.text for message in self.heard(chat))
        return [int(number) for number in re.findall(r"News (\d+)\.", said)]


def loop_time() -> float:
    return asyncio.get_running_loop().time()


def clock() -> dt.datetime:
    return NOW + dt.timedelta(seconds=loop_time())


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    async with FakeTelegram(TOKEN) as telegram, open_store(str(folder / "x.db"), RULES) as store:
        config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(telegram.base_url))
        async with make_bot(config, RateLimiter()) as bot:
            sender = Outbox(store, TelegramTransport(bot), clock)
            for chat, followed in FOLLOWED.items():
                telegram.says(chat, "/start")
                filters = (Filter(id=1, countries=frozenset(followed)),)
                await store.change_chat(
                    chat, lambda known, filters=filters: Chat(id=known.id, filters=filters)
                )
            telegram.limit(per_chat=1, overall=30)
            sending = asyncio.create_task(sender.run())
            yield World(telegram, store, sender)
            sender.stop()
            await sending


def test_after_five_minutes_all_comes_in_order_within_a_minute(tmp_path: Path) -> None:
    async def scene() -> None:
        async with world(tmp_path) as made:
            made.telegram.offline()
            await made.publish("CZ", 6, 5 * MINUTE / 10)
            await made.publish("DE", 4, 5 * MINUTE / 10)
            made.telegram.online()
            assert await made.settle() < delivery_loop.LONGEST_OUTAGE_WAIT + 1.1 * 10
            assert made.numbers(CZECH) == [*range(1, 7)]
            assert made.numbers(GERMAN) == [*range(7, 11)]
            assert made.numbers(BOTH) == [*range(1, 11)]
            assert not made.telegram.floods

    in_simulated_time(scene())


def test_after_an_hour_the_newest_of_many_comes_first(tmp_path: Path) -> None:
    async def scene() -> None:
        async with world(tmp_path) as made:
            made.telegram.offline()
            await made.publish("CZ", 15, HOUR / 40)
            await made.publish("DE", 25, HOUR / 40)
            made.telegram.online()
            assert await made.settle() < delivery_loop.LONGEST_OUTAGE_WAIT + 1.1 * 40
            assert made.numbers(CZECH) == [*range(1, 16)]
            assert made.numbers(GERMAN) == [*range(40, 15, -1)]
            assert made.numbers(BOTH) == [*range(40, 0, -1)]
            assert not made.telegram.floods

    in_simulated_time(scene())


def test_after_a_day_more_than_fifty_come_in_a_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_loop, "LONGEST_OUTAGE_WAIT", 600)  # which a day has thousands of

    async def scene() -> None:
        async with world(tmp_path) as made:
            made.telegram.offline()
            await made.publish("CZ", 45, DAY / 60)
            await made.publish("DE", 15, DAY / 60)
            made.telegram.online()
            assert await made.settle() < delivery_loop.LONGEST_OUTAGE_WAIT + 1.1 * 50
            assert made.numbers(CZECH) == [*range(45, 0, -1)]
            assert made.numbers(GERMAN) == [*range(46, 61)]
            assert sorted(made.numbers(BOTH)) == [*range(1, 61)]
            assert len(made.heard(BOTH)) == 1
            assert not made.telegram.floods
            await made.publish("CZ", 1, MINUTE)
            assert made.numbers(BOTH)[-1] == made.numbers(CZECH)[-1] == 61

    in_simulated_time(scene())


def test_what_is_read_all_at_once_when_the_network_is_back_comes_in_digests(tmp_path: Path) -> None:
    async def scene() -> None:
        async with world(tmp_path) as made:
            made.telegram.offline()
            await asyncio.sleep(MINUTE)
            made.telegram.online()
            await made.publish("CZ", 60, 0.1)
            await made.publish("DE", 30, 0.1)
            assert await made.settle() < delivery_loop.LONGEST_OUTAGE_WAIT + 1.1 * 60
            for chat, count in ((CZECH, 60), (GERMAN, 30), (BOTH, 90)):
                assert len(made.numbers(chat)) == len(set(made.numbers(chat))) == count
            assert len(made.heard(BOTH)) < 60
            assert not made.telegram.floods

    in_simulated_time(scene())
