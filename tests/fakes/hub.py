"""A hub for tests, as WebSub has it: it asks whoever wants news whether they do, and pushes."""

import asyncio
import hmac
from collections.abc import Mapping
from typing import Self

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

CHALLENGE = "a <challenge> & more"


class FakeHub:
    """`async with FakeHub() as hub:`, then name its `url` in a feed, and `push`."""

    def __init__(self, port: int, *, refuses: bool = False, lease: int | None = None) -> None:
        """It stands beside the server of a port, on another address: whoever reads feeds there
        follows them to no other port."""
        self.asked: list[Mapping[str, str]] = []
        self.confirmed: list[Mapping[str, str]] = []
        self._refuses, self._lease = refuses, lease
        self._tasks = set[asyncio.Task[int]]()
        application = web.Application()
        application.router.add_post("/", self._subscribe)
        self._server = TestServer(application, host="127.0.0.2", port=port)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.gather(*self._tasks)
        await self._server.close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.2:{self._server.port}/"

    async def push(self, body: bytes, *, secret: str | None = None, method: str = "sha256") -> int:
        """Brings news to whoever confirmed last; the status of their answer."""
        asked = self.confirmed[-1]
        key = (asked["hub.secret"] if secret is None else secret).encode()
        signature = f"{method}={hmac.new(key, body, method).hexdigest()}"
        headers = {"X-Hub-Signature": signature, "Content-Type": "application/rss+xml"}
        async with aiohttp.ClientSession() as session:
            answer = await session.post(asked["hub.callback"], data=body, headers=headers)
            return answer.status

    async def verify(self, asked: Mapping[str, str], **changes: str) -> tuple[int, str]:
        """Asks whoever has asked whether they did; the status and text of their answer."""
        facts = {
            "hub.mode": "denied" if self._refuses else "subscribe",
            "hub.topic": asked["hub.topic"],
            "hub.challenge": CHALLENGE,
            "hub.lease_seconds": str(self._lease or asked["hub.lease_seconds"]),
            **{f"hub.{name}": value for name, value in changes.items()},
        }
        async with aiohttp.ClientSession() as session:
            answer = await session.get(asked["hub.callback"], params=facts)
            return answer.status, await answer.text()

    async def _subscribe(self, request: web.Request) -> web.Response:
        asked = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(asked)
        task = asyncio.create_task(self._confirm(asked))
        self._tasks.add(task)
        return web.Response(status=202)

    async def _confirm(self, asked: Mapping[str, str]) -> int:
        status, text = await self.verify(asked)
        if (status, text) == (200, CHALLENGE):
            self.confirmed.append(asked)
        return status
