"""One request per host at a time, and the pause a host asks for between two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Turns:
    """Who may ask which host now; and how many requests are under way at all."""

    def __init__(self, concurrency: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, asyncio.Lock] = {}
        self._free: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, url: str, delay: float) -> AsyncIterator[None]:
        """Waits until the host of an address is free, and keeps it; who waits for a host takes
        no slot from the others."""
        host = (urlsplit(url).hostname or "").lower()
        loop = asyncio.get_running_loop()
        async with self._hosts.setdefault(host, asyncio.Lock()):
            await asyncio.sleep(self._free.get(host, 0.0) - loop.time())
            try:
                async with self._slots:
                    yield
            finally:
                self._free[host] = loop.time() + delay
