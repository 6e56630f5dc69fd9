"""The whole service in the process of a test, and waiting for what it does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot import app
from bot.config import Config
from bot.config.reload import Reload


@asynccontextmanager
async def service(config: Config, reload: Reload | None = None) -> AsyncIterator[None]:
    """The service, from its start to its orderly end."""
    stop = asyncio.Event()
    running = asyncio.create_task(app.run(config, stop, reload))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(running, 10)


async def until(holds: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Waits until something holds, half a minute at most: the machine may be busy."""
    async with asyncio.timeout(30):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.01)
