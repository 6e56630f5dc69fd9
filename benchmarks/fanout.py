"""From a new item to what is owed for it: 1,000, 10,000 and 100,000 chats of 1 to 5 filters each,
in a store on disk; and the memory of a million filters."""

import asyncio
import datetime as dt
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks import measured
from bot import taxonomy
from bot.match.audience import Audience
from bot.models import Chat, Filter
from bot.pipeline.poll import owed
from bot.ports import Store
from bot.store import open_store
from bot.store.engine import Access
from bot.store.sqlite import SqliteEngine
from tests.samples import development, harvest

NOW = dt.datetime(2025, 1, 16, 12, tzinfo=dt.UTC)
ITEMS = 20


def chats(count: int, chance: random.Random) -> Iterable[Chat]:
    """Chats that follow some countries and themes, as people do: some of them everything."""
    countries, themes = sorted(taxonomy.countries()), sorted(taxonomy.themes())
    for number in range(1, count + 1):
        filters = tuple(
            Filter(
                id=place,
                countries=frozenset(chance.sample(countries, chance.choice((1, 1, 2, 5)))),
                themes=frozenset(chance.sample(themes, chance.choice((0, 1, 2)))),
            )
            for place in range(1, chance.randint(1, 5) + 1)
        )
        yield Chat(id=number, filters=filters)


async def fan_out(folder: Path, count: int) -> tuple[int, float, float, float]:
    """How many chats an item reaches; its milliseconds of matching and queueing, in the middle
    and at worst; and the longest that a command in the chat waited meanwhile."""
    path = str(folder / f"{count}.db")
    async with open_store(path) as store:
        """Makes the tables."""
    engine = SqliteEngine(path)
    with engine.transaction(Access.WRITES):
        engine.insert("chats", chats(count, random.Random(1)))
    engine.close()
    async with open_store(path) as store:
        await store.audience()
        return await _items(store)


async def _items(store: Store) -> tuple[int, float, float, float]:
    times, reached, waited = [], [], 0.0
    for number in range(ITEMS):
        audience = await store.audience()
        made = development(title=f"Zpráva číslo {number}", country=("CZ", "DE")[number % 2])
        begun = time.perf_counter()
        work = asyncio.create_task(store.commit(harvest((str(number),), made), owed(audience, NOW)))
        await asyncio.sleep(0)
        asked = time.perf_counter()
        await store.chat(1)
        waited = max(waited, time.perf_counter() - asked)
        _, deliveries = await work
        times.append(time.perf_counter() - begun)
        reached.append(len(deliveries))
    middle = round(statistics.mean(reached))
    return middle, statistics.median(times) * 1e3, max(times) * 1e3, waited * 1e3


def memory(filters: int) -> float:
    """MB that so many filters of three a chat take."""
    gc.collect()
    before = measured.resident()
    chance = random.Random(2)
    audience, held = Audience(), 0
    for chat in chats(10**9, chance):
        audience.put(chat)
        held += len(chat.filters)
        if held >= filters:
            break
    gc.collect()
    found = measured.resident() - before
    assert audience.recipients(development(), NOW)
    return found


def main() -> None:
    """Prints the table."""
    print(measured.machine())
    print(f"a million filters: {memory(1_000_000):.0f} MB")
    print(f"{'chats':>9} {'reached':>9} {'median':>12} {'worst':>12} {'a command waited':>18}")
    with tempfile.TemporaryDirectory() as name:
        for count in (1_000, 10_000, 100_000):
            reached, median, worst, waited = asyncio.run(fan_out(Path(name), count))
            print(f"{count:9} {reached:9} {median:9.1f} ms {worst:9.1f} ms {waited:15.1f} ms")


if __name__ == "__main__":
    main()
