"""The metrics for Prometheus. None names a chat, a person or a filter."""

import datetime as dt
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from bot.models.deliveries import Outcome
from bot.models.sources import Report
from bot.monitoring.loop_lag import LoopLag
from bot.ports import Store

Floods = Callable[[], float]


class Metrics:
    """The metrics of one process."""

    def __init__(
        self, store: Store, clock: Callable[[], dt.datetime], loop_lag: LoopLag, floods: Floods
    ) -> None:
        """`floods` returns how often Telegram has answered 429."""
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

    def count_poll(self, report: Report) -> None:
        """Count a poll."""
        self._polls.labels(report.result.replace(" ", "_")).inc()
        if report.result == "new":
            self._items.inc(report.new)
            self._developments.inc(report.developments)

    def count_attempt(self, outcome: Outcome) -> None:
        """Count an attempt to deliver."""
        self._deliveries.labels(type(outcome).__name__.lower()).inc()

    async def exposition(self) -> bytes:
        """Return the metrics in Prometheus' text format. Raises StoreError."""
        start = time.monotonic()
        await self._store.check_writable()
        self._write.set(time.monotonic() - start)
        backlog = await self._store.backlog(self._clock())
        self._pending.set(backlog.pending)
        now = self._clock()
        self._oldest.set(max((now - (backlog.oldest or now)).total_seconds(), 0))
        return generate_latest(self._registry)
