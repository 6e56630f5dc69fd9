"""The HTTP server: /healthz (is the process alive), /readyz (does it do its work), /metrics."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol, runtime_checkable

from aiohttp import web

from bot.errors import HeraldError

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
    """The checks of /healthz, and the further ones of /readyz, by name."""

    alive: Mapping[str, Check]
    ready: Mapping[str, Check]


@asynccontextmanager
async def serving(
    address: tuple[str, int],
    checks: Checks,
    metrics: Callable[[], Awaitable[bytes]],
    *routes: Route,
) -> AsyncIterator[None]:
    """Serve HTTP at an address for as long as the context lasts. Raises OSError."""
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
        await web.TCPSite(runner, *address).start()
        yield
    finally:
        await runner.cleanup()


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
