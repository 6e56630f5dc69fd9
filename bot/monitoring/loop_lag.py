"""Whether the event loop turns: a beat every second, and how late it comes."""

import asyncio
import time

BEAT = 1.0
"""Seconds between beats."""
LATE = 5.0
"""Seconds by which a beat may be late: more means that something blocks the loop."""
MISSED = 30.0
"""Seconds without a beat after which there will be none."""


class LoopLag:
    """The heart of the event loop."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self.lag = 0.0
        """Seconds by which the last beat was late."""

    async def beat(self) -> None:
        """Beats for good."""
        while True:
            begun = time.monotonic()
            await asyncio.sleep(BEAT)
            self._last = time.monotonic()
            self.lag = max(self._last - begun - BEAT, 0)

    async def check(self) -> str | None:
        """What is wrong with the event loop, for /healthz."""
        silent = time.monotonic() - self._last
        if silent > MISSED:
            return f"the event loop has not beaten for {silent:.0f} s"
        return f"the event loop is late by {self.lag:.0f} s" if self.lag > LATE else None
