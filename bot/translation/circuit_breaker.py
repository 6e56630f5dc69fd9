"""A circuit breaker: an engine that fails again and again is not asked for a while."""

import time

from bot.deliver.retry import backoff

FAILURES = 3
"""In a row, after which the circuit opens."""
FIRST_REST = 60.0
LONGEST_REST = 3600.0
"""Seconds for which the circuit stays open."""


class CircuitBreaker:
    """Closed while an engine works, open while it is not asked; then it is tried once."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0

    def is_closed(self) -> bool:
        """Return whether the engine may be asked now."""
        return self._now() >= self._until

    def note_success(self) -> None:
        """Close the circuit."""
        self._failures, self._until = 0, 0.0

    def note_failure(self) -> None:
        """Count a failure, and open the circuit after several in a row."""
        self._failures += 1
        if self._failures >= FAILURES:
            rest = backoff(self._failures - FAILURES + 1, FIRST_REST, LONGEST_REST)
            self._until = self._now() + rest

    def _now(self) -> float:
        return time.monotonic()
