"""A year of 12 ministries in minutes: feeds that break, move and change, Telegram out of order at
times, a restart a week, every other one a kill, two changes of the clocks; whether the ledger is
balanced at the end, and the memory flat."""

import asyncio
import datetime as dt
import gc
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import measured
from bot.pipeline.worker_pool import PRELOADED, WorkerPool
from tests.end_to_end.soak_run import AT_ONCE, Soak

BEGINS = dt.datetime(2025, 1, 5, 23, tzinfo=dt.UTC)
MINISTRIES = 12
EACH = 28
"""Days between two lines."""


async def live(folder: Path, days: int) -> None:
    """Prints a line for every four weeks, then what the ledger says."""
    workers, begun = WorkerPool(PRELOADED, 1), time.monotonic()
    soak = Soak(folder, BEGINS, MINISTRIES, workers)
    print(f"{'day':>4} {'polls':>8} {'news':>6} {'messages':>9} {'MB':>5} {'seconds':>8}")
    async for day in soak.run(days):
        if day % EACH == 0 or day == days:
            gc.collect()
            print(
                f"{day:4} {soak.polls:8} {len(soak.ministries.published):6} "
                f"{soak.messenger.messages:9} {measured.resident():5.0f} "
                f"{time.monotonic() - begun:8.1f}"
            )
    tally = await soak.settle()
    published, heard = soak.ministries.published, soak.messenger.heard[AT_ONCE]
    twice = sum(count > 1 for said in soak.messenger.heard.values() for count in said.values())
    print(
        f"{soak.restarts} starts, {soak.kills} kills, {soak.troubles} troubles of feeds; "
        f"{len(published)} news, {len(heard)} heard by who hears all, {twice} of any heard twice; "
        f"ledger: {tally.sent} sent, {tally.uncertain} uncertain, {tally.pending} pending, "
        f"{tally.failed} failed"
    )


def main(days: int = 364) -> None:
    """Prints the table."""
    print(measured.machine())
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(live(Path(name), days))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
