"""The same piece of work for all sources at once, with a sign of progress; how many are asked at
a time is the fetcher's to say."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from bot.cli import console
from bot.models import Source

T = TypeVar("T")


async def for_each(
    sources: Sequence[Source], work: Callable[[Source], Coroutine[Any, Any, T]], *, doing: str
) -> list[T]:
    """What the work gives for each source, in the order of the sources."""
    with console.progress(doing, len(sources)) as done:

        async def one(source: Source) -> T:
            found = await work(source)
            done()
            return found

        return await asyncio.gather(*map(one, sources))
