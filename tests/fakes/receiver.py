"""A webhook receiver on loopback that takes events, or hangs, lies and dies as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Receiver:
    """What it was sent, and how it answers: as `answers` say, one after the other, then 204."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.answers: list[Answer] = []
        self.always: Answer | None = None
        self.arrived = asyncio.Event()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.requests]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.requests]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.paths.append(request.path)
        self.requests.append((headers, await request.read()))
        self.arrived.set()
        answer = self.answers.pop(0) if self.answers else self.always
        return await answer(request) if answer else web.Response(status=204)


def status(code: int, text: str = "", **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=code, text=text, headers=named)

    return answer


async def hangs(request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def dies(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


def endless(code: int) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=code)
        await response.prepare(request)
        while True:
            await response.write(b"<b>" * 1000)

    return answer


@asynccontextmanager
async def serving(application: web.Application) -> AsyncIterator[str]:
    """Serve an application on loopback, and yield its address."""
    runner = web.AppRunner(application, shutdown_timeout=0.01, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        yield f"http://{host}:{port}/hook"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver, application = Receiver(), web.Application()
    application.router.add_route("*", "/{path:.*}", receiver.handle)
    async with serving(application) as receiver.url:
        yield receiver
