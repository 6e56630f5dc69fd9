"""The whole service in the process of a test, and waiting for what it does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from unittest.mock import patch

from bot import app
from bot.chat.profile import set_profile
from bot.config import Config
from bot.config.reload import Reload


@asynccontextmanager
async def service(
    config: Config, reload: Reload | None = None, *, sets_profile: bool = False
) -> AsyncIterator[None]:
    """The service, from its start to its orderly end; `sets_profile`: also what Telegram shows of
    the bot beside its messages, which takes 60 requests."""
    stop = asyncio.Event()
    with patch("bot.chat.telegram_app.set_profile", set_profile if sets_profile else _set_nothing):
        running = asyncio.create_task(app.run(config, stop, reload))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(running, 10)


async def _set_nothing(bot: object) -> None:
    pass


async def until(holds: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Waits until something holds, half a minute at most: the machine may be busy."""
    async with asyncio.timeout(30):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.01)
