"""From the answer of a ministry that holds a new item to the messages that tell of it: to the first
of 90 chats, and to the last, beside what Telegram's 30 messages a second take."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from benchmarks import measured
from bot.models.chats import Chat, Filter
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.sources import Entry, FakeSources, rss
from tests.fakes.telegram import TOKEN, FakeTelegram

CHATS = range(1, 91)
BEST = len(CHATS) / 30
"""Seconds that 30 a second take."""
ROUNDS = 7
OLD = Entry("Azyl: stará zpráva", "https://mv.example/0", "g0")


class TimedSources(FakeSources):
    """Ministries that note when they last answered."""

    answered = 0.0
    asked = 0

    async def _handle(self, request: web.Request) -> web.Response:
        answer = await super()._handle(request)
        self.answered, self.asked = time.monotonic(), self.asked + 1
        return answer

    async def next_poll(self) -> None:
        """Wait until they are asked the next time."""
        before = self.asked
        await measured.until(lambda: self.asked > before)


@asynccontextmanager
async def running(
    folder: Path, sources: FakeSources, telegram: FakeTelegram
) -> AsyncIterator[None]:
    """The service as a process, whose chats follow everything, once it polls."""
    (folder / "config.toml").write_text(
        f'[polling]\ninterval = "1s"\nprivate_hosts = ["127.0.0.1"]\n[catalogue]\ncountries = []\n'
        f'[web]\nlisten = ""\n[[sources]]\nid = "cz"\nurl = "{sources.url("/rss")}"\n'
        'country = "CZ"\nlanguage = "cs"\npublisher = "Ministry"\n'
    )
    (folder / "data").mkdir()
    async with open_store(str(folder / "data" / "herald.db"), RULES) as store:
        for number in CHATS:
            telegram.says(number, "/status")
            await store.change_chat(number, lambda chat: Chat(id=chat.id, filters=(Filter(id=1),)))
    told = {"HERALD_TELEGRAM_TOKEN": TOKEN, "HERALD_TELEGRAM_BASE_URL": telegram.base_url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env={**os.environ, **told},
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await measured.until(lambda: all(telegram.messages(number) for number in CHATS))
        yield
    finally:
        process.kill()
        await process.wait()


async def measure() -> list[tuple[float, float]]:
    """Seconds to the first and to the last message, of each round."""
    found, published = list[tuple[float, float]](), [OLD]
    with tempfile.TemporaryDirectory() as name:
        async with TimedSources() as sources, FakeTelegram(TOKEN) as telegram:
            sources.publish("/rss", rss(published))
            async with running(Path(name), sources, telegram):
                telegram.limit(per_chat=1, overall=30)
                for number in range(1, ROUNDS + 1):
                    title = f"Nový zákon o azylu, část {number}"
                    link = f"https://mv.example/{number}"
                    published.insert(0, Entry(title, link, f"g{number}"))
                    await sources.next_poll()
                    sources.publish("/rss", rss(published))
                    await sources.next_poll()
                    found.append(await _told(title, sources.answered, telegram))
    return found


async def _told(title: str, answered: float, telegram: FakeTelegram) -> tuple[float, float]:
    """Seconds from an answer to the first message that tells of it, and to the last."""

    def has(chat: int) -> bool:
        return any(title in message.text for message in telegram.messages(chat)[-2:])

    first = await measured.until(lambda: any(map(has, CHATS)))
    last = await measured.until(lambda: all(map(has, CHATS)))
    return first - answered, last - answered


def main() -> None:
    """Prints the medians."""
    print(measured.machine())
    firsts, lasts = zip(*asyncio.run(measure()), strict=True)
    first, last = statistics.median(firsts), statistics.median(lasts)
    print(f"the first chat is told after {first:.2f} s, {max(firsts):.2f} s at worst; "
          f"all {len(CHATS)} after {last:.2f} s, {last / BEST:.2f} × best")  # fmt: skip


if __name__ == "__main__":
    main()
