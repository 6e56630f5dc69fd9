"""The HTTP server: /healthz (is the process alive), /readyz (does it do its work), /metrics."""

import asyncio
import datetime as dt
import functools
import logging
import time
from collections import Counter as Tally
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import get_args

from aiohttp import web
from aiohttp.http import HttpProcessingError
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from bot.errors import HeraldError
from bot.models.deliveries import Outcome
from bot.models.sources import PollReport, PollResult, Source
from bot.monitoring.source_health import CONDITIONS, condition
from bot.ports.store import Store

log = logging.getLogger(__name__)

METRICS = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""
LARGEST = 2_000_000
"""Bytes of a request."""
INTERVAL = 1.0
"""Seconds between two measurements of the event loop."""
LATE = 5.0
"""Seconds of lag from which something must be blocking the loop."""
MISSED = 30.0
"""Seconds without a measurement after which there will be none."""

Check = Callable[[], Awaitable[str | None]]
"""Returns what is wrong, or raises it as a HeraldError; None: nothing. It quotes no server: anybody
may read what is answered here."""


class Checks(Struct, frozen=True):
    """The checks by which the health of the process is told."""

    alive: Mapping[str, Check]
    """Where one fails, the process is to be restarted."""
    ready: Mapping[str, Check]
    """Where one fails, people are not heard or sent to."""
    remarks: Mapping[str, Callable[[], str]] = {}
    """What is told beside them, and is no reason for either."""


@asynccontextmanager
async def serving(
    address: tuple[str, int] | None,
    checks: "Checks",
    metrics: Callable[[], Awaitable[bytes]],
    routes: Iterable[web.RouteDef] = (),
) -> AsyncIterator[None]:
    """Serve HTTP at a host and port for as long as the context lasts; at none, where they are
    None, or taken by another program."""
    if address is None:
        yield
        return
    application = web.Application(client_max_size=LARGEST)
    application.add_routes(
        [
            *routes,
            web.get("/healthz", functools.partial(_answer_checks, checks.alive, {})),
            web.get(
                "/readyz",
                functools.partial(_answer_checks, {**checks.alive, **checks.ready}, checks.remarks),
            ),
            web.get("/metrics", functools.partial(_answer_metrics, metrics)),
        ]
    )
    async with running(application) as runner:
        try:
            await web.TCPSite(runner, *address).start()
        except OSError as error:
            listen = f"{address[0]}:{address[1]}"
            log.error("web.listen: %s (%s); /healthz is not served", listen, error.strerror)
        yield


@asynccontextmanager
async def running(application: web.Application) -> AsyncIterator[web.AppRunner]:
    """Run a web application, which does not listen yet, for as long as the context lasts."""
    logging.getLogger("aiohttp.server").addFilter(_is_of_the_server)
    # Signatures are of the bytes as they were sent, and no honest sender compresses these.
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1, auto_decompress=False)
    await runner.setup()
    try:
        yield runner
    finally:
        await runner.cleanup()


