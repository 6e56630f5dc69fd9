"""/healthz and /readyz: whether the service lives, and whether it does its work; /metrics."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Protocol, runtime_checkable

from aiohttp import web

from bot.errors import HeraldError

METRICS = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""

LARGEST = 2_000_000
"""Bytes of a request."""

Check = Callable[[], Awaitable[str | None]]
"""What is wrong; None: nothing."""


class Guest(Protocol):
    """Something that others send to."""

    @property
    def path(self) -> str:
        """Where it is."""
        ...

    async def handle(self, request: web.Request) -> web.Response:
        """One request."""
        ...


@runtime_checkable
class Questioned(Guest, Protocol):
    """A guest whom others ask first whether they may send."""

    async def verify(self, request: web.Request) -> web.Response:
        """One question."""
        ...


@asynccontextmanager
async def serving(
    address: tuple[str, int],
    alive: Mapping[str, Check],
    ready: Mapping[str, Check],
    figures: Callable[[], Awaitable[bytes]],
    *guests: Guest,
) -> AsyncIterator[None]:
    """Answers at an address for as long as the context lasts. Raises OSError."""
    application = web.Application(client_max_size=LARGEST)
    for guest in guests:
        application.router.add_post(guest.path, guest.handle)
        if isinstance(guest, Questioned):
            application.router.add_get(guest.path, guest.verify)
    application.router.add_get("/healthz", _handler(alive))
    application.router.add_get("/readyz", _handler({**alive, **ready}))
    application.router.add_get("/metrics", _metrics(figures))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, *address).start()
        yield
    finally:
        await runner.cleanup()


def _handler(checks: Mapping[str, Check]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        found = {name: await check() for name, check in checks.items()}
        is_well = not any(found.values())
        body = {name: problem or "ok" for name, problem in found.items()}
        return web.json_response(body, status=200 if is_well else 503)

    return handle


def _metrics(
    figures: Callable[[], Awaitable[bytes]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return web.Response(body=await figures(), headers={"Content-Type": METRICS})
        except HeraldError as error:
            return web.Response(text=str(error), status=503)

    return handle
