"""Whether an engine is asked: one that fails again and again is left alone for a while."""

import time

FAILURES = 3
"""In a row, after which an engine rests."""
REST = 60.0
"""Seconds of the first rest; each further failure doubles it."""
LONGEST = 3600.0


class CircuitBreaker:
    """Closed while an engine works; open while it rests; after a rest, it is tried once."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0

    def is_closed(self) -> bool:
        """Whether the engine is to be asked now."""
        return self._now() >= self._until

    def note_success(self) -> None:
        """It works."""
        self._failures, self._until = 0, 0.0

    def note_failure(self) -> None:
        """It does not."""
        self._failures += 1
        beyond = self._failures - FAILURES
        if beyond >= 0:
            rest: float = min(REST * 2 ** min(beyond, 12), LONGEST)
            self._until = self._now() + rest

    def _now(self) -> float:
        return time.monotonic()
