"""The same piece of work for many sources at once, with a limit and a sign of progress."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from bot.cli import console
from bot.models import Source

T = TypeVar("T")


async def for_each(
    sources: Sequence[Source],
    work: Callable[[Source], Coroutine[Any, Any, T]],
    *,
    at_once: int,
    doing: str,
) -> list[T]:
    """What the work gives for each source, in the order of the sources."""
    gate = asyncio.Semaphore(at_once)
    with console.progress(doing, len(sources)) as done:

        async def one(source: Source) -> T:
            async with gate:
                found = await work(source)
            done()
            return found

        return await asyncio.gather(*map(one, sources))
