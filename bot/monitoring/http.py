"""The HTTP server: /healthz (is the process alive), /readyz (does it do its work), /metrics."""

import asyncio
import datetime as dt
import functools
import logging
import time
from collections import Counter as Tally
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, get_args

from aiohttp import web
from aiohttp.http import HttpProcessingError
from msgspec import Struct

from bot.errors import HeraldError
from bot.models.deliveries import Outcome
from bot.models.sources import PollReport, PollResult, Source
from bot.monitoring.source_health import CONDITIONS, condition
from bot.ports.store import Store

if TYPE_CHECKING:
    from prometheus_client import Metric
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    Family = CounterMetricFamily | GaugeMetricFamily

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
        self._loop_lag, self._floods, self._backup_age = loop_lag, floods, backup_age
        # Prometheus sees no increase in a series that begins with what it is to count.
        self._polls = dict.fromkeys(map(_result_label, get_args(PollResult)), 0)
        self._deliveries = dict.fromkeys(map(_outcome_label, get_args(Outcome)), 0)
        self._items = self._developments = 0

    def count_poll(self, report: PollReport) -> None:
        """Count a poll."""
        self._polls[_result_label(report.result)] += 1
        if report.result == "new":
            self._items += report.new
            self._developments += report.developments

    def count_attempt(self, outcome: Outcome) -> None:
        """Count an attempt to deliver."""
        self._deliveries[_outcome_label(type(outcome))] += 1

    async def exposition(self) -> bytes:
        """Return the metrics in Prometheus' text format. Raises StoreError."""
        start = time.monotonic()
        await self._store.check_writable()
        write, now = time.monotonic() - start, self._clock()
        backlog = await self._store.backlog(now)
        oldest = max((now - (backlog.oldest or now)).total_seconds(), 0)
        conditions = await self._conditions()
        # Late: it brings a web server of its own, and not everybody has metrics read.
        from prometheus_client import generate_latest
        from prometheus_client.core import CounterMetricFamily as Counter
        from prometheus_client.core import GaugeMetricFamily as Gauge

        age = "Age of the newest backup; +Inf: there is none yet; NaN: none are made"
        families = [
            _labelled(Counter("herald_polls", "Polls", labels=["result"]), self._polls),
            Counter("herald_items", "Items that were new", self._items),
            Counter("herald_developments", "Developments", self._developments),
            _labelled(
                Counter("herald_deliveries", "Attempts to deliver", labels=["outcome"]),
                self._deliveries,
            ),
            Gauge("herald_pending", "Deliveries that wait", backlog.pending),
            Gauge("herald_oldest_pending_seconds", "What could be sent has waited for", oldest),
            Gauge("herald_store_write_seconds", "One durable write", write),
            Gauge("herald_loop_lag_seconds", "Event loop, late by", self._loop_lag.lag),
            Counter("herald_floods", "Telegram's 429", self._floods()),
            _labelled(
                Gauge("herald_sources", "Sources that are followed", labels=["state"]), conditions
            ),
            Gauge("herald_backup_age_seconds", age, self._backup_age()),
        ]
        return generate_latest(_Collected(families))

    async def _conditions(self) -> dict[str, int]:
        """Return how many sources are in each condition."""
        states, off = await self._store.states(), await self._store.switched_off()
        ids = (source.id for source in self._sources)
        found = Tally("off" if each in off else condition(states.get(each)) for each in ids)
        return {name: found[name] for name in CONDITIONS}


class _Collected:
    """Metric families, as the library collects them."""

    def __init__(self, families: Sequence["Metric"]) -> None:
        self._families = families

    def collect(self) -> Iterable["Metric"]:
        return self._families


def _labelled(family: "Family", values: Mapping[str, float]) -> "Family":
    """Return a family with its values, by the value of its one label."""
    for label, value in values.items():
        family.add_metric([label], value)
    return family


def _result_label(result: PollResult) -> str:
    return result.replace(" ", "_")


def _outcome_label(kind: type[Outcome]) -> str:
    return kind.__name__.lower()
