"""A server on 127.0.0.1 that answers with the bytes it is told, well formed or not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Answer = Callable[[bytes], bytes | None]
"""What is answered to the head of a request: bytes, after which the connection is closed; None:
nothing, for as long as the server runs."""

NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What is done with one connection, which is closed after it."""


@asynccontextmanager
async def listening(converse: Conversation) -> AsyncIterator[str]:
    """Run a server; the value is its address, without a path. All connections end with it."""
    connections = set[asyncio.Task[None]]()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        with contextlib.suppress(
            ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError
        ):
            await converse(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        server.close()


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """Run a server that answers one request of each connection."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = answer(await reader.readuntil(b"\r\n\r\n"))
        if said is None:
            await asyncio.Event().wait()
        writer.write(said or b"")
        await writer.drain()

    async with listening(converse) as url:
        yield url


def path_of(request: bytes) -> str:
    """Return what a request asks for."""
    return request.split(b" ", 2)[1].decode()


def always(answer: bytes) -> Answer:
    """Answer everything but robots.txt, which there is none of, with the same."""
    return lambda request: NO_ROBOTS if path_of(request) == "/robots.txt" else answer


def response(
    body: bytes, *headers: str | bytes, status: str = "200 OK", length: int | None = None
) -> bytes:
    """Return a response that ends with its connection; `length`: its Content-Length."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/rss+xml", *headers]
    lines += ["Connection: close", f"Content-Length: {len(body) if length is None else length}"]
    raw = [line if isinstance(line, bytes) else line.encode() for line in lines]
    return b"\r\n".join([*raw, b"", b""]) + body
