"""The HTTP server: /healthz (is the process alive), /readyz (does it do its work), /metrics."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol, runtime_checkable

from aiohttp import web

from bot.errors import HeraldError, StoreError
from bot.ports import Store

log = logging.getLogger(__name__)

METRICS = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""

LARGEST = 2_000_000
"""Bytes of a request."""

Check = Callable[[], Awaitable[str | None]]
"""Returns what is wrong; None: nothing."""


class Route(Protocol):
    """A path that others POST to."""

    @property
    def path(self) -> str:
        """The path."""
        ...

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a POST."""
        ...


@runtime_checkable
class VerifiedRoute(Route, Protocol):
    """A path that others GET first, to ask whether they may send (WebSub)."""

    async def verify(self, request: web.Request) -> web.Response:
        """Answer a GET."""
        ...


class Checks(NamedTuple):
    """The checks of the service, by name."""

    alive: Mapping[str, Check]
    """Of /healthz: where one fails, the process is to be restarted."""
    ready: Mapping[str, Check]
    """Of /readyz beside them: where one fails, people are not heard or sent to."""


@asynccontextmanager
async def serving(
    address: tuple[str, int] | None,
    checks: Checks,
    metrics: Callable[[], Awaitable[bytes]],
    *routes: Route,
) -> AsyncIterator[None]:
    """Serve HTTP at a host and port for as long as the context lasts; at none, where they are
    None, or taken by another program."""
    if address is None:
        yield
        return
    application = web.Application(client_max_size=LARGEST)
    for route in routes:
        application.router.add_post(route.path, route.handle)
        if isinstance(route, VerifiedRoute):
            application.router.add_get(route.path, route.verify)
    application.router.add_get("/healthz", _handler(checks.alive))
    application.router.add_get("/readyz", _handler({**checks.alive, **checks.ready}))
    application.router.add_get("/metrics", _metrics(metrics))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, *address).start()
        except OSError as error:
            listen = f"{address[0]}:{address[1]}"
            log.error("web.listen: %s (%s); /healthz is not served", listen, error.strerror)
        yield
    finally:
        await runner.cleanup()


async def check_store(store: Store) -> str | None:
    """Return why the store cannot be written to."""
    try:
        await store.check_writable()
    except StoreError as error:
        return str(error)
    return None


def _handler(checks: Mapping[str, Check]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        problems = {name: await check() for name, check in checks.items()}
        is_well = not any(problems.values())
        body = {name: problem or "ok" for name, problem in problems.items()}
        return web.json_response(body, status=200 if is_well else 503)

    return handle


def _metrics(
    metrics: Callable[[], Awaitable[bytes]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return web.Response(body=await metrics(), headers={"Content-Type": METRICS})
        except HeraldError as error:
            return web.Response(text=str(error), status=503)

    return handle
