"""Search among 100,000 developments with their whole texts, in a file and on PostgreSQL; what the
texts and their index cost: bytes, the time of a commit and of a backup."""

import argparse
import asyncio
import contextlib
import datetime as dt
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from unittest import mock

from benchmarks import measured
from bot.chat.parsing import query
from bot.match import any_wants, deliveries_for
from bot.models import Development
from bot.models.chats import Filter
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import backup, open_store
from bot.store.database import Access
from bot.store.open import open_engine
from bot.store.readings import Readings, packed
from bot.store.texts import Texts, rebuild_index
from bot.store.tinydb_rows import RowDB, encode
from tests import samples

TOGETHER = 500
"""Developments of one transaction: PostgreSQL ends one that waits long for its rows."""
TEXT_WORDS, TITLE_WORDS = 400, 12
VOCABULARY = 60_000
"""Words of a language; how often each stands follows Zipf's law."""
ROUNDS, COMMITS = 20, 60
COUNTRIES = ("CZ", "DE", "FR", "IT", "PL", "SK", "AT", "NL", "BE", "MT")
DAY = dt.date(2015, 1, 1)

SEARCHES = {
    "the most common word": "slovo0",
    "a common word": "slovo9",
    "a usual word": "slovo300",
    "a rare word": "slovo40000",
    "two common words": "slovo0 slovo1",
    "a phrase of two": '"slovo0 slovo1"',
    "an open ending": '"slovo400*"',
    "an ending of 1,111 forms": '"slovo40*"',
    "a word and a country": "Malta, slovo3",
    "one without another": "slovo2 -slovo1",
    "a country": "Malta",
    "nothing": "nowhere",
}


class Author:
    """Writes developments with texts of words as common as those of a language."""

    def __init__(self) -> None:
        self._dice = random.Random(1)
        self._words = [f"slovo{number}" for number in range(VOCABULARY)]
        self._weights = [*itertools.accumulate(1 / (n + 2) for n in range(VOCABULARY))]
        self._numbers = itertools.count()

    def words(self, count: int) -> str:
        """Write so many words."""
        return " ".join(self._dice.choices(self._words, cum_weights=self._weights, k=count))

    def development(self) -> tuple[Development, str]:
        """Write the next development, and its text."""
        number, text = next(self._numbers), self.words(TEXT_WORDS)
        made = samples.development(
            id=f"CZ-2015-{number:06}",
            title=self.words(TITLE_WORDS),
            summary=text[:500],
            country=COUNTRIES[number % len(COUNTRIES)],
            date=DAY + dt.timedelta(days=number // 40),
        )
        return made, text


def fill(place: str, author: Author, developments: int) -> float:
    """Fills a store, and returns the seconds that its index took."""
    with open_engine(place) as engine:
        db = RowDB(engine)
        for _ in range(0, developments, TOGETHER):
            written = [author.development() for _ in range(TOGETHER)]
            rows, texts = [_row(made) for made, _ in written], [_text(*each) for each in written]
            with engine.transaction(Access.WRITES):
                engine.insert("developments", rows)
                engine.insert("readings", texts)
        begun = time.perf_counter()
        with engine.transaction(Access.WRITES):
            rebuild_index(db)
        return time.perf_counter() - begun


def _row(made: Development) -> dict[str, object]:
    return {**encode(made), "day": str(made.date)}


def _text(made: Development, text: str) -> dict[str, object]:
    said = samples.as_read(text, url=made.sources[0].url)
    return encode(packed(str(made.id), [*said]))


async def search(store: Store) -> None:
    """Prints how long searches take, and a filter for words."""
    for name, said in SEARCHES.items():
        asked, times = query.parse_search(said), []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            _, total = await store.search(asked, 0, 10)
            times.append((time.perf_counter() - begun) * 1e3)
        print(f"  {name:24}{total:7} found{statistics.median(times):8.1f} ms{max(times):8.1f} ms")
    for word in ("slovo9", "slovo40000"):
        begun = time.perf_counter()
        wanted = any_wants([Filter(words=(word,))])
        await store.developments(wanted, limit=10)
        print(f"  the latest 10 with {word:12}{(time.perf_counter() - begun) * 1e3:21.1f} ms")


async def commits(store: Store, author: Author) -> float:
    """The milliseconds of a commit of one development in the middle."""
    times = list[float]()
    for _ in range(COMMITS):
        made, text = author.development()
        key = (author.words(4),)
        poll = samples.commit(key, made, texts={key: samples.as_read(text, key[0])})
        begun = time.perf_counter()
        await store.commit(poll, deliveries_for)
        times.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(times)


@contextlib.contextmanager
def without_texts() -> Iterator[None]:
    """Nothing is kept of texts, and nothing indexed."""
    with (
        mock.patch.object(Readings, "add", return_value=False),
        mock.patch.object(Texts, "index", return_value=None),
    ):
        yield


async def measure(place: str, developments: int, size: Callable[[], int]) -> None:
    """Prints the figures of one database."""
    author = Author()
    async with open_store(place, RULES):
        """Makes the tables."""
    took = fill(place, author, developments)
    print(f"  {size() / developments:.0f} bytes a development; indexed in {took:.0f} s")
    async with open_store(place, RULES) as store:
        await search(store)
        with_them = await commits(store, author)
        with without_texts():
            without = await commits(store, author)
    print(f"  a commit: {with_them:.2f} ms, without texts {without:.2f} ms: "
          f"{with_them / without:.2f} times")  # fmt: skip


def _file_size(path: Path) -> int:
    with open_engine(str(path)) as engine:
        engine.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


def _server_size(place: str) -> int:
    tables = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND "
    with open_engine(place) as engine, engine.transaction(Access.READS):
        here = "relnamespace = current_schema()::regnamespace"
        return int(engine.execute(tables + here)[0][0])


def main(databases: Iterable[str], developments: int) -> None:
    """Prints the tables."""
    print(f"{measured.machine()}; {developments:,} developments")
    if "file" in databases:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name, "herald.db")
            print("SQLite")
            asyncio.run(measure(str(path), developments, lambda: _file_size(path)))
            begun = time.perf_counter()
            backup.back_up(str(path), Path(name, "copy.db"))
            print(f"  a backup: {time.perf_counter() - begun:.1f} s")
    if "server" in databases:
        with measured.postgres() as place:
            print("PostgreSQL")
            asyncio.run(measure(place, developments, lambda: _server_size(place)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="*", default=["file", "server"])
    parser.add_argument("--developments", type=int, default=100_000)
    asked = parser.parse_args()
    main(asked.database, asked.developments)
