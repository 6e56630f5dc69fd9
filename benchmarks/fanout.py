"""From a new item to its deliveries: 1,000, 10,000 and 100,000 chats of 1 to 5 filters each,
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
from typing import NamedTuple

from benchmarks import measured
from bot import taxonomy
from bot.match import AudienceIndex, deliveries_for
from bot.models.chats import Chat, Filter
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from bot.store.database import Access
from bot.store.sqlite import SqliteDatabase
from tests import samples
from tests.samples import audience_of, development

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


class Measured(NamedTuple):
    """Of the items of a run: how many chats one reached, and milliseconds."""

    reached: int
    committed: float
    """Matching, and enqueuing the deliveries in one transaction: in the middle."""
    worst: float
    waited: float
    """The longest that a command in a chat waited for the store meanwhile."""


async def fan_out(folder: Path, count: int) -> Measured:
    """Publishes some items to so many chats."""
    path = str(folder / f"{count}.db")
    async with open_store(path, RULES) as store:
        """Makes the tables."""
    engine = SqliteDatabase(path)
    with engine.transaction(Access.WRITES):
        engine.insert("chats", chats(count, random.Random(1)))
    engine.close()
    async with open_store(path, RULES) as store:
        await audience_of(store)
        found = [await _publish(store, number) for number in range(ITEMS)]
        reached, committed, waited = zip(*found, strict=True)
    return Measured(
        round(statistics.mean(reached)),
        statistics.median(committed),
        max(committed),
        max(waited),
    )


async def _publish(store: Store, number: int) -> tuple[int, float, float]:
    made = development(title=f"Zpráva číslo {number}", country=("CZ", "DE")[number % 2])
    begun = time.perf_counter()

    def passed() -> float:
        return (time.perf_counter() - begun) * 1e3

    async def commit() -> tuple[int, float]:
        _, deliveries = await store.commit(samples.commit((str(number),), made), deliveries_for)
        return len(deliveries), passed()

    work, waited = asyncio.create_task(commit()), 0.0
    while not work.done():
        await asyncio.sleep(0)
        asked = passed()
        await store.chat(1)
        waited = max(waited, passed() - asked)
    return *work.result(), waited


def memory(filters: int) -> float:
    """MB that so many filters of three a chat take."""
    gc.collect()
    before = measured.resident()
    chance = random.Random(2)
    audience, held = AudienceIndex(), 0
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
    print(f"{'chats':>9} {'reached':>9} {'committed':>13} {'worst':>10} {'waited':>10}")
    with tempfile.TemporaryDirectory() as name:
        for count in (1_000, 10_000, 100_000):
            found = asyncio.run(fan_out(Path(name), count))
            times = "".join(f"{each:8.1f} ms" for each in found[1:])
            print(f"{count:9} {found.reached:9}   {times}")


if __name__ == "__main__":
    main()