def _is_of_the_server(record: logging.LogRecord) -> bool:
    """Return whether an error is not the client's: what is no HTTP, or a request cut short."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(
        error, HttpProcessingError | web.RequestPayloadError | ConnectionResetError
    )


async def _answer_checks(
    checks: Mapping[str, Check], remarks: Mapping[str, Callable[[], str]], request: web.Request
) -> web.Response:
    problems = {name: await _problem(name, check) for name, check in checks.items()}
    body = {name: problem or "ok" for name, problem in problems.items()}
    body |= {name: remark() for name, remark in remarks.items()}
    return web.json_response(body, status=503 if any(problems.values()) else 200)


async def _problem(name: str, check: Check) -> str | None:
    try:
        return await check()
    except HeraldError as error:
        return _kind(name, error)


def _kind(name: str, error: HeraldError) -> str:
    """Return the kind of an error, and log what it says: a database may have said it."""
    log.warning("%s: %s", name, error)
    return f"{type(error).__name__}; the log says more"


async def _answer_metrics(
    metrics: Callable[[], Awaitable[bytes]], request: web.Request
) -> web.Response:
    try:
        return web.Response(body=await metrics(), headers={"Content-Type": METRICS})
    except HeraldError as error:
        return web.Response(text=_kind("metrics", error), status=503)


class LoopLag:
    """Measures how late the event loop is: what blocks it delays everything."""

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


class Metrics:
    """The metrics of one process for Prometheus. None names a chat, a person or a filter."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[Source],
        clock: Callable[[], dt.datetime],
        loop_lag: LoopLag,
        floods: Callable[[], float],
        backup_age: Callable[[], float],
    ) -> None:
        """`floods` returns how often Telegram has answered 429, `backup_age` how many seconds old
        the newest backup is."""
        self._store, self._sources, self._clock = store, sources, clock
        self._registry = registry = CollectorRegistry()
        counter = functools.partial(Counter, registry=registry)
        gauge = functools.partial(Gauge, registry=registry)
        self._polls = counter("herald_polls", "Polls", ["result"])
        self._items = counter("herald_items", "Items that were new")
        self._developments = counter("herald_developments", "Developments")
        self._deliveries = counter("herald_deliveries", "Attempts to deliver", ["outcome"])
        self._pending = gauge("herald_pending", "Deliveries that wait")
        self._oldest = gauge("herald_oldest_pending_seconds", "What could be sent has waited for")
        self._write = gauge("herald_store_write_seconds", "One durable write")
        gauge("herald_loop_lag_seconds", "Event loop, late by").set_function(lambda: loop_lag.lag)
        registry.register(_Floods(floods))
        self._conditions = gauge("herald_sources", "Sources that are followed", ["state"])
        age = "Age of the newest backup; +Inf: there is none yet; NaN: none are made"
        gauge("herald_backup_age_seconds", age).set_function(backup_age)
        # Prometheus sees no increase in a series that begins with what it is to count.
        for result in get_args(PollResult):
            self._polls.labels(_result_label(result))
        for outcome in get_args(Outcome):
            self._deliveries.labels(_outcome_label(outcome))

    def count_poll(self, report: PollReport) -> None:
        """Count a poll."""
        self._polls.labels(_result_label(report.result)).inc()
        if report.result == "new":
            self._items.inc(report.new)
            self._developments.inc(report.developments)

    def count_attempt(self, outcome: Outcome) -> None:
        """Count an attempt to deliver."""
        self._deliveries.labels(_outcome_label(type(outcome))).inc()

    async def exposition(self) -> bytes:
        """Return the metrics in Prometheus' text format. Raises StoreError."""
        start = time.monotonic()
        await self._store.check_writable()
        self._write.set(time.monotonic() - start)
        now = self._clock()
        backlog = await self._store.backlog(now)
        self._pending.set(backlog.pending)
        self._oldest.set(max((now - (backlog.oldest or now)).total_seconds(), 0))
        await self._count_sources()
        return generate_latest(self._registry)

    async def _count_sources(self) -> None:
        states, off = await self._store.states(), await self._store.switched_off()
        ids = (source.id for source in self._sources)
        found = Tally("off" if each in off else condition(states.get(each)) for each in ids)
        for name in CONDITIONS:
            self._conditions.labels(name).set(found[name])


def _result_label(result: PollResult) -> str:
    return result.replace(" ", "_")


def _outcome_label(kind: type[Outcome]) -> str:
    return kind.__name__.lower()


class _Floods(Collector):
    """A counter that the rate limiter keeps."""

    def __init__(self, floods: Callable[[], float]) -> None:
        self._floods = floods

    def collect(self) -> Iterable[CounterMetricFamily]:
        yield CounterMetricFamily("herald_floods", "Telegram's 429", value=self._floods())
