import socket

import aiohttp
import pytest

from bot.monitoring import http


async def metrics() -> bytes:
    return b"up 1\n"


async def fine() -> str | None:
    return None


async def broken() -> str | None:
    return "it is broken"


async def test_readyz_fails_where_a_check_of_its_own_does(unused_tcp_port: int) -> None:
    checks = http.Checks({"store": fine}, {"outbox": broken})
    base = f"http://127.0.0.1:{unused_tcp_port}"
    async with (
        http.serving(("127.0.0.1", unused_tcp_port), checks, metrics),
        aiohttp.ClientSession(base) as session,
    ):
        async with session.get("/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"store": "ok"})
        async with session.get("/readyz") as answer:
            assert answer.status == 503
            assert await answer.json() == {"store": "ok", "outbox": "it is broken"}


async def test_an_address_that_is_taken_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with http.serving(("127.0.0.1", port), http.Checks({}, {}), metrics):
            assert f"web.listen: 127.0.0.1:{port}" in caplog.text


async def test_without_an_address_nothing_is_served() -> None:
    async with http.serving(None, http.Checks({}, {}), metrics):
        pass
