"""How the service is doing, in figures, for Prometheus. No chat, no person and no filter is in
them.
"""

import datetime as dt
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from bot.models import Outcome, Report
from bot.monitoring.loop_lag import LoopLag
from bot.ports import Store

Floods = Callable[[], float]


class Metrics:
    """The figures of one service."""

    def __init__(
        self, store: Store, clock: Callable[[], dt.datetime], loop_lag: LoopLag, floods: Floods
    ) -> None:
        """`floods`: how often Telegram has told the bot to wait."""
        self._store, self._clock = store, clock
        self._registry = registry = CollectorRegistry()
        self._polls = Counter("herald_polls", "Polls", ["result"], registry=registry)
        self._items = Counter("herald_items", "Items that were new", registry=registry)
        self._developments = Counter("herald_developments", "Developments", registry=registry)
        self._deliveries = Counter(
            "herald_deliveries", "Attempts to deliver", ["outcome"], registry=registry
        )
        lag = Gauge("herald_loop_lag_seconds", "Event loop, late by", registry=registry)
        lag.set_function(lambda: loop_lag.lag)
        self._pending = Gauge("herald_pending", "Deliveries that wait", registry=registry)
        self._oldest = Gauge(
            "herald_oldest_pending_seconds", "What could be sent has waited for", registry=registry
        )
        self._write = Gauge("herald_store_write_seconds", "One durable write", registry=registry)
        waits = Gauge("herald_floods_total", "Telegram's 429", registry=registry)
        waits.set_function(floods)

    def polled(self, report: Report) -> None:
        """A poll has ended."""
        self._polls.labels(report.result.replace(" ", "_")).inc()
        if report.result == "new":
            self._items.inc(report.new)
            self._developments.inc(report.developments)

    def attempted(self, outcome: Outcome) -> None:
        """A delivery was tried."""
        self._deliveries.labels(type(outcome).__name__.lower()).inc()

    async def text(self) -> bytes:
        """The figures as Prometheus reads them. Raises StoreError."""
        begun = time.monotonic()
        await self._store.check_writable()
        self._write.set(time.monotonic() - begun)
        backlog = await self._store.backlog(self._clock())
        self._pending.set(backlog.pending)
        waited = self._clock() - (backlog.oldest or self._clock())
        self._oldest.set(max(waited.total_seconds(), 0))
        return generate_latest(self._registry)
