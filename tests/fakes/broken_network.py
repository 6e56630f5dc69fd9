"""A proxy that breaks connections as networks do, between the bot and the Telegram for tests."""

import asyncio
import random
import socket
import struct
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

Fault = Literal["reset", "reset_after", "stall", "truncate", "gateway"]
FAULTS: tuple[Fault, ...] = ("reset", "reset_after", "stall", "truncate", "gateway")
_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 21\r\n"
    b"Connection: close\r\n\r\n<h1>Bad Gateway</h1>\r\n"[:-1]
)


class Chaos:
    """Passes each request on, but for a share of them: cut before they arrive (`reset`) or before
    they are answered (`reset_after`), held for ever (`stall`), answered in part (`truncate`), or by
    a gateway's page (`gateway`). Which, a seed decides."""

    def __init__(self, base_url: str, seed: int, share: float) -> None:
        self._upstream = urlsplit(base_url)
        self._random, self.share = random.Random(seed), share
        self.done: Counter[Fault] = Counter()
        self._connections = set[asyncio.Task[None]]()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def base_url(self) -> str:
        """Where the bot finds it."""
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}{self._upstream.path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            there = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
            try:
                while await self._pass_on((reader, writer), there):
                    pass
            finally:
                await _close(there[1])
        await _close(writer)

    async def _pass_on(
        self,
        here: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> bool:
        """One request and its answer; whether the connection is still good."""
        request = await _message(here[0])
        if not request:
            return False
        fault = self._next()
        if fault == "reset":
            return _cut(here[1])
        if fault == "stall":
            return not await here[0].read(1)  # until the bot hangs up
        if fault == "gateway":
            here[1].write(_GATEWAY)
            return False
        there[1].write(request)
        answer = await _message(there[0])
        if fault == "reset_after":
            return _cut(here[1])
        here[1].write(answer[: len(answer) - 20] if fault == "truncate" else answer)
        return fault is None

    def _next(self) -> Fault | None:
        if self._random.random() >= self.share:
            return None
        fault = self._random.choice(FAULTS)
        self.done[fault] += 1
        return fault


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A request or an answer as it stands on the wire; empty: there is none any more."""
    with suppress(asyncio.IncompleteReadError):
        head = await reader.readuntil(b"\r\n\r\n")
        length = [
            int(row.split(b":")[1])
            for row in head.splitlines()
            if row.lower().startswith(b"content-length:")
        ]
        return head + await reader.readexactly(length[0] if length else 0)
    return b""


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _cut(writer: asyncio.StreamWriter) -> bool:
    """Resets a connection."""
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    writer.transport.abort()
    return False
