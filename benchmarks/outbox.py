"""Deliveries that a store settles in a second: a file against a PostgreSQL server, with one process
and with three, each started and saved in a transaction of its own, and in batches. All write
durably."""

import asyncio
import datetime as dt
import multiprocessing
import tempfile
import time
from pathlib import Path

from benchmarks import measured
from bot import deliver
from bot.jobs.delivery_loop import BATCH
from bot.models.deliveries import Delivery, Sent
from bot.pipeline.rules import RULES
from bot.store import open_leader_election, open_store
from tests.samples import commit, delivery, development

DELIVERIES = 6000
ALONE, TOGETHER = 30, BATCH
"""Deliveries that are sent at a time."""
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


async def settle(place: str, at_once: int) -> None:
    """Send and settle deliveries until none is due."""
    async with open_store(place, RULES) as store, open_leader_election(place, store, lambda: NOW):

        async def alone(row: Delivery) -> None:
            begun = deliver.mark_in_flight(row)
            await store.start_deliveries([begun])
            await store.save_deliveries([deliver.apply_outcome(begun, Sent(1), NOW)])

        async def together(row: Delivery) -> None:
            begun = deliver.mark_in_flight(row)
            await store.start_delivery(begun)
            await store.save_delivery(deliver.apply_outcome(begun, Sent(1), NOW))

        send = alone if at_once == ALONE else together
        while (await store.tally()).pending:  # also what another process has locked just now
            due = await store.claim_deliveries(NOW, at_once)
            await asyncio.gather(*map(send, due))


def work(place: str, at_once: int) -> None:
    """One process."""
    asyncio.run(settle(place, at_once))


def a_second(place: str, processes: int, at_once: int) -> float:
    """Deliveries a second."""
    asyncio.run(fill(place))
    workers = [
        multiprocessing.Process(target=work, args=(place, at_once)) for _ in range(processes)
    ]
    begun = time.monotonic()
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
        file = a_second(str(Path(name) / "herald.db"), 1, TOGETHER)
    print(f"a file, one process                     {file:7.0f}/s")
    for processes in (1, 3):
        found = []
        for at_once in (ALONE, TOGETHER):
            with measured.postgres() as place:
                found.append(a_second(place, processes, at_once))
        alone, together = found
        print(
            f"a server, {processes} process(es): alone {alone:7.0f}/s, in batches "
            f"{together:7.0f}/s, {together / alone:.1f} ×; of a file {together / file:.2f} ×"
        )


if __name__ == "__main__":
    main()
