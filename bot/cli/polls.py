"""Polling every source at once, for the commands that poll and end."""

import asyncio
from collections.abc import Callable, Sequence

from bot import pipeline
from bot.models import Report, Source
from bot.pipeline import Desk


async def poll_each(
    desk: Desk, sources: Sequence[Source], concurrency: int, done: Callable[[], None]
) -> list[Report]:
    """One poll of each source, in the order of the sources; `done` is called after each."""
    gate = asyncio.Semaphore(concurrency)

    async def one(source: Source) -> Report:
        async with gate:
            report = await pipeline.poll(desk, source)
        done()
        return report

    return await asyncio.gather(*map(one, sources))
