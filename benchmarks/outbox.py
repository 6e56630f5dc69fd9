"""Deliveries that a store settles in a second, each claimed, started and saved by itself: a file
against a PostgreSQL server, with one process and with three. Both write durably."""

import asyncio
import datetime as dt
import multiprocessing
import tempfile
import time
from pathlib import Path

from benchmarks import measured
from bot import deliver
from bot.models.deliveries import Delivery, Sent
from bot.pipeline.rules import RULES
from bot.store import open_leader_election, open_store
from tests.fakes import postgres_server
from tests.samples import commit, delivery, development

DELIVERIES = 3000
AT_ONCE = 30
NOW = dt.datetime(2025, 1, 16, 12, tzinfo=dt.UTC)


async def fill(place: str) -> None:
    """Enqueue a development for many chats."""
    async with open_store(place, RULES) as store:
        await store.commit(
            commit(("k",), development()),
            lambda made, *_: [
                delivery(development=str(made.id), chat=number) for number in range(DELIVERIES)
            ],
        )


async def settle(place: str) -> None:
    """Send and settle deliveries until none is due."""
    async with open_store(place, RULES) as store, open_leader_election(place, store, lambda: NOW):

        async def one(row: Delivery) -> None:
            begun = deliver.mark_in_flight(row)
            await store.start_delivery(begun)
            await store.save_delivery(deliver.apply_outcome(begun, Sent(1), NOW))

        while due := await store.claim_deliveries(NOW, AT_ONCE):
            await asyncio.gather(*map(one, due))


def work(place: str) -> None:
    """One process."""
    asyncio.run(settle(place))


def a_second(place: str, processes: int) -> float:
    """Deliveries a second."""
    asyncio.run(fill(place))
    begun = time.monotonic()
    workers = [multiprocessing.Process(target=work, args=(place,)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    return DELIVERIES / (time.monotonic() - begun)


def main() -> None:
    """Prints the table."""
    print(measured.machine())
    with tempfile.TemporaryDirectory() as name:
        file = a_second(str(Path(name) / "herald.db"), 1)
    print(f"a file, one process        {file:7.0f}/s   1.00 ×")
    with postgres_server.server(is_durable=True) as dsn:
        for processes in (1, 3):
            with postgres_server.database(dsn) as place:
                found = a_second(place, processes)
            print(f"a server, {processes} process(es)  {found:9.0f}/s {found / file:6.2f} ×")


if __name__ == "__main__":
    main()
