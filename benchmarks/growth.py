"""How much a year adds to the store, by table: 900 sources with two items a day, one in 25 of which
is about migration or asylum, and 30 deliveries of each of these.

A twentieth of the year is simulated and multiplied.
"""

import asyncio
import datetime as dt
import random
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks import measured
from bot import evidence
from bot.models import Citation, Development, Evidence, PageText
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery
from bot.models.readings import Reading, Received
from bot.models.sources import Item, PollCommit, SourceState, Unsent
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store

SOURCES, ITEMS_A_DAY, RELEVANT = 900, 2, 25
KEYS = 3
"""Keys of an item: its GUID, its URL, its title."""
WORDS_OF_TEXT = 400
CHATS = 30
PART = 20
TOGETHER = 10
"""Items of one commit."""
BEGIN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def words(chance: random.Random, count: int) -> str:
    """Return a text of words as often as language has them: few often, many seldom."""
    return " ".join(f"slovo{int(chance.paretovariate(0.7)) % 30_000}" for _ in range(count))


def development(chance: random.Random, number: int, at: dt.datetime) -> Development:
    """Return a development as a feed of a ministry brings it."""
    title = words(chance, 10)
    cited = Citation(
        publisher="Ministry of the Interior", publisher_native="Ministerstvo vnitra",
        date=at.date(), title_native=title, title_en=None, language="cs",
        url=f"https://www.mvcr.example/clanek/{number}-{title[:60].replace(' ', '-')}.aspx",
    )  # fmt: skip
    return Development(
        title=title, summary=words(chance, 60), sources=(cited,), date=at.date(), country="CZ",
        themes=("general", "return"), topics=(), type="Policy", recorded=at,
        evidence=Evidence(themes=("azylu", "návrat"), type=("schválila",), date=("16. ledna",)),
    )  # fmt: skip


def readings(chance: random.Random, made: Development, at: dt.datetime) -> tuple[Reading, ...]:
    """Return what a feed says of a development, and its page more of."""
    (cited,) = made.sources
    answer = Received(
        at=at,
        url=str(cited.url),
        headers={"Content-Type": "text/html; charset=utf-8", "ETag": f'"{chance.random()}"'},
        size=chance.randrange(90_000),
        sha256=f"{chance.getrandbits(256):064x}",
    )
    item = Item(source="", title=made.title, url=cited.url, text=made.summary)
    text = f"{made.summary} {words(chance, WORDS_OF_TEXT - 60)}"
    page = PageText(title=made.title, text=text, received=answer)
    return evidence.of_item(item, answer), evidence.of_page(cited, page)


def deliveries_for(at: dt.datetime) -> object:
    """Return what enqueues a delivery for each chat, as if it were sent."""

    def deliveries(made: Development, *_: object) -> Iterable[Delivery]:
        return [
            Delivery(development=str(made.id), chat=chat, filters=(1,), due=at, created=at,
                     state="sent", settled=at, attempts=1, message_id=1_000_000 + chat)
            for chat in range(CHATS)
        ]  # fmt: skip

    return deliveries


async def fill(store: RowStore) -> tuple[int, int]:
    """Commit the items, and return how many they and their developments are."""
    chance = random.Random(7)
    for chat in range(CHATS):
        await store.change_chat(chat, lambda known: Chat(id=known.id, filters=(Filter(id=1),)))
    total = SOURCES * ITEMS_A_DAY * 365 // PART
    for first in range(0, total, TOGETHER):
        at = BEGIN + dt.timedelta(days=365 * first / total)
        numbers = range(first, min(first + TOGETHER, total))
        seen = {n: tuple(f"{chance.getrandbits(128):032x}" for _ in range(KEYS)) for n in numbers}
        found = {n: development(chance, n, at) for n in numbers if n % RELEVANT == 0}
        unsent = Unsent(at=at, reason="not relevant")
        state = SourceState(id=f"cz-{chance.randrange(SOURCES)}", url="https://x", polled=at)
        commit = PollCommit(
            state=state, at=at, seen=tuple(seen.values()),
            developments=tuple((seen[n], made) for n, made in found.items()),
            texts={seen[n]: readings(chance, made, at) for n, made in found.items()},
            unsent={seen[n][0]: unsent for n in numbers if n not in found},
        )  # fmt: skip
        await store.commit(commit, deliveries_for(at))  # type: ignore[arg-type]
    return total, len(await store.developments())


def main() -> None:
    """Print what a year adds."""
    print(measured.machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "herald.db"

        async def run() -> tuple[int, int]:
            async with open_store(str(path), RULES) as store:
                return await fill(store)

        items, developments = asyncio.run(run())
        connection = sqlite3.connect(path)
        sizes: dict[str, int] = {}
        for name, size in connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
            table = name.partition(".")[0]
            table = "words" if table.startswith(("words", "indexed")) else table
            sizes[table] = sizes.get(table, 0) + size
        print(f"{items * PART:,} items, {developments * PART:,} developments a year")
        for name, size in sorted(sizes.items(), key=lambda each: -each[1])[:8]:
            print(f"{name:14} {size * PART / 1e6:7.0f} MB a year")
        print(f"{'all':14} {sum(sizes.values()) * PART / 1e6:7.0f} MB a year")


if __name__ == "__main__":
    main()
