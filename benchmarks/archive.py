"""Pages of the archive of 100,000 developments: what a browser waits for each, beside the reading
of its 50 records and a scan of all records for the same; and what the index costs."""

import argparse
import asyncio
import datetime as dt
import random
import resource
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp
from aiohttp import web

from benchmarks import measured
from bot import taxonomy
from bot.config.schema import WebConfig
from bot.monitoring import http
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from bot.store.database import Access
from bot.store.open import open_engine
from bot.store.tinydb_rows import RowDB, encode
from bot.web import routes
from bot.web.index import ArchiveIndex
from tests import samples

DEVELOPMENTS, TOGETHER = 100_000, 2_000
ROUNDS = 20
DAY = dt.date(2016, 1, 1)
SOURCES = 250
PAGES = {
    "everything": "/",
    "a country and a theme": "/?country=CZ&theme=return",
    "three facets and a quarter": "/?country=DE&theme=detention&type=Policy&since=2024-01-01"
    "&until=2024-03-31",
    "page 1,000": "/?page=1000",
    "a word": "/?q=ministri",
    "the map": "/map?since=2020-01-01&until=2020-12-31",
    "a record": "/d/CZ-2016-000001",
}


def fill(place: str) -> None:
    """Fills a store."""
    dice = random.Random(1)
    with open_engine(place) as engine:
        db = RowDB(engine)
        for first in range(0, DEVELOPMENTS, TOGETHER):
            rows = [_row(number, dice) for number in range(first, first + TOGETHER)]
            with engine.transaction(Access.WRITES):
                engine.insert("developments", rows)
                db.engine.word_index.make()


def _row(number: int, dice: random.Random) -> dict[str, object]:
    country, day = dice.choice(taxonomy.countries()), DAY + dt.timedelta(days=number // 30)
    made = samples.development(
        id=f"CZ-2016-{number:06}",
        country=country,
        date=day,
        themes=(dice.choice(taxonomy.themes()),),
        mentions=(dice.choice(("AL", "MA", "SY", "AF", "UA", "TN")),),
        type=dice.choice(taxonomy.types()),
        sources=(samples.citation(source=f"source-{dice.randrange(SOURCES)}"),),
    )
    return {**encode(made), "day": str(day)}


async def measure(store: RowStore) -> None:
    """Prints how long each page takes, and what its records alone would."""
    before, begun = _memory(), time.perf_counter()
    index = ArchiveIndex(store)
    facets, _ = await index.current()
    took = time.perf_counter() - begun
    print(f"  the index is made in {took:.1f} s, and takes {_memory() - before:.0f} MB at most")
    numbers = facets.newest((1 << len(facets)) - 1, 0, 50)
    alone = await _median(lambda: store.archived(numbers))
    print(f"  reading 50 records alone {alone:28.1f} ms")
    begun = time.perf_counter()
    await store.developments(lambda made, _: made.country == "CZ" and made.themes == ("return",))
    print(
        f"  a scan of all records for a country and a theme {(time.perf_counter() - begun):.1f} s"
    )
    application = web.Application()
    clock = lambda: samples.NOW  # noqa: E731
    application.add_routes(routes(store, (), clock, WebConfig(archive=True)))
    async with http.running(application) as runner:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
            await _get(session, "/")  # which makes its index
            for name, path in PAGES.items():
                took = await _median(lambda path=path: _get(session, path))
                print(f"  {name:32}{took:20.1f} ms")
                await asyncio.sleep(ROUNDS / 5)  # the rate limit of one client


async def _median(work) -> float:  # type: ignore[no-untyped-def]
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await work()
        times.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(times)


async def _get(session: aiohttp.ClientSession, path: str) -> bytes:
    async with session.get(path) as answer:
        return await answer.read()


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def main() -> None:
    """Fills a store, and measures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(measured.machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "herald.db")
        async with open_store(place, RULES, is_new=True):
            pass
        fill(place)
        print(f"{DEVELOPMENTS:,} developments")
        async with open_store(place, RULES) as store:
            await measure(store)


if __name__ == "__main__":
    asyncio.run(main())
