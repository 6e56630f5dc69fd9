"""Work that is done over and over: when something wakes it, and every so often by itself."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from bot.errors import StoreError

log = logging.getLogger(__name__)


class Rounds:
    """A step, again and again until it is cancelled. A store that fails ends a round, not all."""

    def __init__(self, step: Callable[[], Awaitable[None]], tick: float, trouble: str) -> None:
        """`tick`: seconds between two rounds at most; `trouble`: what a store's failure means."""
        self._step, self._tick, self._trouble = step, tick, trouble
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    async def run(self) -> None:
        """Goes on for good."""
        while True:
            self._wake.clear()
            try:
                await self._step()
            except StoreError as error:
                log.error("%s: %s", self._trouble, error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._tick)


@asynccontextmanager
async def background_tasks(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work that goes on for as long as the context lasts."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def forever() -> None:
    """Waits until it is cancelled."""
    await asyncio.Event().wait()
