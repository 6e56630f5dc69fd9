"""Measure how late the event loop is: what blocks it delays everything."""

import asyncio
import time

INTERVAL = 1.0
"""Seconds between two measurements."""
LATE = 5.0
"""Seconds of lag from which something must be blocking the loop."""
MISSED = 30.0
"""Seconds without a measurement after which there will be none."""


class LoopLag:
    """Measures by how much a sleep of the event loop is too long."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self.lag = 0.0
        """Seconds by which the last sleep was too long."""

    async def measure(self) -> None:
        """Measure until cancelled."""
        while True:
            start = time.monotonic()
            await asyncio.sleep(INTERVAL)
            self._last = time.monotonic()
            self.lag = max(self._last - start - INTERVAL, 0)

    async def check(self) -> str | None:
        """Return what is wrong with the event loop, for /healthz."""
        silent = time.monotonic() - self._last
        if silent > MISSED:
            return f"the event loop has not run for {silent:.0f} s"
        return f"the event loop is late by {self.lag:.0f} s" if self.lag > LATE else None
