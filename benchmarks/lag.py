"""How long the event loop is held up while 1,000 feeds that have each one more item are polled: the
time that an answer to a person would have to wait for it."""

import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import cycle, measured
from benchmarks.publisher import publishing

BEAT = 0.005
"""Seconds between two looks at the clock."""


async def beats(lags: list[float]) -> None:
    """Notes by how many seconds the loop came late, for good."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + BEAT
        await asyncio.sleep(BEAT)
        lags.append(loop.time() - due)


async def lags_of(folder: Path, publish: Callable[[], None]) -> list[float]:
    """Seconds of delay at each beat of a cycle in which every feed has one more item."""
    from bot import config, pipeline, polling  # late: the workers import this file

    os.chdir(folder)
    read = config.load("config.toml", os.environ)
    lags: list[float] = []
    async with polling.open_polling(read, "herald.db") as context:
        sources = read.all_sources()
        await asyncio.gather(*(pipeline.poll(context, source) for source in sources))
        await pipeline.record_history(context, sources)
        publish()
        beating = asyncio.create_task(beats(lags))
        await asyncio.gather(*(pipeline.poll(context, source) for source in sources))
        beating.cancel()
    return lags


def main(feeds: int = 1000) -> None:
    """Prints the quantiles."""
    print(measured.machine())
    with publishing(feeds) as publisher, tempfile.TemporaryDirectory() as name:
        cycle.prepare(Path(name), publisher)
        lags = asyncio.run(lags_of(Path(name), publisher.publish))
    *_, last = quantiles = statistics.quantiles(lags, n=100)
    print(
        f"{feeds} feeds with news: the loop is late by {quantiles[49] * 1e3:.1f} ms in the middle, "
        f"{last * 1e3:.1f} ms at the 99th percentile, {max(lags) * 1e3:.1f} ms at worst"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
