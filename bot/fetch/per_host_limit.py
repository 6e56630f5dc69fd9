"""One request per host at a time, and the pause a host asks for between two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HOSTS_KEPT = 2000
"""Hosts that are remembered; the idle ones among more are forgotten."""


class PerHostLimit:
    """Who may ask which host now; and how many requests are under way at all."""

    def __init__(self, concurrency: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, asyncio.Lock] = {}
        self._free: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[None]:
        """Waits until a host is free, and keeps it; who waits for a host takes no slot from the
        others. The next one waits `delay` seconds more."""
        self._forget_idle()
        now = asyncio.get_running_loop().time
        async with self._hosts.setdefault(host, asyncio.Lock()):
            await asyncio.sleep(self._free.get(host, 0.0) - now())
            try:
                async with self._slots:
                    yield
            finally:
                self._free[host] = max(now() + delay, self._free.get(host, 0.0))

    def _forget_idle(self) -> None:
        if len(self._hosts) <= HOSTS_KEPT:
            return
        now = asyncio.get_running_loop().time()
        for host in [host for host, lock in self._hosts.items() if not lock.locked()]:
            if self._free.get(host, 0.0) <= now:
                self._free.pop(host, None)
                del self._hosts[host]
