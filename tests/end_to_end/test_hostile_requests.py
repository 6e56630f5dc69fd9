"""Requests of anybody, to where Telegram brings updates and hubs push: none breaks the server."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from aiohttp import web
from hypothesis import example, given
from hypothesis import strategies as st
from telegram import Update
from telegram.ext import ExtBot

from bot.chat.webhook import SECRET_HEADER, Webhook
from bot.jobs.websub import WebSub
from bot.models.sources import Hub, HubSubscription
from bot.monitoring import http
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, source

SIGNATURE = "X-Hub-Signature"
CHUNKED = b"POST /telegram HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
HUB = Hub(url="https://hub.example", topic="https://mv.example/rss")
VALUES = st.one_of(
    st.binary(max_size=20),
    st.text(max_size=20).map(str.encode),
    st.sampled_from([b"sha256=\xff", b"gzip", b"br", b"deflate", b"x", b"application/json"]),
).map(lambda value: value.translate(None, b"\r\n\0"))
HEADERS = st.dictionaries(
    st.sampled_from([SECRET_HEADER, SIGNATURE, "Content-Encoding", "Content-Type", "Accept"]),
    VALUES,
)
QUERIES = st.dictionaries(
    st.sampled_from(["hub.mode", "hub.topic", "hub.lease_seconds", "hub.challenge", "x"]),
    VALUES
    | st.sampled_from([b"subscribe", b"denied", HUB.topic.encode(), b"9" * 11, b"\xed\xa0\x80"]),
)


class Server:
    """The two endpoints, and what they log."""

    def __init__(self) -> None:
        self.port = 0
        self.paths: list[str] = []
        self.log: list[logging.LogRecord] = []
        self.is_ready = threading.Event()

    async def serve(self) -> None:
        self.loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with open_store(":memory:", RULES) as store:
            subscription = HubSubscription(source="cz", hub=HUB, asked=NOW)
            await store.change_hub_subscription("cz", lambda _: subscription)
            context: Any = SimpleNamespace(store=store, fetcher=None, clock=lambda: NOW)
            url = "https://herald.example"
            hubs = WebSub(context, [source()], "secret", url, _polled, lambda: None)
            webhook = Webhook(ExtBot("123456:TEST"), f"{url}/telegram", _processed)
            (address,) = hubs._by_address
            self.paths = [webhook.path, f"/hub/{address}", "/hub/guessed"]
            application = web.Application()
            application.add_routes([*hubs.routes, web.post(webhook.path, webhook.handle)])
            async with http.running(application) as runner:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                self.port = runner.addresses[0][1]
                self.is_ready.set()
                await self._stop.wait()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)

    def asked(self, method: str, path: str, headers: dict[str, bytes], body: bytes) -> int:
        """The status that a request is answered with."""
        head = {"Host": b"x", "Connection": b"close", "Content-Length": b"%d" % len(body)}
        lines = [name.encode() + b": " + value for name, value in {**headers, **head}.items()]
        start = f"{method} {path} HTTP/1.1".encode()
        return self.exchanged(b"\r\n".join([start, *lines, b"", body]))

    def exchanged(self, request: bytes) -> int:
        """The status that these bytes are answered with."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(request)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        return int(answer.split()[1])


async def _polled(_: str) -> object:
    return None


async def _processed(_: Update) -> bool:
    return True


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    handler = logging.Handler()
    handler.emit = made.log.append  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    thread = threading.Thread(target=lambda: asyncio.run(made.serve()))
    thread.start()
    assert made.is_ready.wait(10)
    yield made
    made.stop()
    thread.join()
    logging.getLogger().removeHandler(handler)


@given(st.sampled_from([0, 1, 2]), HEADERS, st.binary(max_size=40))
@example(0, {SECRET_HEADER: b"\xff"}, b"{}")
@example(0, {SECRET_HEADER: "é".encode()}, b"{}")
@example(1, {SIGNATURE: b"sha256=\xff"}, b"{}")
@example(1, {"Content-Encoding": b"gzip"}, b"{}")
def test_nothing_that_is_posted_breaks_an_endpoint(
    server: Server, place: int, headers: dict[str, bytes], body: bytes
) -> None:
    server.log.clear()
    status = server.asked("POST", server.paths[place], headers, body)
    assert status in ({403}, {202}, {404})[place] | {400}
    assert not [record for record in server.log if record.exc_info]


@given(QUERIES)
@example(
    {
        "hub.mode": b"subscribe",
        "hub.topic": HUB.topic.encode(),
        "hub.lease_seconds": b"1",
        "hub.challenge": b"\xff\xed\xa0\x80",
    }
)
@example({"hub.mode": b"denied", "hub.topic": HUB.topic.encode()})
def test_nothing_that_a_hub_asks_breaks_the_endpoint(
    server: Server, query: dict[str, bytes]
) -> None:
    server.log.clear()
    words = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in query.items())
    assert server.asked("GET", f"{server.paths[1]}?{words}", {}, b"") in {200, 404}
    assert not [record for record in server.log if record.exc_info]


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /telegram?\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        CHUNKED + b"zz\r\n",
        CHUNKED + b"2\r\n{}\r\nzz\r\n",
    ],
)
def test_what_is_no_http_is_refused_without_a_traceback(server: Server, request_: bytes) -> None:
    server.log.clear()
    assert server.exchanged(request_) == 400
    assert not [record for record in server.log if record.exc_info]


def test_a_request_that_is_cut_short_leaves_no_traceback(server: Server) -> None:
    server.log.clear()
    start = f"POST {server.paths[1]} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(start + b"{")
        time.sleep(0.05)  # until it is being read
    assert server.asked("GET", server.paths[1], {}, b"") == 404
    assert not [record for record in server.log if record.exc_info]
